/** The ReplicaSet controller: as many pods as asked for, and a status that counts them. */
import type { StatusError } from '../status-error.ts';
import type { Condition, Pod } from './objects.ts';
import type { Indexer } from './informers.ts';
import { createPodsSlowly, deletePod } from './pod-control.ts';
import { rankForDeletion } from './pod-ranking.ts';
import {
  claimPods,
  isActive,
  isAvailable,
  isReady,
  isTerminal,
  isTerminating,
  onControlledPods,
  podFromTemplate,
  selects,
  untilAvailable,
} from './pods.ts';
import {
  conditionOf,
  controllerOf,
  keyOf,
  omitEmpty,
  splitKey,
  withCondition,
  withoutCondition,
  type Controller,
  type Tools,
} from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { ReplicaSet } from './workload-objects.ts';

/** Flag-less constant BurstReplicas of the real controller. */
const BURST_REPLICAS = 500;
const SOURCE = { component: 'replicaset-controller' };

export function startReplicaSetController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const queue = new WorkQueue({
    clock,
    delayMs: 15,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const replicaSet = writer.find('ReplicaSet', namespace, name);
      if (replicaSet !== undefined) reconcile(tools, siblings, replicaSet, queue);
    },
  });
  const siblings = informers.index('ReplicaSet', (each) => {
    const owner = controllerOf(each);
    return owner === undefined ? [] : [owner.uid];
  });
  const byNamespace = informers.index('ReplicaSet', (each) => [each.metadata.namespace ?? '']);
  informers.on('ReplicaSet', ({ type, object }) => {
    if (type !== 'DELETED') queue.add(keyOf(object));
  });
  onControlledPods(tools, 'ReplicaSet', (key) => {
    queue.add(key);
  });
  informers.on('Pod', ({ type, object }) => {
    if (type === 'DELETED' || controllerOf(object) !== undefined || object.metadata.labels === undefined)
      return;
    for (const each of byNamespace.get(object.metadata.namespace ?? '')) {
      if (selects(each.spec.selector, object.metadata.labels)) queue.add(keyOf(each));
    }
  });
  return queue;
}

type Siblings = Indexer<'ReplicaSet'>;

function reconcile(tools: Tools, siblings: Siblings, replicaSet: ReplicaSet, queue: WorkQueue): void {
  const claimed = claimPods(tools, replicaSet, replicaSet.spec.selector);
  const active = claimed.filter(isActive);
  const difference = active.length - (replicaSet.spec.replicas ?? 1);
  let failure: StatusError | undefined;
  if (replicaSet.metadata.deletionTimestamp === undefined) {
    if (difference < 0) {
      const draft = podFromTemplate(replicaSet, replicaSet.spec.template);
      const drafts = Array.from({ length: Math.min(-difference, BURST_REPLICAS) }, () => draft);
      failure = createPodsSlowly(tools, replicaSet, drafts, SOURCE);
    } else if (difference > 0) deletePods(tools, siblings, replicaSet, active, difference);
  }
  // The pods as they are now; the watch has told the indexers already.
  const now = tools.pods.byController
    .get(replicaSet.metadata.uid)
    .filter((pod) => selects(replicaSet.spec.selector, pod.metadata.labels));
  writeStatus(tools, replicaSet, now, failure, difference);
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0;
  const wait = untilAvailable(now, minReadySeconds, tools.clock.now());
  if (wait !== undefined) queue.addAfter(keyOf(replicaSet), wait);
  if (failure !== undefined) throw failure;
}

function deletePods(
  tools: Tools,
  siblings: Siblings,
  replicaSet: ReplicaSet,
  active: readonly Pod[],
  count: number,
): void {
  const { clock, pods } = tools;
  const owner = controllerOf(replicaSet);
  const related = owner === undefined ? [replicaSet] : siblings.get(owner.uid);
  const relatedPods = related.flatMap(({ metadata }) => pods.byController.get(metadata.uid)).filter(isActive);
  for (const pod of rankForDeletion(active, relatedPods, clock.now()).slice(
    0,
    Math.min(count, BURST_REPLICAS),
  )) {
    deletePod(tools, replicaSet, pod, SOURCE);
  }
}

function writeStatus(
  { clock, writer }: Tools,
  replicaSet: ReplicaSet,
  claimed: readonly Pod[],
  failure: StatusError | undefined,
  difference: number,
): void {
  const active = claimed.filter(isActive);
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0;
  const templateLabels = Object.entries(replicaSet.spec.template.metadata?.labels ?? {});
  const counts = {
    replicas: active.length,
    ...omitEmpty({
      fullyLabeledReplicas: active.filter(({ metadata: { labels = {} } }) =>
        templateLabels.every(([name, value]) => labels[name] === value),
      ).length,
      readyReplicas: active.filter(isReady).length,
      availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, clock.now())).length,
    }),
    terminatingReplicas: claimed.filter((pod) => isTerminating(pod) && !isTerminal(pod)).length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
  };
  writer.updateStatus('ReplicaSet', replicaSet, (current) => {
    const conditions = failureCondition(current, failure, difference, writer.now());
    const status = { ...counts, ...omitEmpty({ conditions }) };
    return status;
  });
}

function failureCondition(
  replicaSet: ReplicaSet,
  failure: StatusError | undefined,
  difference: number,
  now: string,
): readonly Condition[] {
  const conditions = replicaSet.status?.conditions ?? [];
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  if (conditionOf(replicaSet, 'ReplicaFailure') !== undefined) return conditions;
  return withCondition(conditions, {
    type: 'ReplicaFailure',
    status: 'True',
    reason: difference < 0 ? 'FailedCreate' : 'FailedDelete',
    message: failure.message,
    lastTransitionTime: now,
  });
}
