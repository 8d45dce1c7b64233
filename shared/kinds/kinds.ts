/** One row per kind that the diagnosis reads: where it is served and what is dropped on the way into the store. */
import type { KindId } from '../model/kube.ts';

export interface KindRow {
  readonly id: KindId;
  readonly group: string;
  /** Served versions we understand, the preferred one first. */
  readonly versions: readonly string[];
  readonly resource: string;
  readonly namespaced: boolean;
  /** Top-level or metadata paths dropped beside managedFields. */
  readonly strip: readonly string[];
  /** True where the values under data/binaryData/stringData are emptied and only their keys kept. */
  readonly keysOnly: boolean;
}

const RBAC = 'rbac.authorization.k8s.io';
const LAST_APPLIED = 'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration';

function row(
  id: KindId,
  group: string,
  resource: string,
  options: { namespaced?: boolean; versions?: string[]; keysOnly?: boolean } = {},
): KindRow {
  return {
    id,
    group,
    versions: options.versions ?? ['v1'],
    resource,
    namespaced: options.namespaced ?? true,
    strip: [LAST_APPLIED],
    keysOnly: options.keysOnly ?? false,
  };
}

export const KINDS: Readonly<Record<KindId, KindRow>> = {
  Pod: row('Pod', '', 'pods'),
  Node: row('Node', '', 'nodes', { namespaced: false }),
  Namespace: row('Namespace', '', 'namespaces', { namespaced: false }),
  Event: row('Event', '', 'events'),
  Deployment: row('Deployment', 'apps', 'deployments'),
  ReplicaSet: row('ReplicaSet', 'apps', 'replicasets'),
  StatefulSet: row('StatefulSet', 'apps', 'statefulsets'),
  DaemonSet: row('DaemonSet', 'apps', 'daemonsets'),
  Job: row('Job', 'batch', 'jobs'),
  Service: row('Service', '', 'services'),
  EndpointSlice: row('EndpointSlice', 'discovery.k8s.io', 'endpointslices'),
  Ingress: row('Ingress', 'networking.k8s.io', 'ingresses'),
  ConfigMap: row('ConfigMap', '', 'configmaps', { keysOnly: true }),
  Secret: row('Secret', '', 'secrets', { keysOnly: true }),
  ServiceAccount: row('ServiceAccount', '', 'serviceaccounts'),
  Role: row('Role', RBAC, 'roles'),
  ClusterRole: row('ClusterRole', RBAC, 'clusterroles', { namespaced: false }),
  RoleBinding: row('RoleBinding', RBAC, 'rolebindings'),
  ClusterRoleBinding: row('ClusterRoleBinding', RBAC, 'clusterrolebindings', { namespaced: false }),
};

export const KIND_IDS = Object.keys(KINDS) as KindId[];
