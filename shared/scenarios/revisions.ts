/** Compares the revision a pod belongs to with a healthy one of the same workload. */
import { records, text } from '../cluster/narrow.ts';
import { controllerOf } from '../cluster/refs.ts';
import { parseQuantity } from '../cluster/quantities.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Pod } from '../model/kube.ts';
import type { ReplicaSet } from '../model/workloads.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** Another revision of the pod's Deployment (or whatever owns its ReplicaSet) whose pods are ready now. */
export function healthyRevision(pod: Pod, cluster: ClusterView): ReplicaSet | undefined {
  const mine = replicaSetOf(pod, cluster);
  return others(mine, cluster).find((set) => (set.status?.readyReplicas ?? 0) > 0);
}

/** The image a container had in the revision before the pod's, if that was another one. */
export function earlierImage(
  pod: Pod,
  container: string,
  cluster: ClusterView,
): { readonly replicaSet: ReplicaSet; readonly image: string; readonly ready: boolean } | undefined {
  const mine = replicaSetOf(pod, cluster);
  const own = imageIn(mine, container);
  const earlier = others(mine, cluster)
    .filter((set) => imageIn(set, container) !== '' && imageIn(set, container) !== own)
    .sort((a, b) => readyOf(b) - readyOf(a) || revisionOf(b) - revisionOf(a))[0];
  if (earlier === undefined) return undefined;
  return { replicaSet: earlier, image: imageIn(earlier, container), ready: readyOf(earlier) > 0 };
}

/** The image of a container in a ReplicaSet's template; empty if there is none. */
export function imageIn(replicaSet: ReplicaSet | undefined, container: string): string {
  const spec = replicaSet?.spec?.template?.spec;
  const all = [...records(spec?.initContainers), ...records(spec?.containers)];
  return text(all.find(({ name }) => name === container)?.image);
}

export function replicaSetOf(pod: Pod, cluster: ClusterView): ReplicaSet | undefined {
  const controller = controllerOf(pod);
  if (controller?.kind !== 'ReplicaSet') return undefined;
  return cluster.get('ReplicaSet', pod.metadata.namespace, controller.name);
}

function others(mine: ReplicaSet | undefined, cluster: ClusterView): ReplicaSet[] {
  const owner = mine && controllerOf(mine);
  if (mine === undefined || owner === undefined) return [];
  return cluster
    .ownedBy('ReplicaSet', owner.uid)
    .filter(({ metadata }) => metadata.uid !== mine.metadata.uid);
}

function readyOf(replicaSet: ReplicaSet): number {
  return replicaSet.status?.readyReplicas ?? 0;
}

function revisionOf({ metadata }: ReplicaSet): number {
  return parseQuantity(metadata.annotations?.[REVISION]) ?? 0;
}
