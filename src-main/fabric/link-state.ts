/** Derives what is said of a fabric's connection from its first contact and the states of its watches. */
import type { AppError } from '../../shared/errors.ts';
import type { LinkPhase, LinkState, WatchState } from '../../shared/model/fabric.ts';
import type { Instant } from '../../shared/model/ref.ts';

/** All that decides the state of a link at one moment. */
export interface LinkFacts {
  readonly contact: 'none' | 'trying' | 'made' | 'failed';
  /** Why the last contact failed, or why everything is refused. */
  readonly error?: AppError | undefined;
  /** When the next automatic contact is tried. */
  readonly nextTryAt?: Instant | undefined;
  readonly watches: Iterable<WatchState>;
  /** Milliseconds of the last answered small request. */
  readonly latencyMs?: number | undefined;
  readonly serverVersion?: string | undefined;
}

interface Tally {
  total: number;
  live: number;
  denied: number;
  stale: number;
  /** Never listed to the end so far. */
  unlisted: number;
  /** Listed before, closing a gap or listing anew now. */
  renewing: number;
  received: number;
  expected: number;
  asOf: Instant | undefined;
  staleError: AppError | undefined;
  deniedError: AppError | undefined;
}

function tallyWatches(watches: Iterable<WatchState>): Tally {
  const tally: Tally = {
    total: 0,
    live: 0,
    denied: 0,
    stale: 0,
    unlisted: 0,
    renewing: 0,
    received: 0,
    expected: 0,
    asOf: undefined,
    staleError: undefined,
    deniedError: undefined,
  };
  for (const watch of watches) {
    if (watch.phase === 'absent') continue;
    tally.total++;
    tally.received += watch.objects;
    tally.expected += Math.max(watch.expected ?? 0, watch.objects);
    if (watch.phase === 'denied') {
      tally.denied++;
      tally.deniedError ??= watch.error;
      continue;
    }
    if (watch.phase === 'live') tally.live++;
    else if (watch.phase === 'stale') {
      tally.stale++;
      tally.staleError ??= watch.error;
    } else if (watch.asOf === undefined) tally.unlisted++;
    else tally.renewing++;
    // The oldest proof counts: all that is shown is at least as fresh as this.
    if (watch.asOf !== undefined && (tally.asOf === undefined || watch.asOf < tally.asOf))
      tally.asOf = watch.asOf;
  }
  return tally;
}

function phaseOf(facts: LinkFacts, tally: Tally, previous: LinkPhase): LinkPhase {
  if (facts.contact === 'none') return 'closed';
  if (facts.contact === 'failed') return 'failed';
  if (facts.contact === 'trying')
    return previous === 'stale' || previous === 'failed' ? previous : 'connecting';
  // Nothing was ever read, and nothing is being tried: refused, or signed in as nobody.
  if (tally.total > 0 && tally.asOf === undefined && tally.denied + tally.stale === tally.total)
    return 'failed';
  if (tally.stale > 0) return 'stale';
  // A gap after a loss is not closed until the watch is live again; a routine renewal of a live watch is no loss.
  if (tally.renewing > 0 && previous === 'stale') return 'stale';
  if (tally.unlisted > 0 || tally.total === 0) return 'syncing';
  return tally.renewing === 0 || previous === 'live' ? 'live' : 'syncing';
}

/** The next state of the link. `since` moves only when the phase does. `now` in ms since the epoch. */
export function nextLink(previous: LinkState, facts: LinkFacts, now: Instant): LinkState {
  const tally = tallyWatches(facts.watches);
  const phase = phaseOf(facts, tally, previous.phase);
  const error =
    phase === 'failed'
      ? (facts.error ?? tally.staleError ?? tally.deniedError)
      : phase === 'stale'
        ? (facts.error ?? tally.staleError)
        : undefined;
  const waiting = phase === 'failed' || phase === 'stale';
  return {
    phase,
    since: phase === previous.phase ? previous.since : now,
    watches: { total: tally.total, live: tally.live, denied: tally.denied, stale: tally.stale },
    ...(tally.asOf !== undefined && { asOf: tally.asOf }),
    ...(facts.latencyMs !== undefined && { latencyMs: facts.latencyMs }),
    ...(error !== undefined && { error }),
    ...(waiting && facts.nextTryAt !== undefined && { nextTryAt: facts.nextTryAt }),
    ...(phase === 'syncing' && { progress: { received: tally.received, expected: tally.expected } }),
    ...(facts.serverVersion !== undefined && { serverVersion: facts.serverVersion }),
  };
}

/** A link that was never used. */
export function closedLink(now: Instant): LinkState {
  return { phase: 'closed', since: now, watches: { total: 0, live: 0, denied: 0, stale: 0 } };
}
