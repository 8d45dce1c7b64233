/** Which of the nodes that can take a pod is the best: the least loaded, with siblings spread out. */
import { allocatableOf, needsOf, type NodeRooms } from './node-room.ts';
import type { Node, Pod } from './objects.ts';
import { untolerated } from './taints.ts';
import { controllerOf } from './tools.ts';

const SPREAD_WEIGHT = 200;
const PREFER_WEIGHT = 300;

/** Undefined if there is none. Among equals the first by name. */
export function bestOf(pod: Pod, nodes: readonly Node[], rooms: NodeRooms): Node | undefined {
  let best: { readonly node: Node; readonly score: number } | undefined;
  for (const node of nodes) {
    const score = scoreOf(pod, node, rooms);
    if (
      best === undefined ||
      score > best.score ||
      (score === best.score && node.metadata.name < best.node.metadata.name)
    ) {
      best = { node, score };
    }
  }
  return best?.node;
}

function scoreOf(pod: Pod, node: Node, rooms: NodeRooms): number {
  const room = rooms.of(node.metadata.name);
  let free = 0;
  for (const [resource, amount] of needsOf(pod).load) {
    const allocatable = allocatableOf(node, resource);
    const asked = (room.load.get(resource) ?? 0) + amount;
    if (allocatable > 0) free += Math.max(0, 1 - asked / allocatable) * 100;
  }
  const siblings = room.siblings.get(controllerOf(pod)?.uid ?? '') ?? 0;
  const avoided = untolerated(node, pod.spec.tolerations, ['PreferNoSchedule']) !== undefined;
  return free - siblings * SPREAD_WEIGHT - (avoided ? PREFER_WEIGHT : 0);
}
