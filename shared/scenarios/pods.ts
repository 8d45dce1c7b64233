/** Questions about a pod as a whole that several scenarios ask. */
import { records, text } from '../cluster/narrow.ts';
import { controllerOf } from '../cluster/refs.ts';
import { parseTime } from '../cluster/times.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Condition, Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';

/** One condition by its type, never by its place; `undefined` where it is missing. */
export function conditionOf(conditions: unknown, type: string): Condition | undefined {
  return records(conditions).find((condition) => condition.type === type) as Condition | undefined;
}

/** The time of a condition's last change of status. */
export function changedAt(condition: Condition | undefined): Instant | undefined {
  return parseTime(condition?.lastTransitionTime);
}

export function createdAt(object: { metadata: { creationTimestamp?: string } }): Instant | undefined {
  return parseTime(object.metadata.creationTimestamp);
}

/** Being deleted: whatever its containers do now is the shutdown. */
export function isLeaving(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Finished for good, one way or the other. */
export function isFinished(pod: Pod): boolean {
  const phase = text(pod.status?.phase);
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Pod-level reasons the kubelet, the scheduler or the node controller gives a pod it ended as a whole. */
const ENDED_AS_A_WHOLE: ReadonlySet<string> = new Set([
  'Evicted',
  'NodeLost',
  'NodeShutdown',
  'NodeAffinity',
  'Shutdown',
  'Terminated',
  'Preempting',
  'Preempted',
  'UnexpectedAdmissionError',
  'DeadlineExceeded',
]);

/**
 * A record of a pod that was ended from outside (eviction, node shutdown, preemption, deadline): the ends of its
 * containers say nothing about the containers.
 */
function isEndedAsAWhole(pod: Pod): boolean {
  const reason = text(pod.status?.reason);
  if (ENDED_AS_A_WHOLE.has(reason) || reason.startsWith('OutOf')) return true;
  return isFinished(pod) && conditionOf(pod.status?.conditions, 'DisruptionTarget')?.status === 'True';
}

/** Nothing about its containers is worth a finding: deleted, done, or ended from outside. */
export function isBenign(pod: Pod): boolean {
  return isLeaving(pod) || text(pod.status?.phase) === 'Succeeded' || isEndedAsAWhole(pod);
}

export function isReady(pod: Pod): boolean {
  return conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';
}

/**
 * A finished pod whose work somebody else has taken over: its Job completed or runs another attempt, a later run of
 * the same CronJob succeeded, or a controller other than a Job owns it, which replaces what it loses.
 */
export function isSuperseded(pod: Pod, cluster: ClusterView): 'by success' | 'by a retry' | undefined {
  if (!isFinished(pod)) return undefined;
  const owner = controllerOf(pod);
  if (owner === undefined) return undefined;
  if (owner.kind !== 'Job') return 'by success';
  const job = cluster.get('Job', pod.metadata.namespace, owner.name);
  if (job === undefined || job.metadata.uid !== owner.uid) return undefined;
  if (conditionOf(job.status?.conditions, 'Complete')?.status === 'True') return 'by success';
  const cronJob = controllerOf(job);
  const born = createdAt(job) ?? 0;
  const later = cronJob === undefined ? [] : cluster.ownedBy('Job', cronJob.uid);
  if (later.some((run) => (createdAt(run) ?? 0) > born && (run.status?.succeeded ?? 0) > 0))
    return 'by success';
  return (job.status?.active ?? 0) > 0 ? 'by a retry' : undefined;
}

/** What is applied together arrives one by one, and need not be complete before so long. */
const APPLYING = 60_000;

/** Created less than a minute ago; asks to look again when it no longer is. */
export function isYoung(
  object: { metadata: { creationTimestamp?: string } },
  cluster: ClusterView,
  now: Instant,
): boolean {
  const born = createdAt(object);
  if (born === undefined || now >= born + APPLYING) return false;
  cluster.recheckAt(born + APPLYING);
  return true;
}
