/** The status of PodDisruptionBudgets: how many of the pods they cover may be evicted now. */
import type { Condition, Pod } from './objects.ts';
import type { PodDisruptionBudget } from './other-objects.ts';
import { isReady, isTerminal, isTerminating, selects } from './pods.ts';
import {
  conditionOf,
  controllerOf,
  keyOf,
  omitEmpty,
  scaled,
  splitKey,
  sum,
  timeOf,
  type Controller,
  type Tools,
} from './tools.ts';
import { WorkQueue } from './work-queue.ts';

const SOURCE = { component: 'controllermanager' };
/** How long an eviction that was granted is waited for. */
const EVICTION_MS = 120_000;

export function startDisruptionController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const byNamespace = informers.index('PodDisruptionBudget', ({ metadata }) => [metadata.namespace ?? '']);
  const queue = new WorkQueue({
    clock,
    // Behind the pods of a workload that is made together with it.
    delayMs: 150,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const budget = writer.find('PodDisruptionBudget', namespace, name);
      if (budget === undefined || budget.metadata.deletionTimestamp !== undefined) return;
      writeStatus(tools, budget);
    },
  });
  informers.on('PodDisruptionBudget', ({ type, object }) => {
    if (type !== 'DELETED') queue.add(keyOf(object));
  });
  informers.on('Pod', ({ object, old }) => {
    const labels = [object, ...(old === undefined ? [] : [old])].map(({ metadata }) => metadata.labels);
    for (const budget of byNamespace.get(object.metadata.namespace ?? '')) {
      if (labels.some((each) => selects(budget.spec.selector, each))) queue.add(keyOf(budget));
    }
  });
  return queue;
}

function writeStatus(tools: Tools, budget: PodDisruptionBudget): void {
  const { clock, pods: indexers, recordEvent, writer } = tools;
  const pods = indexers.byNamespace
    .get(budget.metadata.namespace ?? '')
    .filter((pod) => selects(budget.spec.selector, pod.metadata.labels));
  if (pods.length === 0) {
    const message = 'No matching pods found';
    recordEvent({ about: budget, type: 'Normal', reason: 'NoPods', message, source: SOURCE });
  }
  const granted = Object.entries(budget.status?.disruptedPods ?? {}).filter(
    ([name, at]) =>
      clock.now() - timeOf(at) < EVICTION_MS &&
      pods.some((pod) => pod.metadata.name === name && !isTerminating(pod)),
  );
  const leaving = new Set(granted.map(([name]) => name));
  const { expected, desired } = expectations(tools, budget, pods);
  const healthy = pods.filter(
    (pod) => !isTerminating(pod) && !isTerminal(pod) && isReady(pod) && !leaving.has(pod.metadata.name),
  ).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  writer.updateStatus('PodDisruptionBudget', budget, (present) => {
    const status = {
      ...omitEmpty({ observedGeneration: budget.metadata.generation ?? 0 }),
      ...(granted.length === 0 ? {} : { disruptedPods: Object.fromEntries(granted) }),
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      conditions: conditionsOf(present, allowed, writer.now()),
    };
    return status;
  });
}

function conditionsOf(budget: PodDisruptionBudget, allowed: number, now: string): readonly Condition[] {
  const present = conditionOf(budget, 'DisruptionAllowed');
  const status = allowed > 0 ? 'True' : 'False';
  return [
    {
      type: 'DisruptionAllowed',
      status,
      observedGeneration: budget.metadata.generation ?? 0,
      lastTransitionTime: present?.status === status ? (present.lastTransitionTime ?? now) : now,
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
    },
  ];
}

function expectations(
  tools: Tools,
  { spec: { maxUnavailable, minAvailable } }: PodDisruptionBudget,
  pods: readonly Pod[],
): { readonly expected: number; readonly desired: number } {
  if (maxUnavailable !== undefined) {
    const expected = expectedScale(tools, pods);
    return { expected, desired: Math.max(0, expected - scaled(maxUnavailable, expected, 'up')) };
  }
  if (typeof minAvailable === 'string') {
    const expected = expectedScale(tools, pods);
    return { expected, desired: scaled(minAvailable, expected, 'up') };
  }
  return { expected: pods.length, desired: minAvailable ?? 0 };
}

/** How many pods the controllers of these pods want together. */
function expectedScale({ writer }: Tools, pods: readonly Pod[]): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const { namespace } = pod.metadata;
    if (owner?.kind === 'ReplicaSet') {
      const replicaSet = writer.find('ReplicaSet', namespace, owner.name);
      const above = replicaSet === undefined ? undefined : controllerOf(replicaSet);
      const deployment = above === undefined ? undefined : writer.find('Deployment', namespace, above.name);
      const scaledObject = deployment ?? replicaSet;
      if (scaledObject !== undefined) {
        scales.set(scaledObject.metadata.uid, scaledObject.spec.replicas ?? 1);
      }
    } else if (owner?.kind === 'StatefulSet') {
      scales.set(owner.uid, writer.find('StatefulSet', namespace, owner.name)?.spec.replicas ?? 0);
    }
  }
  return sum([...scales.values()], (replicas) => replicas);
}
