/** The health of our own watches as the connection view lists it. */
import type { WatchHealth } from '../../shared/model/connection.ts';
import type { WatchPhase, WatchState } from '../../shared/model/fabric.ts';
import type { Shut } from '../kube/contract.ts';
import type { Watch } from './session.ts';

/** What happens next, by phase, while nothing holds the fabric back. */
const NEXT: Readonly<Record<WatchPhase, string>> = {
  idle: 'Lists once the fabric is connected',
  listing: 'Watches once the list is complete',
  live: 'Waits for the next event or bookmark',
  'catching-up': 'Closes the gap since the last event',
  stale: 'Opens the watch again, or lists and compares where events were lost',
  denied: 'Asks again every few minutes whether it may',
  expired: 'Lists again and compares',
  absent: 'Asks again every few minutes whether it is served',
};

function nextOf({ phase, error }: WatchState, shut: Shut | undefined): string {
  if (shut?.paused === true) return 'Nothing until somebody signs in or retries';
  if (shut !== undefined) return 'Waits for contact, then catches up or lists and compares';
  // May be listed and not watched.
  if (phase === 'live' && error !== undefined) return 'Lists again within 30 s, for it may not be watched';
  return NEXT[phase];
}

/** In the order in which the watches began. */
export function watchHealth(watches: readonly Watch[], shut: Shut | undefined): WatchHealth[] {
  return watches.map(({ resource: { resource, group }, namespace, reflector }) => {
    const { state, vitals } = reflector;
    return {
      resource,
      group,
      ...(namespace !== undefined && { namespace }),
      state,
      ...vitals,
      next: nextOf(state, shut),
    };
  });
}
