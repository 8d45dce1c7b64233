/** The sentence that says why a pod could not be placed. */
import type { Refusal } from './scheduler-topology.ts';

/** By node name. */
export type Refusals = ReadonlyMap<string, Refusal>;

/**
 * `0/20 nodes are available: 3 node(s) had untolerated taint(s), 17 Insufficient memory. no new claims …`, as the
 * scheduler of Kubernetes 1.35 writes it: reasons counted over nodes and sorted as text, then what preemption found.
 */
export function unschedulableMessage(refusals: Refusals): string {
  const total = refusals.size;
  const reasons = histogram([...refusals.values()].flatMap(({ reasons: each }) => each));
  const preemption = histogram(
    [...refusals.values()].map(({ resolvable }) =>
      resolvable
        ? 'No preemption victims found for incoming pod'
        : 'Preemption is not helpful for scheduling',
    ),
  );
  const sentence = `0/${total} nodes are available:`;
  return `${sentence} ${reasons} no new claims to deallocate, preemption: ${sentence} ${preemption}`;
}

/** The sentence where no node was looked at, because the pod's claims forbid it. */
export function claimMessage(nodes: number, reason: string): string {
  // The real one's "not found" is of a state that its own filters did not come to write.
  return `0/${nodes} nodes are available: ${reason}. not found`;
}

function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return `${[...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')}.`;
}
