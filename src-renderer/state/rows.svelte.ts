/** The rows of one kind, followed live: a map that is changed in place, with a version that tells when. */
import type { AppError } from '../../shared/errors.ts';
import type { KindInfo, Pushes, Row, RowColumn } from '../../shared/ipc.ts';
import type { WatchState } from '../../shared/model/fabric.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { call } from '../api.ts';
import { kindKey } from './ref-resource.ts';
import { subscribe } from './subscription.ts';

/**
 * One subscription. Read `version` before `byUid`, which is not reactive by itself: copying thousands of rows ten
 * times a second is what this saves.
 */
export class RowWatch {
  readonly byUid = new Map<string, Row>();
  /** When each row last arrived: cells with relative times are as old as this. */
  readonly arrived = new Map<string, Instant>();
  /** Since when the rows on screen are those of before: a new list is on its way and not complete. */
  oldFrom = $state<Instant | null>(null);
  version = $state(0);
  columns = $state.raw<readonly RowColumn[]>([]);
  watch = $state.raw<WatchState | null>(null);
  /** Why the subscription itself failed; the state of the list-watch is in `watch`. */
  error = $state.raw<AppError | null>(null);
  readonly fabric: string;
  readonly kind: KindInfo;
  readonly namespace: string | undefined;
  #end: (() => void) | undefined;
  /** Rows of a new list, gathered while the old ones stay on screen. */
  #next: Map<string, Row> | undefined;

  constructor(fabric: string, kind: KindInfo, namespace: string | undefined) {
    this.fabric = fabric;
    this.kind = kind;
    this.namespace = kind.namespaced ? namespace : undefined;
  }

  start(): void {
    const { group, version, resource } = this.kind;
    const input = { fabric: this.fabric, resource: { group, version, resource }, namespace: this.namespace };
    this.#end = subscribe({
      push: 'rows',
      open: () => call('rows.watch', input),
      onMessage: (message) => {
        this.#take(message);
      },
      onError: (error) => {
        this.error = error;
      },
    });
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
  }

  /** Asks again; rows already on screen stay until the new ones come. */
  retry(): void {
    this.stop();
    this.error = null;
    this.start();
  }

  #take(message: Pushes['rows']): void {
    const { phase } = message.state;
    this.error = null;
    if (message.reset) {
      if (this.byUid.size > 0) this.oldFrom ??= this.watch?.asOf ?? Date.now();
      this.#next = new Map();
    }
    if (message.columns) this.columns = message.columns;
    const now = Date.now();
    const target = this.#next ?? this.byUid;
    for (const row of message.upsert) {
      target.set(row.uid, row);
      this.arrived.set(row.uid, now);
    }
    for (const uid of message.remove) {
      target.delete(uid);
      if (!this.#next) this.arrived.delete(uid);
    }
    // Old rows stay until the new list is complete, or it is clear that there will be none.
    const unfinished = phase === 'idle' || phase === 'listing' || phase === 'stale' || phase === 'expired';
    if (!unfinished || this.byUid.size === 0) this.#replace();
    this.watch = message.state;
    this.version += 1;
  }

  #replace(): void {
    if (!this.#next) return;
    // A first list has no old rows to keep: it shows as it comes, and grows in place.
    this.byUid.clear();
    for (const [uid, row] of this.#next) this.byUid.set(uid, row);
    for (const uid of this.arrived.keys()) if (!this.byUid.has(uid)) this.arrived.delete(uid);
    this.#next = undefined;
    this.oldFrom = null;
  }
}

/** What Resources shows of a fabric: the kind, the namespace, and what was typed into its filter. */
export interface TableChoice {
  readonly kind: string;
  readonly namespace: string | undefined;
}

/** Remembers per fabric which kind and namespace were shown last, and holds the one running watch. */
class Rows {
  current = $state.raw<RowWatch | null>(null);
  choices = $state.raw<ReadonlyMap<string, TableChoice>>(new Map());

  choiceOf(fabric: string): TableChoice | undefined {
    return this.choices.get(fabric);
  }

  choose(fabric: string, choice: Partial<TableChoice>): void {
    const known = this.choices.get(fabric) ?? { kind: '/pods', namespace: undefined };
    this.choices = new Map(this.choices).set(fabric, { ...known, ...choice });
  }

  /** Follows a kind; returns the function that ends it. The same kind and namespace again is left alone. */
  show(fabric: string, kind: KindInfo, namespace: string | undefined): void {
    const known = this.current;
    const wanted = kind.namespaced ? namespace : undefined;
    const same =
      known?.fabric === fabric &&
      kindKey(known.kind) === kindKey(kind) &&
      known.kind.version === kind.version;
    if (same && known.namespace === wanted) return;
    known?.stop();
    const next = new RowWatch(fabric, kind, namespace);
    this.current = next;
    next.start();
  }

  stop(): void {
    this.current?.stop();
    this.current = null;
  }
}

export const rows = new Rows();
