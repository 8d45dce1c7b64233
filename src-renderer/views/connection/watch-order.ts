/** Order, names and identity of our own watches as the connection view lists them. */
import type { WatchHealth } from '../../../shared/model/connection.ts';
import { WATCH_ORDER, watchName } from '../shell/watches.ts';

/** `deployments.apps`, `pods in shop`. */
export function watchLabel(watch: Pick<WatchHealth, 'resource' | 'group' | 'namespace'>): string {
  const name = watchName(watch);
  return watch.namespace === undefined ? name : `${name} in ${watch.namespace}`;
}

/** Equal for the same watch, whatever its state. */
export function watchKey(watch: Pick<WatchHealth, 'resource' | 'group' | 'namespace'>): string {
  return `${watch.group}/${watch.resource}/${watch.namespace ?? ''}`;
}

export function sortHealth(watches: readonly WatchHealth[]): readonly WatchHealth[] {
  return watches.toSorted(
    (a, b) =>
      WATCH_ORDER.indexOf(a.state.phase) - WATCH_ORDER.indexOf(b.state.phase) ||
      watchLabel(a).localeCompare(watchLabel(b), 'en'),
  );
}
