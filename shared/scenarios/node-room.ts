/** How much of each resource is free on the nodes a pod might run on. */
import { list, record, records, text } from '../cluster/narrow.ts';
import { labelOf, labelPairs } from '../cluster/selectors.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Node, Pod } from '../model/kube.ts';
import { add, amountsOf, requestsOf, type Amounts } from './pod-requests.ts';
import { isFinished } from './pods.ts';

export interface NodeRoom {
  readonly node: Node;
  readonly allocatable: Amounts;
  /** Allocatable less the requests of the pods on the node; below zero where it is overcommitted. */
  readonly free: Amounts;
  /** Cordon, taints and node selector let the pod on the node. Affinity and volumes are not looked at. */
  readonly open: boolean;
}

/** All nodes with their room, in the order of the view. */
export function roomOf(pod: Pod, cluster: ClusterView): NodeRoom[] {
  return cluster.nodes().map((node) => {
    const allocatable = amountsOf(node.status?.allocatable);
    const used = new Map<string, number>();
    for (const other of cluster.podsOnNode(node.metadata.name)) {
      if (!isFinished(other)) add(used, requestsOf(other));
    }
    const free = new Map(
      [...allocatable].map(([resource, amount]) => [resource, amount - (used.get(resource) ?? 0)]),
    );
    return { node, allocatable, free, open: isOpen(node, pod) };
  });
}

function isOpen(node: Node, pod: Pod): boolean {
  const taints = [...records(node.spec?.taints)];
  if (node.spec?.unschedulable === true)
    taints.push({ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' });
  const kept = taints.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  if (kept && taints.some((taint) => !isTolerated(taint, pod))) return false;
  return labelPairs(pod.spec?.nodeSelector).every(
    ([key, value]) => labelOf(node.metadata.labels, key) === value,
  );
}

/** Kubernetes documentation, "Taints and Tolerations": an empty key with Exists tolerates all, an empty effect any. */
function isTolerated(taint: Record<string, unknown>, pod: Pod): boolean {
  if (taint.effect === 'PreferNoSchedule') return true;
  return list(pod.spec?.tolerations).some((one) => {
    const { key, operator, value, effect } = record(one);
    if (text(effect) !== '' && effect !== taint.effect) return false;
    if (text(key) === '') return operator === 'Exists';
    return key === taint.key && (operator === 'Exists' || text(value) === text(taint.value));
  });
}
