/** The StatefulSet controller: numbered pods, made, replaced and removed one after the other. */
import type { Pod } from './objects.ts';
import {
  claimPods,
  isAvailable,
  isReady,
  isTerminal,
  isTerminating,
  onControlledPods,
  selects,
  untilAvailable,
} from './pods.ts';
import { indexRevisions, revisionsOf, syncRevision, trimRevisions } from './revisions.ts';
import {
  createClaims,
  createStatefulPod,
  deleteStatefulPod,
  ordinalOf,
  revisionOf,
} from './stateful-set-pods.ts';
import { controllerOf, keyOf, omitEmpty, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import type { ControllerRevision, StatefulSet } from './workload-objects.ts';

interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

export function startStatefulSetController(tools: Tools): Controller {
  const { clock, informers, pods, writer } = tools;
  const index = indexRevisions(tools);
  const queue = new WorkQueue({
    clock,
    delayMs: 25,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const set = writer.find('StatefulSet', namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const update = syncRevision(tools, index, set, 'controller.kubernetes.io/hash');
      const all = revisionsOf(index, set);
      const current = all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
      const claimed = claimPods(tools, set, set.spec.selector).filter(
        (pod) => !Number.isNaN(ordinalOf(set, pod)),
      );
      try {
        proceed(tools, set, claimed, { current, update });
      } finally {
        const now = pods.byController
          .get(set.metadata.uid)
          .filter(
            (pod) => selects(set.spec.selector, pod.metadata.labels) && !Number.isNaN(ordinalOf(set, pod)),
          );
        writeStatus(tools, set, now, { current, update });
        const inUse = new Set([...now.map(revisionOf), current.metadata.name, update.metadata.name]);
        trimRevisions(tools, all, inUse, set.spec.revisionHistoryLimit ?? 10);
        const wait = untilAvailable(now, set.spec.minReadySeconds ?? 0, clock.now());
        if (wait !== undefined) queue.addAfter(key, wait);
      }
    },
  });
  const byNamespace = informers.index('StatefulSet', ({ metadata }) => [metadata.namespace ?? '']);
  informers.on('StatefulSet', ({ type, object }) => {
    if (type !== 'DELETED') queue.add(keyOf(object));
  });
  onControlledPods(tools, 'StatefulSet', (key) => {
    queue.add(key);
  });
  informers.on('Pod', ({ type, object }) => {
    if (type === 'DELETED' || controllerOf(object) !== undefined) return;
    for (const set of byNamespace.get(object.metadata.namespace ?? '')) {
      if (selects(set.spec.selector, object.metadata.labels)) queue.add(keyOf(set));
    }
  });
  return queue;
}

/** The next step: one pod at a time, unless the set's pods are managed in parallel. */
function proceed(tools: Tools, set: StatefulSet, claimed: readonly Pod[], revisions: Revisions): void {
  const count = set.spec.replicas ?? 1;
  const start = set.spec.ordinals?.start ?? 0;
  const oneByOne = set.spec.podManagementPolicy !== 'Parallel';
  const byOrdinal = new Map(claimed.map((pod) => [ordinalOf(set, pod), pod]));
  for (let ordinal = start; ordinal < start + count; ordinal += 1) {
    if (settle(tools, set, ordinal, byOrdinal.get(ordinal), revisions) && oneByOne) return;
  }
  const condemned = claimed
    .filter((pod) => ordinalOf(set, pod) < start || ordinalOf(set, pod) >= start + count)
    .toSorted((one, other) => ordinalOf(set, other) - ordinalOf(set, one));
  if (removeSurplus(tools, set, condemned, oneByOne, claimed)) return;
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = start + count - 1; ordinal >= Math.max(start, partition); ordinal -= 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return;
    if (revisionOf(pod) !== revisions.update.metadata.name && !isTerminating(pod)) {
      deleteStatefulPod(tools, set, pod);
      return;
    }
    if (!isHealthy(pod)) return;
  }
}

/** Brings one pod into being and to health; whether the others have to wait for it. */
function settle(
  tools: Tools,
  set: StatefulSet,
  ordinal: number,
  pod: Pod | undefined,
  revisions: Revisions,
): boolean {
  if (pod === undefined) {
    createStatefulPod(tools, set, ordinal, revisionFor(set, ordinal, revisions));
    return true;
  }
  if (isTerminal(pod)) {
    if (!isTerminating(pod)) deleteStatefulPod(tools, set, pod);
    return true;
  }
  if (pod.status?.phase === 'Pending') createClaims(tools, set, ordinal, pod.metadata.name);
  return isTerminating(pod) || !isAvailable(pod, set.spec.minReadySeconds ?? 0, tools.clock.now());
}

/** Pods below the partition are made again as they were. */
function revisionFor(set: StatefulSet, ordinal: number, { current, update }: Revisions): ControllerRevision {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const start = set.spec.ordinals?.start ?? 0;
  return type !== 'OnDelete' && ordinal < start + (rollingUpdate?.partition ?? 0) ? current : update;
}

/** Whether removing has to go on later. */
function removeSurplus(
  tools: Tools,
  set: StatefulSet,
  condemned: readonly Pod[],
  oneByOne: boolean,
  claimed: readonly Pod[],
): boolean {
  const firstUnhealthy = claimed
    .toSorted((one, other) => ordinalOf(set, one) - ordinalOf(set, other))
    .find((pod) => !isHealthy(pod));
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (oneByOne) return true;
      continue;
    }
    if (!isHealthy(pod) && oneByOne && pod !== firstUnhealthy) return true;
    deleteStatefulPod(tools, set, pod);
    if (oneByOne) return true;
  }
  return false;
}

function isHealthy(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isReady(pod) && !isTerminating(pod);
}

function writeStatus(
  { clock, writer }: Tools,
  set: StatefulSet,
  pods: readonly Pod[],
  { current, update }: Revisions,
): void {
  const running = pods.filter((pod) => pod.status?.phase === 'Running');
  const of = (revision: ControllerRevision): number =>
    pods.filter((pod) => !isTerminating(pod) && revisionOf(pod) === revision.metadata.name).length;
  const counts = {
    replicas: pods.length,
    readyReplicas: running.filter(isReady).length,
    availableReplicas: running.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, clock.now()))
      .length,
    currentReplicas: of(current),
    updatedReplicas: of(update),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
  };
  const finished =
    set.spec.updateStrategy?.type !== 'OnDelete' &&
    counts.updatedReplicas === counts.replicas &&
    counts.readyReplicas === counts.replicas &&
    counts.availableReplicas === counts.replicas;
  const { replicas, availableReplicas, ...others } = finished
    ? { ...counts, currentReplicas: counts.updatedReplicas, currentRevision: counts.updateRevision }
    : counts;
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas,
    availableReplicas,
    ...omitEmpty(others),
    collisionCount: set.status?.collisionCount ?? 0,
  };
  writer.updateStatus('StatefulSet', set, () => status);
}
