/** Checks an object as a whole, and what an update may change, in the words and in the order of the API server. */
import { record } from '../../../shared/cluster/narrow.ts';
import { apiVersionOf, type DraftObject, type Resource, type StoredObject } from '../model.ts';
import type { StatusCause } from '../status-error.ts';
import { checkAutoscaler, checkBinding, checkDisruptionBudget, checkRole } from './validation/access.ts';
import * as configuration from './validation/configuration.ts';
import { checkEvent } from './validation/events.ts';
import { checkCronJob, checkJob } from './validation/jobs.ts';
import { checkMetadata, checkMetadataUpdate, checkPlainFinalizers } from './validation/metadata.ts';
import { dns1035Label, dnsLabel, dnsSubdomain, pathSegment, type Format } from './validation/names.ts';
import {
  checkEndpoints,
  checkEndpointSlice,
  checkIngress,
  checkIngressClass,
  checkNetworkPolicy,
} from './validation/network.ts';
import { checkLease, checkNode } from './validation/nodes.ts';
import { checkPodTemplate } from './validation/pod-spec.ts';
import { checkPod } from './validation/pods.ts';
import { Report } from './validation/report.ts';
import { checkService } from './validation/services.ts';
import { checkClaim, checkStorageClass, checkVolume } from './validation/storage.ts';
import * as workloads from './validation/workloads.ts';

interface Kind {
  readonly name?: Format;
  readonly check?: (report: Report, object: DraftObject, old: StoredObject | undefined) => void;
  /** Whether the API server repeats the checks of a creation on an update, as it does for some kinds. */
  readonly again?: true;
}

const ANY_NAME: Kind = { name: pathSegment };

const KINDS: Readonly<Record<string, Kind>> = {
  'v1 Pod': { check: checkPod, again: true },
  'v1 PodTemplate': {
    check: (report, object) => {
      checkPodTemplate(report, 'template', record(object.template));
    },
  },
  'v1 Node': { check: checkNode },
  'coordination.k8s.io/v1 Lease': { check: checkLease },
  'v1 Namespace': { name: dnsLabel },
  'v1 Service': { name: dns1035Label, check: checkService },
  'v1 Endpoints': { check: checkEndpoints, again: true },
  'v1 ConfigMap': { check: configuration.checkConfigMap },
  'v1 Secret': { check: configuration.checkSecret, again: true },
  'v1 ServiceAccount': { again: true },
  'v1 ResourceQuota': { check: configuration.checkResourceQuota },
  'v1 LimitRange': { check: configuration.checkLimitRange, again: true },
  'v1 PersistentVolume': { check: checkVolume, again: true },
  'v1 PersistentVolumeClaim': { check: checkClaim, again: true },
  'v1 ReplicationController': { check: workloads.checkReplicationController },
  'v1 Event': { check: checkEvent },
  'events.k8s.io/v1 Event': {},
  'apps/v1 Deployment': { check: workloads.checkDeployment },
  'apps/v1 ReplicaSet': { check: workloads.checkReplicaSet },
  'apps/v1 StatefulSet': { name: dnsLabel, check: workloads.checkStatefulSet },
  'apps/v1 DaemonSet': { check: workloads.checkDaemonSet },
  'batch/v1 Job': { check: checkJob },
  'batch/v1 CronJob': { check: checkCronJob },
  'autoscaling/v2 HorizontalPodAutoscaler': { check: checkAutoscaler },
  'autoscaling/v1 HorizontalPodAutoscaler': { check: checkAutoscaler },
  'policy/v1 PodDisruptionBudget': { name: pathSegment, check: checkDisruptionBudget },
  'networking.k8s.io/v1 Ingress': { check: checkIngress, again: true },
  'networking.k8s.io/v1 IngressClass': { check: checkIngressClass, again: true },
  'networking.k8s.io/v1 NetworkPolicy': { check: checkNetworkPolicy },
  'discovery.k8s.io/v1 EndpointSlice': { check: checkEndpointSlice },
  'storage.k8s.io/v1 StorageClass': { check: checkStorageClass },
  'scheduling.k8s.io/v1 PriorityClass': { check: configuration.checkPriorityClass },
  'rbac.authorization.k8s.io/v1 Role': { ...ANY_NAME, check: checkRole, again: true },
  'rbac.authorization.k8s.io/v1 ClusterRole': { ...ANY_NAME, check: checkRole, again: true },
  'rbac.authorization.k8s.io/v1 RoleBinding': { ...ANY_NAME, check: checkBinding, again: true },
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': { ...ANY_NAME, check: checkBinding, again: true },
};

const OTHER: Kind = {};

/**
 * The faults of an object after defaulting and admission, in the API server's order; with `old`, what an update must not
 * change as well. For custom resources the metadata alone: their schema is checked elsewhere. Never throws.
 */
export function validateObject(
  resource: Resource,
  object: DraftObject,
  old: StoredObject | undefined,
): StatusCause[] {
  if (old !== undefined && changesOnlyStatus(object, old)) return [];
  const report = new Report();
  const kind =
    resource.custom === undefined ? (KINDS[`${apiVersionOf(resource)} ${resource.kind}`] ?? OTHER) : OTHER;
  const name = kind.name ?? dnsSubdomain;
  const isBuiltIn = resource.custom === undefined;
  if (old === undefined) {
    checkMetadata(report, object, resource.namespaced, name);
    if (isBuiltIn) checkPlainFinalizers(report, object);
  } else {
    checkMetadata(report, object, resource.namespaced, pathSegment);
    checkMetadataUpdate(report, object, old);
    checkMetadataUpdate(report, object, old);
    if (isBuiltIn) checkPlainFinalizers(report, object);
    if (kind.again === true) checkMetadata(report, object, resource.namespaced, name);
  }
  kind.check?.(report, object, old);
  return report.causes;
}

/** Whether all but the status is the very same: such writes are many, and there is nothing to check. */
function changesOnlyStatus(object: DraftObject, old: StoredObject): boolean {
  return Object.keys(object).every((field) => field === 'status' || object[field] === old[field]);
}
