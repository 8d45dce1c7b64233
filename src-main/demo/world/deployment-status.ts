/** The status of a Deployment from its ReplicaSets: counts, availability, progress and its deadline. */
import type { Condition } from './objects.ts';
import {
  availableOf,
  deadlineLeft,
  desiredOf,
  hasDeadline,
  hasProgressed,
  isComplete,
  maxUnavailableOf,
  sizeOf,
} from './deployment-rules.ts';
import { conditionOf, omitEmpty, sum, withCondition, withoutCondition } from './tools.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from './workload-objects.ts';

/** Counts and the condition Available. */
export function countedStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: string,
): DeploymentStatus {
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  const available = sum(all, availableOf);
  const enough = available >= desiredOf(deployment) - maxUnavailableOf(deployment);
  const condition: Condition = {
    type: 'Available',
    status: enough ? 'True' : 'False',
    lastUpdateTime: now,
    lastTransitionTime: now,
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough
      ? 'Deployment has minimum availability.'
      : 'Deployment does not have minimum availability.',
  };
  return {
    ...omitEmpty({
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: sum(all, ({ status }) => status?.replicas ?? 0),
      updatedReplicas: fresh?.status?.replicas ?? 0,
      readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sum(all, sizeOf) - available),
    }),
    terminatingReplicas: sum(all, ({ status }) => status?.terminatingReplicas ?? 0),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, condition),
  };
}

/** The same during a rollout: with the conditions Progressing and ReplicaFailure. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  nowMs: number,
  now: string,
): DeploymentStatus {
  const counted = countedStatus(deployment, all, fresh, now);
  const progressed = withProgress(deployment, counted, fresh, nowMs, now);
  return { ...counted, conditions: withReplicaFailure(progressed, all, fresh) };
}

function withProgress(
  deployment: Deployment,
  counted: DeploymentStatus,
  fresh: ReplicaSet | undefined,
  nowMs: number,
  now: string,
): readonly Condition[] {
  const conditions = counted.conditions ?? [];
  if (!hasDeadline(deployment)) return withoutCondition(conditions, 'Progressing');
  const present = conditionOf({ status: counted }, 'Progressing');
  const finished =
    (counted.replicas ?? 0) === (counted.updatedReplicas ?? 0) &&
    present?.reason === 'NewReplicaSetAvailable';
  if (finished) return conditions;
  const what =
    fresh === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`;
  const base = { type: 'Progressing', lastUpdateTime: now, lastTransitionTime: now } as const;
  if (isComplete(deployment, counted)) {
    const message = `${what} has successfully progressed.`;
    return withCondition(conditions, { ...base, status: 'True', reason: 'NewReplicaSetAvailable', message });
  }
  if (hasProgressed(deployment.status ?? {}, counted)) {
    const since = present?.status === 'True' ? present.lastTransitionTime : undefined;
    return [
      ...withoutCondition(conditions, 'Progressing'),
      {
        ...base,
        ...(since === undefined ? {} : { lastTransitionTime: since }),
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `${what} is progressing.`,
      },
    ];
  }
  if (present === undefined || present.reason === 'NewReplicaSetAvailable') return conditions;
  const timedOut =
    present.reason === 'ProgressDeadlineExceeded' || deadlineLeft(deployment, present, nowMs) < 0;
  if (!timedOut) return conditions;
  const message = `${what} has timed out progressing.`;
  return withCondition(conditions, { ...base, status: 'False', reason: 'ProgressDeadlineExceeded', message });
}

function withReplicaFailure(
  conditions: readonly Condition[],
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): readonly Condition[] {
  const failure = [...(fresh === undefined ? [] : [fresh]), ...all]
    .map((replicaSet) => conditionOf(replicaSet, 'ReplicaFailure'))
    .find((condition) => condition !== undefined);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const { lastTransitionTime } = failure;
  return withCondition(
    conditions,
    lastTransitionTime === undefined ? failure : { ...failure, lastUpdateTime: lastTransitionTime },
  );
}
