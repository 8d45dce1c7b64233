/** Why a node cannot take a pod: the scheduler's filters in their order, in the words of the real ones. */
import { boundNames, matchesNode } from './node-matching.ts';
import { allocatableOf, needsOf, requestsOf, type NodeRoom } from './node-room.ts';
import type { Node, Pod } from './objects.ts';
import { antiAffinityRefusal, type Placement, type Refusal } from './scheduler-topology.ts';
import { untolerated } from './taints.ts';
import { volumeNodeRefusal, type Volumes } from './scheduler-volumes.ts';

export interface Candidate {
  readonly pod: Pod;
  readonly node: Node;
  readonly room: NodeRoom;
  readonly placement: Placement;
  readonly volumes: Volumes;
}

const EPSILON = 1e-9;
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

function never(reason: string): Refusal {
  return { reasons: [reason], resolvable: false };
}

const FILTERS: readonly ((candidate: Candidate) => Refusal | undefined)[] = [
  ({ pod, node }) => {
    const names = boundNames(pod.spec);
    return names === undefined || names.includes(node.metadata.name)
      ? undefined
      : never("node(s) didn't satisfy plugin(s) [NodeAffinity]");
  },
  ({ pod, node }) => {
    if (node.spec?.unschedulable !== true) return undefined;
    const cordon = { ...node, spec: { taints: [{ key: UNSCHEDULABLE, effect: 'NoSchedule' }] } };
    return untolerated(cordon, pod.spec.tolerations, ['NoSchedule']) === undefined
      ? undefined
      : never('node(s) were unschedulable');
  },
  ({ pod, node }) =>
    untolerated(node, pod.spec.tolerations, ['NoSchedule', 'NoExecute']) === undefined
      ? undefined
      : never('node(s) had untolerated taint(s)'),
  ({ pod, node }) =>
    matchesNode(pod, node) ? undefined : never("node(s) didn't match Pod's node affinity/selector"),
  ({ pod, room }) => {
    const wanted = needsOf(pod).hostPorts;
    const taken = wanted.some((port) => [...room.hostPorts].some((other) => portsConflict(port, other)));
    return taken
      ? { reasons: ["node(s) didn't have free ports for the requested pod ports"], resolvable: true }
      : undefined;
  },
  fits,
  ({ volumes, node }) => {
    const reason = volumeNodeRefusal(volumes, node);
    return reason === undefined ? undefined : never(reason);
  },
  ({ pod, node, placement }) => antiAffinityRefusal(pod, node, placement),
];

/** Undefined if the node can take the pod. */
export function refusalOf(candidate: Candidate): Refusal | undefined {
  for (const filter of FILTERS) {
    const refusal = filter(candidate);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function fits({ pod, node, room }: Candidate): Refusal | undefined {
  const reasons: string[] = [];
  let resolvable = true;
  if (room.count + 1 > allocatableOf(node, 'pods')) reasons.push('Too many pods');
  for (const [resource, amount] of requestsOf(pod)) {
    if (amount <= 0) continue;
    const allocatable = allocatableOf(node, resource);
    if (amount <= allocatable - (room.requested.get(resource) ?? 0) + EPSILON) continue;
    reasons.push(`Insufficient ${resource}`);
    if (amount > allocatable) resolvable = false;
  }
  return reasons.length === 0 ? undefined : { reasons, resolvable };
}

/** 0.0.0.0 stands for every address of the host. */
function portsConflict(one: string, other: string): boolean {
  const [oneIp, ...onePort] = one.split('/');
  const [otherIp, ...otherPort] = other.split('/');
  const sameAddress = oneIp === otherIp || oneIp === '0.0.0.0' || otherIp === '0.0.0.0';
  return sameAddress && onePort.join('/') === otherPort.join('/');
}
