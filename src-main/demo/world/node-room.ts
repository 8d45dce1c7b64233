/** How much of each node is asked for by its pods, kept per node and counted anew only where something changed. */
import { parseQuantity } from '../../../shared/cluster/quantities.ts';
import { podAmounts } from '../admission/pod-resources.ts';
import { isTerminal } from './pods.ts';
import type { Node, Pod } from './objects.ts';
import { controllerOf, type Tools } from './tools.ts';

/** Amounts by resource name, in cores, bytes or pieces. */
export type Amounts = ReadonlyMap<string, number>;

/** What one pod takes of a node. */
interface Needs {
  readonly requests: Amounts;
  readonly load: Amounts;
  readonly hostPorts: readonly string[];
}

export interface NodeRoom {
  readonly pods: readonly Pod[];
  readonly count: number;
  readonly requested: Amounts;
  /** Cores and bytes, with what the scheduler assumes of pods that ask for nothing. */
  readonly load: Amounts;
  /** Pods by the uid of their controller. */
  readonly siblings: ReadonlyMap<string, number>;
  /** `hostIP/protocol/port` of every port taken on the host. */
  readonly hostPorts: ReadonlySet<string>;
}

/** What the real scheduler assumes of a pod that asks for nothing: 100 m and 200 MB. */
const ASSUMED: Amounts = new Map([
  ['cpu', 0.1],
  ['memory', 200 * 1024 * 1024],
]);
const NANO = 1e9;
const needsOfSpec = new WeakMap<object, Needs>();

export function needsOf({ spec }: Pick<Pod, 'spec'>): Needs {
  const known = needsOfSpec.get(spec);
  if (known !== undefined) return known;
  const requests = new Map<string, number>();
  for (const [name, { nano }] of podAmounts({ ...spec }, 'requests')) requests.set(name, Number(nano) / NANO);
  const load = new Map([...ASSUMED].map(([name, assumed]) => [name, requests.get(name) ?? assumed]));
  const hostPorts = spec.containers.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort = 0 }) => hostPort > 0)
      .map(({ hostIP = '0.0.0.0', protocol = 'TCP', hostPort = 0 }) => `${hostIP}/${protocol}/${hostPort}`),
  );
  const needs = { requests, load, hostPorts };
  needsOfSpec.set(spec, needs);
  return needs;
}

export function requestsOf(pod: Pick<Pod, 'spec'>): Amounts {
  return needsOf(pod).requests;
}

export function allocatableOf(node: Node, resource: string): number {
  const { allocatable, capacity } = node.status ?? {};
  return parseQuantity(allocatable?.[resource] ?? capacity?.[resource]) ?? 0;
}

/** Grows with each pod that is added; where one goes, it is counted anew. */
class GrowingRoom implements NodeRoom {
  readonly #pods = new Map<string, Pod>();
  readonly requested = new Map<string, number>();
  readonly load = new Map<string, number>();
  readonly siblings = new Map<string, number>();
  readonly hostPorts = new Set<string>();

  get pods(): readonly Pod[] {
    return [...this.#pods.values()];
  }

  get count(): number {
    return this.#pods.size;
  }

  add(pod: Pod): void {
    const { uid } = pod.metadata;
    const isKnown = this.#pods.has(uid);
    this.#pods.set(uid, pod);
    if (isKnown) return;
    const { requests, load, hostPorts } = needsOf(pod);
    addTo(this.requested, requests);
    addTo(this.load, load);
    for (const port of hostPorts) this.hostPorts.add(port);
    const owner = controllerOf(pod)?.uid;
    if (owner !== undefined) this.siblings.set(owner, (this.siblings.get(owner) ?? 0) + 1);
  }
}

export class NodeRooms {
  readonly #tools: Pick<Tools, 'pods'>;
  readonly #rooms = new Map<string, GrowingRoom>();

  constructor(tools: Pick<Tools, 'pods' | 'informers'>) {
    this.#tools = tools;
    tools.informers.on('Pod', ({ type, object, old }) => {
      const { nodeName } = object.spec;
      if (nodeName === undefined) return;
      const gone = type === 'DELETED' || isTerminal(object);
      // A pod's generation counts the changes of its spec: it may have been resized.
      const resized =
        old?.spec.nodeName === nodeName && old.metadata.generation !== object.metadata.generation;
      if (gone || resized) this.#rooms.delete(nodeName);
      else this.#rooms.get(nodeName)?.add(object);
    });
  }

  of(nodeName: string): NodeRoom {
    const known = this.#rooms.get(nodeName);
    if (known !== undefined) return known;
    const room = new GrowingRoom();
    for (const pod of this.#tools.pods.byNode.get(nodeName)) if (!isTerminal(pod)) room.add(pod);
    this.#rooms.set(nodeName, room);
    return room;
  }
}

/** What pods ask for together. */
export function roomOf(pods: readonly Pod[]): NodeRoom {
  const room = new GrowingRoom();
  for (const pod of pods) room.add(pod);
  return room;
}

function addTo(total: Map<string, number>, more: Amounts): void {
  for (const [name, amount] of more) total.set(name, (total.get(name) ?? 0) + amount);
}
