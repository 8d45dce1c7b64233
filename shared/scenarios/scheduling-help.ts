/** Whether room is being made for a pod that fits on no node yet. */
import { record, text } from '../cluster/narrow.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { changedAt, conditionOf, createdAt } from './pods.ts';

const MINUTE = 60_000;
/** A new machine needs some minutes from the autoscaler's decision until pods run on it. */
const SCALE_UP = 5 * MINUTE;
/** Pods of lower priority get their grace period before they make room. */
const PREEMPTION = 2 * MINUTE;
/** Events of Cluster Autoscaler, and of Karpenter. */
const SCALING: ReadonlySet<string> = new Set(['TriggeredScaleUp', 'Nominated']);

/** A new node was ordered a short time ago, or pods of lower priority are leaving a node for this one. */
export function isBeingHelped(pod: Pod, cluster: ClusterView, now: Instant): boolean {
  const ordered = cluster.eventsOf(pod.metadata.uid ?? '').find(({ reason }) => SCALING.has(reason))?.last;
  const nominated = text(record(pod.status).nominatedNodeName) !== '';
  const refused = changedAt(conditionOf(pod.status?.conditions, 'PodScheduled')) ?? createdAt(pod);
  const until = Math.max(
    ordered === undefined ? 0 : ordered + SCALE_UP,
    nominated && refused !== undefined ? refused + PREEMPTION : 0,
  );
  if (now >= until) return false;
  cluster.recheckAt(until);
  return true;
}
