/** Stands in for the registry where admission and RBAC are tested alone: objects in a map, nothing else. */
import {
  qualifiedName,
  type DraftObject,
  type Resource,
  type StoredObject,
} from '../../../../src-main/demo/model.ts';
import type { Registry, RegistryEvent } from '../../../../src-main/demo/registry/contract.ts';

type Row = readonly [apiVersion: string, kind: string, plural: string, namespaced: boolean];

const ROWS: readonly Row[] = [
  ['v1', 'Pod', 'pods', true],
  ['v1', 'Service', 'services', true],
  ['v1', 'ConfigMap', 'configmaps', true],
  ['v1', 'Secret', 'secrets', true],
  ['v1', 'ServiceAccount', 'serviceaccounts', true],
  ['v1', 'Namespace', 'namespaces', false],
  ['v1', 'Node', 'nodes', false],
  ['v1', 'Endpoints', 'endpoints', true],
  ['v1', 'LimitRange', 'limitranges', true],
  ['v1', 'ResourceQuota', 'resourcequotas', true],
  ['v1', 'PersistentVolume', 'persistentvolumes', false],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', true],
  ['v1', 'ReplicationController', 'replicationcontrollers', true],
  ['apps/v1', 'Deployment', 'deployments', true],
  ['apps/v1', 'ReplicaSet', 'replicasets', true],
  ['apps/v1', 'StatefulSet', 'statefulsets', true],
  ['apps/v1', 'DaemonSet', 'daemonsets', true],
  ['batch/v1', 'Job', 'jobs', true],
  ['batch/v1', 'CronJob', 'cronjobs', true],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', true],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', true],
  ['coordination.k8s.io/v1', 'Lease', 'leases', true],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', true],
  ['networking.k8s.io/v1', 'IngressClass', 'ingressclasses', false],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', true],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', true],
  ['storage.k8s.io/v1', 'StorageClass', 'storageclasses', false],
  ['storage.k8s.io/v1', 'CSIDriver', 'csidrivers', false],
  ['scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false],
  ['rbac.authorization.k8s.io/v1', 'Role', 'roles', true],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', true],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false],
];

function resourceOf([apiVersion, kind, plural, namespaced]: Row): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return {
    ...{ group, version, plural, kind, namespaced },
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    shortNames: [],
    categories: [],
    verbs: [],
    subresources: [],
    storedAs: qualifiedName({ group, plural }),
  };
}

const RESOURCES = new Map(ROWS.map((row) => [`${row[0]} ${row[1]}`, resourceOf(row)]));

/** The resource of a kind. Throws a RangeError for one that is not in the table. */
export function resourceFor(apiVersion: string, kind: string): Resource {
  const resource = RESOURCES.get(`${apiVersion} ${kind}`);
  if (resource === undefined) throw new RangeError(`no such kind: ${apiVersion} ${kind}`);
  return resource;
}

export interface StubRegistry extends Registry {
  /** Stores an object as it is and tells those who watch its resource. */
  put(object: DraftObject): StoredObject;
}

const START_MS = Date.parse('2026-01-01T00:00:00Z');

/** A registry that holds `objects`; `random` is 0 unless given. */
export function createStubRegistry(
  objects: readonly DraftObject[] = [],
  random: () => number = () => 0,
): StubRegistry {
  const stored = new Map<string, StoredObject>();
  const listeners = new Map<string, ((event: RegistryEvent) => void)[]>();
  const unused = (): never => {
    throw new Error('not part of the stand-in');
  };
  const keyOf = (resource: Resource, namespace: string | undefined, name: string): string =>
    `${resource.storedAs} ${resource.namespaced ? (namespace ?? '') : ''}/${name}`;
  const registry: StubRegistry = {
    catalogue: {
      all: () => [...RESOURCES.values()],
      find: (group, version, plural) =>
        [...RESOURCES.values()].find(
          (each) => each.group === group && each.version === version && each.plural === plural,
        ),
      byKind: (apiVersion, kind) => RESOURCES.get(`${apiVersion} ${kind}`),
      builtIn: resourceFor,
      groups: unused,
      onChange: unused,
    },
    now: () => START_MS,
    random,
    version: () => stored.size,
    get: unused,
    find: (resource, namespace, name) => stored.get(keyOf(resource, namespace, name)),
    list: (resource, namespace) =>
      [...stored.entries()]
        .filter(([key]) =>
          key.startsWith(`${resource.storedAs} ${namespace === undefined ? '' : `${namespace}/`}`),
        )
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, object]) => object),
    listAt: unused,
    create: unused,
    update: (resource, namespace, name, change) => {
      const current = stored.get(keyOf(resource, namespace, name));
      return { object: registry.put(change(current)), created: false };
    },
    delete: unused,
    watch: (resource, _options, listener) => {
      listeners.set(resource.storedAs, [...(listeners.get(resource.storedAs) ?? []), listener]);
      return () => undefined;
    },
    compact: unused,
    put: (draft) => {
      const resource = resourceFor(draft.apiVersion ?? '', draft.kind ?? '');
      const { name = '', namespace } = draft.metadata ?? {};
      const metadata = {
        uid: `uid-${name}`,
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        name,
      };
      const object = { ...draft, metadata: { ...metadata, ...draft.metadata } } as StoredObject;
      stored.set(keyOf(resource, namespace, name), object);
      for (const tell of listeners.get(resource.storedAs) ?? [])
        tell({ type: 'ADDED', object, version: stored.size });
      return object;
    },
  };
  for (const object of objects) registry.put(object);
  return registry;
}

/** A namespace with its default service account. */
export function namespaceObjects(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): readonly DraftObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels }, status: { phase: 'Active' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
  ];
}
