/** The findings of each fabric that was on screen, as last pushed, and what appeared since it was opened. */
import type { AppError } from '../../shared/errors.ts';
import type { Pushes } from '../../shared/ipc.ts';
import type { BlindSpot, Finding, FindingId } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { call } from '../api.ts';
import { buildForest, type Forest } from './forest.ts';
import { makeLasting } from './lasting.svelte.ts';
import { subscribe } from './subscription.ts';

const NOTHING: ReadonlyMap<FindingId, Finding> = new Map();

/** All that is known of one fabric's diagnosis. Values are replaced, never changed in place. */
export class FabricFindings {
  byId = $state.raw<ReadonlyMap<FindingId, Finding>>(NOTHING);
  /** Finding ids in rank order. */
  order = $state.raw<readonly FindingId[]>([]);
  checks = $state.raw<{ readonly ran: number; readonly total: number }>({ ran: 0, total: 0 });
  blindSpots = $state.raw<readonly BlindSpot[]>([]);
  complete = $state(false);
  /** False until every readable kind was listed once: "no findings" means nothing before. */
  synced = $state(false);
  asOf = $state.raw<Instant | undefined>(undefined);
  /** False until the first message. */
  received = $state(false);
  /** Why the findings cannot be followed. */
  error = $state.raw<AppError | null>(null);
  /** Findings that appeared after the first complete look and were not opened yet. */
  appeared = $state.raw<ReadonlySet<FindingId>>(new Set());
  /** The last copy of findings that are gone, for rows and a detail that are still on screen. */
  retired = $state.raw<ReadonlyMap<FindingId, Finding>>(NOTHING);
  /** Root causes with their effects, in rank order. */
  readonly forest: Forest = $derived(buildForest(this.order, this.byId));
  #known: Set<FindingId> | undefined;

  /** Takes one message; returns the findings that are new to the user. */
  take(message: Pushes['findings']): readonly Finding[] {
    const byId = new Map(message.reset ? [] : this.byId);
    const retired = new Map(this.retired);
    for (const finding of message.upsert) byId.set(finding.id, finding);
    for (const id of message.remove) byId.delete(id);
    for (const [id, finding] of this.byId) if (!byId.has(id)) retired.set(id, finding);
    for (const id of byId.keys()) retired.delete(id);

    const fresh = this.#known ? [...byId.values()].filter((finding) => !this.#known?.has(finding.id)) : [];
    if (message.synced) this.#known = new Set([...(this.#known ?? []), ...byId.keys()]);
    this.appeared = new Set(
      [...this.appeared, ...fresh.map((finding) => finding.id)].filter((id) => byId.has(id)),
    );

    this.byId = byId;
    this.retired = retired;
    this.order = message.order;
    this.checks = message.checks;
    this.blindSpots = message.blindSpots;
    this.complete = message.complete;
    this.synced = message.synced;
    this.asOf = message.asOf;
    this.received = true;
    this.error = null;
    return fresh;
  }

  /** A finding, or its last copy if it is gone. */
  find(id: FindingId): Finding | undefined {
    return this.byId.get(id) ?? this.retired.get(id);
  }

  /** The user has seen it: no `New` any more. */
  see(id: FindingId): void {
    if (this.appeared.has(id)) this.appeared = new Set([...this.appeared].filter((one) => one !== id));
  }

  /** Forgets gone findings that nothing shows any more. */
  forgetRetired(keep: FindingId | null): void {
    const kept = keep === null ? undefined : this.retired.get(keep);
    if (this.retired.size > (kept ? 1 : 0)) this.retired = kept ? new Map([[kept.id, kept]]) : NOTHING;
  }
}

/** `findings.of(fabric)` is that fabric's diagnosis; `follow` keeps it up to date while it is on screen. */
class Findings {
  #fabrics = new Map<string, FabricFindings>();

  of(fabric: string): FabricFindings {
    const known = this.#fabrics.get(fabric);
    if (known) return known;
    const created = makeLasting(() => new FabricFindings());
    this.#fabrics.set(fabric, created);
    return created;
  }

  /** Subscribes; returns the function that ends it. The rows stay, for the way back. */
  follow(fabric: string, onFresh: (fresh: readonly Finding[]) => void): () => void {
    const store = this.of(fabric);
    return subscribe({
      push: 'findings',
      open: () => call('findings.watch', { fabric }),
      onMessage: (message) => {
        const fresh = store.take(message);
        if (fresh.length > 0) onFresh(fresh);
      },
      onError: (error) => {
        store.error = error;
      },
    });
  }

  /** Drops what is known of a fabric that was closed: its next opening is a first look again. */
  forget(fabric: string): void {
    this.#fabrics.delete(fabric);
  }
}

export const findings = new Findings();
