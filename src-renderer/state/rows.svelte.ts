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
  version = $state(0);
  columns = $state.raw<readonly RowColumn[]>([]);
  watch = $state.raw<WatchState | null>(null);
  /** Why the subscription itself failed; the state of the list-watch is in `watch`. */
  error = $state.raw<AppError | null>(null);
  readonly fabric: string;
  readonly kind: KindInfo;
  readonly namespace: string | undefined;
  #end: (() => void) | undefined;

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
    this.error = null;
    if (message.reset) {
      this.byUid.clear();
      this.arrived.clear();
    }
    if (message.columns) this.columns = message.columns;
    const now = Date.now();
    for (const row of message.upsert) {
      this.byUid.set(row.uid, row);
      this.arrived.set(row.uid, now);
    }
    for (const uid of message.remove) {
      this.byUid.delete(uid);
      this.arrived.delete(uid);
    }
    this.watch = message.state;
    this.version += 1;
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
