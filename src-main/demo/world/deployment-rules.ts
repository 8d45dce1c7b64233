/** Figures of a Deployment's rollout: how many pods may be, how many must be, what counts as progress. */
import type { Condition } from './objects.ts';
import { byAge, scaled, sum, timeOf } from './tools.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from './workload-objects.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
/** math.MaxInt32 stands for "no limit" in revisionHistoryLimit and progressDeadlineSeconds. */
const UNLIMITED = 2 ** 31 - 1;

export function desiredOf(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function sizeOf(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1;
}

export function availableOf(replicaSet: ReplicaSet): number {
  return replicaSet.status?.availableReplicas ?? 0;
}

export function revisionOf(replicaSet: ReplicaSet): number {
  return Number.parseInt(replicaSet.metadata.annotations?.[REVISION] ?? '0', 10) || 0;
}

/** Oldest revision first. */
export function byRevision(one: ReplicaSet, other: ReplicaSet): number {
  return revisionOf(one) - revisionOf(other) || byAge(one, other);
}

export function isRolling(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== 'Recreate';
}

/** Both limits of a rolling update; where both would round to zero, one pod may be unavailable. */
function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (!isRolling(deployment)) return { surge: 0, unavailable: 0 };
  const desired = desiredOf(deployment);
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {
    maxSurge: '25%',
    maxUnavailable: '25%',
  };
  const surge = scaled(maxSurge, desired, 'up');
  const unavailable = scaled(maxUnavailable, desired, 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxSurgeOf(deployment: Deployment): number {
  return fenceposts(deployment).surge;
}

export function maxUnavailableOf(deployment: Deployment): number {
  return Math.min(fenceposts(deployment).unavailable, desiredOf(deployment));
}

export function hasDeadline(deployment: Deployment): boolean {
  const { progressDeadlineSeconds } = deployment.spec;
  return progressDeadlineSeconds !== undefined && progressDeadlineSeconds !== UNLIMITED;
}

export function historyLimitOf(deployment: Deployment): number {
  return deployment.spec.revisionHistoryLimit ?? 10;
}

/** How large the new ReplicaSet may be now. */
export function newSize(deployment: Deployment, all: readonly ReplicaSet[], present: number): number {
  const desired = desiredOf(deployment);
  if (!isRolling(deployment)) return desired;
  const room = desired + maxSurgeOf(deployment) - sum(all, sizeOf);
  return room <= 0 ? present : present + Math.min(room, desired - present);
}

/** Every desired replica is updated and available, and no other runs. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** More updated, ready or available pods than before, or fewer old ones. */
export function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Milliseconds left of the deadline by the Progressing condition. */
export function deadlineLeft(deployment: Deployment, progressing: Condition, nowMs: number): number {
  const seconds = deployment.spec.progressDeadlineSeconds ?? 600;
  return timeOf(progressing.lastUpdateTime) + seconds * 1000 - nowMs;
}

/**
 * New sizes of the active ReplicaSets when a Deployment is scaled in the middle of a rollout: in proportion to their
 * present sizes, what is left over to the largest.
 */
export function proportionalSizes(
  deployment: Deployment,
  active: readonly ReplicaSet[],
): ReadonlyMap<string, number> {
  const desired = desiredOf(deployment);
  const allowed = desired > 0 ? desired + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - sum(active, sizeOf);
  const newerFirst = toAdd > 0 ? -1 : 1;
  const ordered = [...active].sort(
    (one, other) => sizeOf(other) - sizeOf(one) || newerFirst * byAge(one, other),
  );
  const sizes = new Map<string, number>();
  let added = 0;
  for (const replicaSet of ordered) {
    const share = toAdd === 0 ? 0 : proportionOf(deployment, replicaSet, toAdd, added);
    sizes.set(replicaSet.metadata.uid, sizeOf(replicaSet) + share);
    added += share;
  }
  const [largest] = ordered;
  if (largest !== undefined && toAdd !== 0) {
    const { uid } = largest.metadata;
    sizes.set(uid, Math.max(0, (sizes.get(uid) ?? 0) + toAdd - added));
  }
  return sizes;
}

function proportionOf(deployment: Deployment, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  const size = sizeOf(replicaSet);
  if (size === 0 || toAdd === added) return 0;
  const desired = desiredOf(deployment);
  const before =
    Number.parseInt(replicaSet.metadata.annotations?.[MAX_REPLICAS] ?? '0', 10) ||
    (deployment.status?.replicas ?? 0);
  const share =
    desired === 0
      ? -size
      : before === 0
        ? 0
        : Math.round((size * (desired + maxSurgeOf(deployment))) / before) - size;
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}
