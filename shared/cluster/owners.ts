/** From a pod up to the workload people know by name. */
import type { Pod } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';
import { controllerOf, refToOwner } from './refs.ts';
import type { ClusterView } from './view.ts';

/** The workload a pod belongs to, and the uid of the controller that made the pod: the revision. */
export interface Workload {
  readonly ref: Ref;
  readonly revision: string;
}

/**
 * Climbs by controller references: a pod's controller is its workload (StatefulSet, DaemonSet, Job, or any kind not
 * read here); a ReplicaSet stands for one revision of what controls it (Deployment, Argo Rollout), if anything does.
 * A Job stays a Job: each run of a CronJob is its own. A static pod, controlled by its Node, has no workload.
 */
export function workloadOf(pod: Pod, view: Pick<ClusterView, 'byUid'>): Workload | undefined {
  const { namespace } = pod.metadata;
  const controller = controllerOf(pod);
  if (controller === undefined || controller.kind === 'Node') return undefined;
  const replicaSet = controller.kind === 'ReplicaSet' ? view.byUid(controller.uid) : undefined;
  const owner = (replicaSet && controllerOf(replicaSet)) ?? controller;
  return { ref: refToOwner(owner, namespace), revision: controller.uid };
}

/** Pods of all revisions of a workload (named by its `refKey`) that are not finished and not being deleted. */
export function activePodsOf(workload: string, view: Pick<ClusterView, 'ownedBy'>): Pod[] {
  const revisions = view.ownedBy('ReplicaSet', workload).flatMap(({ metadata }) => metadata.uid ?? []);
  return [workload, ...revisions].flatMap((uid) => view.ownedBy('Pod', uid).filter(isActive));
}

function isActive(pod: Pod): boolean {
  const { phase } = pod.status ?? {};
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined;
}
