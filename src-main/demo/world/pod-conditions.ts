/** Conditions that the control plane writes into the status of pods. */
import type { Condition, Pod } from './objects.ts';
import type { Tools } from './tools.ts';

/** The pod's status with one condition set in its place; the same status keeps its transition time. */
export function withPodCondition(pod: Pod, wanted: Condition): object {
  const conditions = pod.status?.conditions ?? [];
  const present = conditions.find(({ type }) => type === wanted.type);
  const condition = {
    ...wanted,
    lastProbeTime: null,
    observedGeneration: pod.metadata.generation ?? 1,
    ...(present?.status === wanted.status && present.lastTransitionTime !== undefined
      ? { lastTransitionTime: present.lastTransitionTime }
      : {}),
  };
  return {
    ...pod.status,
    conditions:
      present === undefined
        ? [...conditions, condition]
        : conditions.map((each) => (each === present ? condition : each)),
  };
}

/** Notes on a pod that is about to be taken away why it is. */
export function noteDisruption(
  { writer }: Pick<Tools, 'writer'>,
  pod: Pod,
  reason: string,
  message: string,
): void {
  const lastTransitionTime = writer.now();
  writer.updateStatus('Pod', pod, (current) =>
    withPodCondition(current, {
      type: 'DisruptionTarget',
      status: 'True',
      lastTransitionTime,
      reason,
      message,
    }),
  );
}
