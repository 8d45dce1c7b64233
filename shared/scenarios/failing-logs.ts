/** Which logs of a pod are worth a look for the reason it fails: few, and none of a healthy pod. */
import type { ClusterView } from '../cluster/view.ts';
import type { Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { containersEnded, containersOf, type PodContainer } from './containers.ts';
import { crashLoopsOf, neverStarted } from './crashes.ts';
import { changedAt, conditionOf, createdAt, isBenign, isFinished, isReady, isSuperseded } from './pods.ts';

export interface LogToRead {
  readonly container: PodContainer;
  readonly previous: boolean;
  /** The run is over: what its log says stays so. */
  readonly ended: boolean;
}

/** A start takes its time; what is not ready after this may say why. */
const STARTING = 30_000;

/**
 * Of a crash loop the log of the run that failed, of a pod that failed for good that of the container it failed by, of
 * one that runs and has not become ready for half a minute those of the containers that are not.
 */
export function logsToRead(pod: Pod, cluster: ClusterView, now: Instant): LogToRead[] {
  if (isReady(pod) && !hasRestarted(pod)) return [];
  if (isBenign(pod)) return [];
  if (isFinished(pod)) return failedLogs(pod, cluster);
  const loops = crashLoopsOf(pod, cluster, now);
  if (loops.length > 0) {
    return loops
      .filter((loop) => loop.verdict === 'crash' && !neverStarted(loop))
      .map(({ container, phase }) => ({
        container,
        previous: phase !== 'ended',
        ended: phase !== 'running',
      }));
  }
  return isReady(pod) ? [] : unreadyLogs(pod, cluster, now);
}

/** Without a readiness probe a container counts as ready between its crashes. */
function hasRestarted(pod: Pod): boolean {
  return containersEnded(pod, () => true).length > 0;
}

function failedLogs(pod: Pod, cluster: ClusterView): LogToRead[] {
  const failed = containersEnded(pod, (exitCode) => exitCode !== 0).filter(
    ({ ended }) => ended !== undefined && ended.exitCode !== 0,
  );
  if (failed.length === 0 || isSuperseded(pod, cluster) !== undefined) return [];
  return failed.map((container) => ({ container, previous: false, ended: true }));
}

function unreadyLogs(pod: Pod, cluster: ClusterView, now: Instant): LogToRead[] {
  const waiting = containersOf(pod).filter(({ running, ready }) => running !== undefined && !ready);
  const since = changedAt(conditionOf(pod.status?.conditions, 'Ready')) ?? createdAt(pod);
  if (waiting.length === 0 || since === undefined) return [];
  if (now < since + STARTING) {
    cluster.recheckAt(since + STARTING);
    return [];
  }
  return waiting.map((container) => ({ container, previous: false, ended: false }));
}
