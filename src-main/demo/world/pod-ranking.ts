/** Which pods a ReplicaSet gives up first when it has too many. */
import type { Pod } from './objects.ts';
import { isReady } from './pods.ts';
import { conditionOf, sum, timeOf } from './tools.ts';

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * In order of deletion, by the rules of the real controller (ActivePodsWithRanks): unassigned, pending, unready, cheap
 * to delete, on a crowded node, ready for less long, restarted more often, younger. Times count by powers of two.
 */
export function rankForDeletion(candidates: readonly Pod[], related: readonly Pod[], nowMs: number): Pod[] {
  const perNode = new Map<string, number>();
  for (const { spec } of related) {
    if (spec.nodeName !== undefined) perNode.set(spec.nodeName, (perNode.get(spec.nodeName) ?? 0) + 1);
  }
  const rank = (pod: Pod): readonly number[] => {
    const ready = isReady(pod);
    const readySince = timeOf(conditionOf(pod, 'Ready')?.lastTransitionTime);
    return [
      pod.spec.nodeName === undefined ? 0 : 1,
      PHASES[pod.status?.phase ?? 'Pending'] ?? 0,
      ready ? 1 : 0,
      Number.parseInt(pod.metadata.annotations?.[DELETION_COST] ?? '0', 10) || 0,
      -(perNode.get(pod.spec.nodeName ?? '') ?? 0),
      ready ? powerOfTwo(nowMs - readySince) : 0,
      -sum(pod.status?.containerStatuses ?? [], ({ restartCount = 0 }) => restartCount),
      powerOfTwo(nowMs - timeOf(pod.metadata.creationTimestamp)),
    ];
  };
  return candidates
    .map((pod) => ({ pod, ranks: rank(pod) }))
    .sort((one, other) => compare(one.ranks, other.ranks))
    .map(({ pod }) => pod);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function powerOfTwo(ms: number): number {
  return ms < 1000 ? 0 : Math.floor(Math.log2(ms / 1000)) + 1;
}
