/** Makes room for an important pod by deleting less important ones, as few and as unimportant as will do. */
import { roomOf, type NodeRoom } from './node-room.ts';
import type { Node, Pod } from './objects.ts';
import { noteDisruption } from './pod-conditions.ts';
import { refusalOf, type Candidate } from './scheduler-filters.ts';
import { byAge, type Tools } from './tools.ts';

export interface Preemption {
  readonly node: Node;
  readonly victims: readonly Pod[];
}

export function findPreemption(
  pod: Pod,
  nodes: readonly Node[],
  roomFor: (node: Node) => NodeRoom,
  rules: Pick<Candidate, 'placement' | 'volumes'>,
): Preemption | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return undefined;
  let best: { readonly preemption: Preemption; readonly cost: readonly [number, number] } | undefined;
  for (const node of nodes) {
    const victims = victimsOn(pod, node, roomFor(node), rules);
    if (victims === undefined) continue;
    const cost = [Math.max(...victims.map(priorityOf)), victims.length] as const;
    if (
      best === undefined ||
      cost[0] < best.cost[0] ||
      (cost[0] === best.cost[0] && cost[1] < best.cost[1])
    ) {
      best = { preemption: { node, victims }, cost };
    }
  }
  return best?.preemption;
}

/** Takes all less important pods away, then gives back, the most important first, those for which there is room. */
function victimsOn(
  pod: Pod,
  node: Node,
  room: NodeRoom,
  rules: Pick<Candidate, 'placement' | 'volumes'>,
): readonly Pod[] | undefined {
  const lesser = room.pods.filter((each) => priorityOf(each) < priorityOf(pod));
  if (lesser.length === 0) return undefined;
  let kept = room.pods.filter((each) => !lesser.includes(each));
  const fitsBeside = (pods: readonly Pod[]): boolean => {
    const podsOn = (name: string): readonly Pod[] =>
      name === node.metadata.name ? pods : rules.placement.podsOn(name);
    const exclusive = rules.placement.exclusive.filter(
      (each) => each.spec.nodeName !== node.metadata.name || pods.includes(each),
    );
    const placement = { ...rules.placement, podsOn, exclusive };
    return refusalOf({ pod, node, room: roomOf(pods), placement, volumes: rules.volumes }) === undefined;
  };
  if (!fitsBeside(kept)) return undefined;
  const victims: Pod[] = [];
  for (const each of lesser.toSorted(
    (one, other) => priorityOf(other) - priorityOf(one) || byAge(one, other),
  )) {
    if (fitsBeside([...kept, each])) kept = [...kept, each];
    else victims.push(each);
  }
  return victims.length === 0 ? undefined : victims;
}

export function preempt(tools: Tools, pod: Pod, { node, victims }: Preemption): void {
  const { recordEvent, writer } = tools;
  for (const victim of victims) {
    if (victim.metadata.deletionTimestamp !== undefined) continue;
    const why = 'default-scheduler: preempting to accommodate a higher priority pod';
    noteDisruption(tools, victim, 'PreemptionByScheduler', why);
    writer.delete('Pod', victim);
    recordEvent({
      about: victim,
      type: 'Normal',
      reason: 'Preempted',
      action: 'Preempting',
      message: `Preempted by pod ${pod.metadata.uid} on node ${node.metadata.name}`,
      source: { component: 'default-scheduler' },
    });
  }
}

function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0;
}
