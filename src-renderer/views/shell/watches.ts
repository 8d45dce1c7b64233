/** Names and order of watches in their list. */
import type { CallOut, ResourceId } from '../../../shared/ipc.ts';
import type { WatchPhase, WatchState } from '../../../shared/model/fabric.ts';
import { formatCount } from '../../parts/text.ts';

type Watch = CallOut<'watches.list'>[number];

/** What needs attention comes first. */
export const WATCH_ORDER: readonly WatchPhase[] = [
  'stale',
  'expired',
  'denied',
  'catching-up',
  'listing',
  'idle',
  'live',
  'absent',
];

/** `pods`, `deployments.apps`: how kubectl names a collection. */
export function watchName(id: Pick<ResourceId, 'group' | 'resource'>): string {
  return id.group === '' ? id.resource : `${id.resource}.${id.group}`;
}

export function sortWatches(watches: readonly Watch[]): readonly Watch[] {
  return watches.toSorted(
    (a, b) =>
      WATCH_ORDER.indexOf(a.state.phase) - WATCH_ORDER.indexOf(b.state.phase) ||
      watchName(a).localeCompare(watchName(b), 'en'),
  );
}

/** `1,204`, or `500 of 1,204` while the first list runs. */
export function countOf(state: WatchState): string {
  const objects = formatCount(state.objects);
  return state.phase === 'listing' && state.expected !== undefined
    ? `${objects} of ${formatCount(state.expected)}`
    : objects;
}
