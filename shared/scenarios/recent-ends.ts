/** Containers that were ended once and run again: how long that is worth telling, and whether their node did it. */
import type { ClusterView } from '../cluster/view.ts';
import type { Severity } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { troubledContainers, type PodContainer } from './containers.ts';

const MINUTE = 60_000;

/** A restart this young may be the beginning of more. */
const FRESH = 15 * MINUTE;
/** After an hour of running well it is history; its events are gone by then too. */
const FORGOTTEN = 60 * MINUTE;

/** Ends this close together, over several pods of a node, are the node's. */
const SAME_MOMENT = 90_000;
const FEWEST_PODS = 2;
const EXITS_WITH_A_NODE: ReadonlySet<number> = new Set([0, 137, 143, 255]);

/**
 * The severity of an end that the container has recovered from: medium within 15 min, low within the hour, then
 * nothing. It asks to be looked at again when that changes. An end without a time is not known to be recent.
 */
export function severityOfRecovered(
  endedAt: Instant | undefined,
  cluster: ClusterView,
  now: Instant,
): Severity | undefined {
  if (endedAt === undefined || now >= endedAt + FORGOTTEN) return undefined;
  const fresh = now < endedAt + FRESH;
  cluster.recheckAt(endedAt + (fresh ? FRESH : FORGOTTEN));
  return fresh ? 'medium' : 'low';
}

/** Whether the containers of most pods on the pod's node ended in the same moment: the node or its runtime restarted. */
export function nodeEndedThemAll(pod: Pod, at: Instant, cluster: ClusterView): boolean {
  const node = pod.spec?.nodeName;
  if (node === undefined || node === '') return false;
  const others = cluster.podsOnNode(node).filter(({ metadata }) => metadata.uid !== pod.metadata.uid);
  const alike = others.filter((other) => troubledContainers(other).some((one) => endedNear(one, at))).length;
  return alike >= FEWEST_PODS && alike * 2 >= others.length;
}

/** Ended by a signal or without anybody looking, in the same moment: not by a failure of its own. */
function endedNear({ ended, lastEnded }: PodContainer, at: Instant): boolean {
  return [ended, lastEnded].some(
    (end) =>
      end?.finishedAt !== undefined &&
      Math.abs(end.finishedAt - at) <= SAME_MOMENT &&
      EXITS_WITH_A_NODE.has(end.exitCode) &&
      end.reason !== 'OOMKilled',
  );
}
