/** Watches over nodes: notices those that fall silent, taints them and takes their pods away; tidies up after nodes that are gone. */
import type { Condition, Node, Pod, Taint } from './objects.ts';
import { noteDisruption } from './pod-conditions.ts';
import { isReady, isTerminal, isTerminating } from './pods.ts';
import { tolerates } from './taints.ts';
import { conditionOf, keyOf, same, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';

// Flags of the kube-controller-manager.
const GRACE_MS = 40_000;
const LOST_NODE_MS = 40_000;
const SOURCE = { component: 'node-controller' };
const EVICTION_SOURCE = { component: 'taint-eviction-controller' };
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const PRESSURES: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};
const OWN_TAINTS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(PRESSURES)]);
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** `silentSince` knows since when (ms) a node's kubelet has not been heard of; undefined while it is. */
export function startNodeLifecycle(
  tools: Tools,
  silentSince: (nodeName: string) => number | undefined,
): Controller {
  const { clock, informers, pods, writer } = tools;
  const evictions = new Map<string, () => void>();
  const queue = new WorkQueue({
    clock,
    delayMs: 30,
    reconcile: (name) => {
      const node = writer.find('Node', undefined, name);
      if (node === undefined) return;
      const since = silentSince(name);
      const graceLeft = since === undefined ? undefined : since + GRACE_MS - clock.now();
      if (graceLeft !== undefined && graceLeft > 0) queue.addAfter(name, graceLeft);
      else if (graceLeft !== undefined) markUnknown(tools, node);
      const judged = writer.find('Node', undefined, name) ?? node;
      syncTaints(tools, judged);
      const ready = conditionOf(judged, 'Ready');
      if (ready !== undefined && ready.status !== 'True') markPodsNotReady(tools, name);
    },
  });

  const evictLater = (pod: Pod, node: Node): void => {
    const key = pod.metadata.uid;
    const wait = toleratedFor(
      pod,
      (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute'),
    );
    const present = evictions.get(key);
    if (wait === undefined || isTerminating(pod)) {
      present?.();
      evictions.delete(key);
      return;
    }
    if (present !== undefined) return;
    const cancel = clock.after(wait, () => {
      evictions.delete(key);
      evict(tools, pod);
    });
    evictions.set(key, cancel);
  };

  informers.on('Node', ({ type, object, old }) => {
    const { name } = object.metadata;
    if (type === 'DELETED') {
      tellNode(tools, object, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
      clock.after(LOST_NODE_MS, () => {
        collectLostPods(tools, name);
      });
      return;
    }
    if (type === 'ADDED') {
      tellNode(tools, object, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
    }
    if (old === undefined || mattersFor(old, object)) queue.add(name);
    if (!same(old?.spec?.taints, object.spec?.taints)) {
      for (const pod of pods.byNode.get(name)) evictLater(pod, object);
    }
  });
  informers.on('Pod', ({ type, object, old }) => {
    if (type === 'DELETED') {
      evictions.get(object.metadata.uid)?.();
      evictions.delete(object.metadata.uid);
      return;
    }
    if (object.spec.nodeName === undefined || old?.spec.nodeName !== undefined) return;
    const node = writer.find('Node', undefined, object.spec.nodeName);
    if (node !== undefined && (node.spec?.taints ?? []).length > 0) evictLater(object, node);
  });
  return {
    stop: () => {
      queue.stop();
      for (const cancel of evictions.values()) cancel();
    },
  };
}

function mattersFor(old: Node, node: Node): boolean {
  const states = (each: Node): unknown =>
    (each.status?.conditions ?? []).map(({ type, status }) => [type, status]);
  return !(
    same(old.spec, node.spec) &&
    same(states(old), states(node)) &&
    same(old.metadata.labels, node.metadata.labels) &&
    same(old.metadata.annotations, node.metadata.annotations)
  );
}

function markUnknown({ recordEvent, writer }: Tools, node: Node): void {
  const now = writer.now();
  const updated = writer.updateStatus('Node', node, ({ status }) => ({
    ...status,
    conditions: [
      ...(status?.conditions ?? []).map((condition): Condition =>
        KUBELET_CONDITIONS.includes(condition.type) && condition.status !== 'Unknown'
          ? {
              ...condition,
              status: 'Unknown',
              reason: 'NodeStatusUnknown',
              message: 'Kubelet stopped posting node status.',
              lastTransitionTime: now,
            }
          : condition,
      ),
    ],
  }));
  if (updated === undefined || conditionOf(node, 'Ready')?.status === 'Unknown') return;
  const message = `Node ${node.metadata.name} status is now: NodeNotReady`;
  recordEvent({ about: node, type: 'Normal', reason: 'NodeNotReady', message, source: SOURCE });
}

/** The taints that follow from conditions and cordoning; those of people stay. */
function syncTaints({ writer }: Tools, node: Node): void {
  const ready = conditionOf(node, 'Ready')?.status;
  const wanted: { readonly key: string; readonly effect: string }[] = [];
  if (node.spec?.unschedulable === true) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  for (const [type, key] of Object.entries(PRESSURES)) {
    if (conditionOf(node, type)?.status === 'True') wanted.push({ key, effect: 'NoSchedule' });
  }
  const silent = ready === 'Unknown' ? UNREACHABLE : ready === 'False' ? NOT_READY : undefined;
  if (silent !== undefined) {
    wanted.push({ key: silent, effect: 'NoSchedule' }, { key: silent, effect: 'NoExecute' });
  }
  const present = node.spec?.taints ?? [];
  const now = writer.now();
  const kept = present.filter(({ key }) => !OWN_TAINTS.has(key));
  const taints = [
    ...kept,
    ...wanted.map(
      (taint): Taint =>
        present.find(({ key, effect }) => key === taint.key && effect === taint.effect) ?? {
          ...taint,
          timeAdded: now,
        },
    ),
  ];
  if (same(taints, present)) return;
  writer.update('Node', node, ({ spec = {}, ...rest }) => {
    const { taints: _old, ...others } = spec;
    return { ...rest, spec: taints.length === 0 ? others : { ...others, taints } };
  });
}

function markPodsNotReady({ pods, recordEvent, writer }: Tools, nodeName: string): void {
  const now = writer.now();
  for (const pod of pods.byNode.get(nodeName)) {
    if (!isReady(pod) || isTerminal(pod)) continue;
    writer.updateStatus('Pod', pod, ({ status }) => ({
      ...status,
      conditions: (status?.conditions ?? []).map((condition) =>
        condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime: now } : condition,
      ),
    }));
    const message = 'Node is not ready';
    recordEvent({ about: pod, type: 'Warning', reason: 'NodeNotReady', message, source: SOURCE });
  }
}

/** Milliseconds the pod may stay; undefined for as long as it likes. */
function toleratedFor(pod: Pod, taints: readonly Taint[]): number | undefined {
  if (taints.length === 0) return undefined;
  const limits: number[] = [];
  for (const taint of taints) {
    const tolerations = (pod.spec.tolerations ?? []).filter((each) => tolerates(each, taint));
    if (tolerations.length === 0) return 0;
    for (const { tolerationSeconds } of tolerations) {
      if (tolerationSeconds !== undefined) limits.push(Math.max(0, tolerationSeconds) * 1000);
    }
  }
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function evict(tools: Tools, pod: Pod): void {
  const { recordEvent, writer } = tools;
  const present = writer.find('Pod', pod.metadata.namespace, pod.metadata.name);
  if (present?.metadata.uid !== pod.metadata.uid) return;
  recordEvent({
    about: present,
    type: 'Normal',
    reason: 'TaintManagerEviction',
    message: `Marking for deletion Pod ${keyOf(present)}`,
    source: EVICTION_SOURCE,
  });
  noteDisruption(tools, present, 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint');
  writer.delete('Pod', present);
}

/** Pods of a node that is no more cannot end by themselves. */
function collectLostPods(tools: Tools, nodeName: string): void {
  const { pods, writer } = tools;
  if (writer.find('Node', undefined, nodeName) !== undefined) return;
  for (const pod of pods.byNode.get(nodeName)) {
    if (!isTerminal(pod)) noteDisruption(tools, pod, 'DeletionByPodGC', 'PodGC: node no longer exists');
    writer.delete('Pod', pod, { gracePeriodSeconds: 0 });
  }
}

function tellNode({ recordEvent }: Tools, node: Node, reason: string, message: string): void {
  recordEvent({ about: node, type: 'Normal', reason, message, source: SOURCE });
}
