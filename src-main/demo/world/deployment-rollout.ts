/** The steps of a rolling update: grow the new ReplicaSet and shrink the old ones as far as the strategy allows now. */
import { availableOf, desiredOf, maxUnavailableOf, newSize, sizeOf } from './deployment-rules.ts';
import { isTerminal } from './pods.ts';
import { byAge, sum, type PodIndexers } from './tools.ts';
import type { Deployment, ReplicaSet } from './workload-objects.ts';

type Scale = (replicaSet: ReplicaSet, size: number) => void;

/** Whether the new ReplicaSet was resized. */
export function scaleUpNew(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet,
  scale: Scale,
): boolean {
  const size = sizeOf(fresh);
  const desired = desiredOf(deployment);
  if (size === desired) return false;
  const wanted = size > desired ? desired : newSize(deployment, all, size);
  if (wanted === size) return false;
  scale(fresh, wanted);
  return true;
}

/** Old pods that are not available go first, for they give nothing; then as many as availability allows. */
export function scaleDownOld(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet,
  scale: Scale,
): void {
  const old = all.filter((each) => each.metadata.uid !== fresh.metadata.uid && sizeOf(each) > 0).sort(byAge);
  if (old.length === 0) return;
  const minAvailable = desiredOf(deployment) - maxUnavailableOf(deployment);
  const freshUnavailable = sizeOf(fresh) - availableOf(fresh);
  const limit = sum(all, sizeOf) - minAvailable - freshUnavailable;
  if (limit <= 0) return;

  const sizes = new Map(old.map((each) => [each, sizeOf(each)]));
  let cleaned = 0;
  for (const each of old) {
    const count = Math.min(limit - cleaned, sizeOf(each) - availableOf(each));
    if (count <= 0) continue;
    sizes.set(each, sizeOf(each) - count);
    cleaned += count;
  }
  let spare = sum(all, availableOf) - minAvailable;
  for (const each of old) {
    const size = sizes.get(each) ?? 0;
    const count = Math.min(size, spare);
    if (count <= 0) continue;
    sizes.set(each, size - count);
    spare -= count;
  }
  for (const [each, size] of sizes) if (size !== sizeOf(each)) scale(each, size);
}

/** Whether pods of old ReplicaSets have not ended yet, those being deleted included. */
export function stillRunsOldPods(old: readonly ReplicaSet[], pods: PodIndexers): boolean {
  return old.some(
    ({ metadata, status }) =>
      (status?.replicas ?? 0) > 0 || pods.byController.get(metadata.uid).some((pod) => !isTerminal(pod)),
  );
}
