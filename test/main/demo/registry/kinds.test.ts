/** What Kubernetes 1.35 was seen to do with one object of every kind: generation, first status, deletion. */
import { describe, expect, it } from 'vitest';
import { apiVersionOf } from '../../../../src-main/demo/model.ts';
import { BY_USER, changed, makeTestWorld, recordWatch, refusalOf } from './world.ts';

interface Row {
  readonly kind: string;
  /** The client sent 7: 7 if the server keeps no generation. */
  readonly generation: 1 | 7;
  readonly status?: unknown;
  /** A PUT without a resourceVersion is refused. */
  readonly conditional?: true;
  /** Which of annotations, labels, finalizers and owners a write of the status changes; '' where there is no status. */
  readonly statusMetadata?: string;
  /** Finalizers after a deletion that says nothing. */
  readonly held?: readonly string[];
}

const ALL = 'annotations labels finalizers ownerReferences';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

const ROWS: readonly Row[] = [
  { kind: 'v1 ConfigMap', generation: 7 },
  { kind: 'v1 Endpoints', generation: 7 },
  { kind: 'v1 LimitRange', generation: 7 },
  { kind: 'v1 PersistentVolumeClaim', generation: 7, status: { phase: 'Pending' }, statusMetadata: ALL },
  {
    kind: 'v1 PersistentVolume',
    generation: 7,
    status: { phase: 'Pending', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' },
    statusMetadata: ALL,
  },
  { kind: 'v1 PodTemplate', generation: 1 },
  {
    kind: 'v1 ReplicationController',
    generation: 1,
    status: { replicas: 0 },
    statusMetadata: ALL,
    held: ['orphan'],
  },
  { kind: 'v1 ResourceQuota', generation: 7, status: {}, statusMetadata: ALL },
  { kind: 'v1 Secret', generation: 7 },
  { kind: 'v1 ServiceAccount', generation: 7 },
  { kind: 'v1 Service', generation: 7, status: { loadBalancer: {} }, statusMetadata: ALL },
  {
    kind: 'apiregistration.k8s.io/v1 APIService',
    generation: 7,
    status: {},
    conditional: true,
    statusMetadata: '',
  },
  { kind: 'apps/v1 ControllerRevision', generation: 7 },
  {
    kind: 'apps/v1 DaemonSet',
    generation: 1,
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
    statusMetadata: ALL,
  },
  {
    kind: 'apps/v1 Deployment',
    generation: 1,
    status: {},
    statusMetadata: 'annotations finalizers ownerReferences',
  },
  { kind: 'apps/v1 ReplicaSet', generation: 1, status: { replicas: 0 }, statusMetadata: ALL },
  {
    kind: 'apps/v1 StatefulSet',
    generation: 1,
    status: { replicas: 0, availableReplicas: 0 },
    statusMetadata: ALL,
  },
  {
    kind: 'autoscaling/v2 HorizontalPodAutoscaler',
    generation: 7,
    status: { desiredReplicas: 0, currentMetrics: null },
    statusMetadata: ALL,
  },
  {
    kind: 'autoscaling/v1 HorizontalPodAutoscaler',
    generation: 7,
    status: { currentReplicas: 0, desiredReplicas: 0 },
    statusMetadata: ALL,
  },
  { kind: 'batch/v1 CronJob', generation: 1, status: {}, statusMetadata: ALL },
  { kind: 'batch/v1 Job', generation: 1, status: {}, statusMetadata: ALL, held: ['orphan'] },
  { kind: 'networking.k8s.io/v1 IngressClass', generation: 1 },
  { kind: 'networking.k8s.io/v1 Ingress', generation: 1, status: { loadBalancer: {} }, statusMetadata: ALL },
  { kind: 'networking.k8s.io/v1 NetworkPolicy', generation: 1 },
  { kind: 'networking.k8s.io/v1 ServiceCIDR', generation: 7, status: {}, statusMetadata: '' },
  { kind: 'networking.k8s.io/v1 IPAddress', generation: 7 },
  {
    kind: 'policy/v1 PodDisruptionBudget',
    generation: 1,
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    conditional: true,
    statusMetadata: ALL,
  },
  { kind: 'rbac.authorization.k8s.io/v1 ClusterRole', generation: 7 },
  { kind: 'rbac.authorization.k8s.io/v1 RoleBinding', generation: 7 },
  { kind: 'storage.k8s.io/v1 CSIDriver', generation: 7, conditional: true },
  { kind: 'storage.k8s.io/v1 CSINode', generation: 7, conditional: true },
  { kind: 'storage.k8s.io/v1 CSIStorageCapacity', generation: 7, conditional: true },
  { kind: 'storage.k8s.io/v1 StorageClass', generation: 7 },
  {
    kind: 'storage.k8s.io/v1 VolumeAttachment',
    generation: 7,
    status: { attached: false },
    conditional: true,
    statusMetadata: '',
  },
  {
    kind: 'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
    generation: 1,
    conditional: true,
  },
  {
    kind: 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
    generation: 1,
    status: {},
    conditional: true,
    statusMetadata: '',
  },
  { kind: 'scheduling.k8s.io/v1 PriorityClass', generation: 1 },
  { kind: 'coordination.k8s.io/v1 Lease', generation: 7, conditional: true },
  { kind: 'node.k8s.io/v1 RuntimeClass', generation: 7, conditional: true },
  { kind: 'discovery.k8s.io/v1 EndpointSlice', generation: 1 },
];

function plant(kind: string, name = 'x') {
  const world = makeTestWorld();
  const [apiVersion = '', kindName = ''] = kind.split(' ');
  const resource = world.kind(apiVersion, kindName);
  const namespace = resource.namespaced ? 'a' : undefined;
  const draft = {
    metadata: { name, generation: 7, labels: { q: '1' } },
    spec: {},
    status: { phase: 'Bogus' },
  };
  const created = world.registry.create(resource, namespace, draft, BY_USER);
  return { ...world, resource, namespace, created };
}

describe.each(ROWS)('$kind', ({ kind, generation, status, conditional, held }) => {
  it('starts with the generation and the status that the server gives', () => {
    const { created, resource } = plant(kind);
    expect(created.metadata.generation).toBe(generation);
    if (resource.subresources.some(({ name }) => name === 'status')) expect(created.status).toEqual(status);
    expect(`${created.apiVersion} ${created.kind}`).toBe(`${apiVersionOf(resource)} ${resource.kind}`);
  });

  it('is replaced without a resourceVersion only where the server lets it', () => {
    const { registry, resource, namespace } = plant(kind);
    const put = () =>
      registry.update(
        resource,
        namespace,
        'x',
        () => ({ metadata: { name: 'x', labels: { q: '2' } } }),
        BY_USER,
      );
    if (conditional !== true) {
      expect(put().object.metadata.labels).toEqual({ q: '2' });
      return;
    }
    const { code, details } = refusalOf(put);
    expect(code).toBe(422);
    expect(details?.causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0: must be specified for an update',
        field: 'metadata.resourceVersion',
      },
    ]);
  });

  it('held by a foreground deletion is marked and counts it as a wish', () => {
    const { registry, resource, namespace } = plant(kind);
    const { object, gone } = registry.delete(
      resource,
      namespace,
      'x',
      { propagationPolicy: 'Foreground' },
      BY_USER,
    );
    expect(gone).toBe(false);
    expect(object.metadata).toMatchObject({
      finalizers: ['foregroundDeletion'],
      generation: generation + 1,
      deletionTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
    });
  });

  it('goes at once, or waits for the finalizer of its kind, where a deletion says nothing', () => {
    const { registry, resource, namespace } = plant(kind);
    const { object, gone } = registry.delete(resource, namespace, 'x', {}, BY_USER);
    expect(gone).toBe(held === undefined);
    expect(object.metadata.finalizers).toEqual(held);
    expect(registry.find(resource, namespace, 'x') === undefined).toBe(gone);
  });
});

it.each(ROWS.filter((row) => row.statusMetadata !== undefined))(
  '$kind: a write of the status changes the metadata that it may',
  ({ kind, generation, statusMetadata }) => {
    const { registry, resource, namespace } = plant(kind);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'u' }];
    const metadata = { annotations: { z: 'y' }, labels: { z: 'y' }, finalizers: ['a.b/c'], ownerReferences };
    const { object } = registry.update(resource, namespace, 'x', changed(metadata, { spec: { other: 1 } }), {
      ...BY_USER,
      subresource: 'status',
    });
    const taken = Object.entries(metadata).filter(
      ([field, value]) => JSON.stringify(object.metadata[field as 'labels']) === JSON.stringify(value),
    );
    expect(taken.map(([field]) => field).join(' ')).toBe(statusMetadata);
    expect(object.spec).toEqual({});
    expect(object.metadata.generation).toBe(generation);
  },
);

/** What raises the generation, and what does not. */
const WISHES: readonly (readonly [
  kind: string,
  what: string,
  metadata: object,
  fields: object,
  by: number,
])[] = [
  ['apps/v1 Deployment', 'spec', {}, { spec: { replicas: 2 } }, 1],
  ['apps/v1 Deployment', 'annotations', { annotations: { a: 'b' } }, {}, 1],
  ['apps/v1 Deployment', 'labels', { labels: { a: 'b' } }, {}, 0],
  ['apps/v1 Deployment', 'status', {}, { status: { replicas: 2 } }, 0],
  ['apps/v1 ReplicaSet', 'annotations', { annotations: { a: 'b' } }, {}, 0],
  ['v1 Pod', 'spec', {}, { spec: { a: 1 } }, 1],
  ['v1 ConfigMap', 'data', {}, { data: { a: 'b' } }, 0],
  ['v1 PodTemplate', 'template', {}, { template: {} }, 1],
  ['discovery.k8s.io/v1 EndpointSlice', 'labels', { labels: { a: 'b' } }, {}, 1],
  ['discovery.k8s.io/v1 EndpointSlice', 'annotations', { annotations: { a: 'b' } }, {}, 0],
  ['discovery.k8s.io/v1 EndpointSlice', 'endpoints', {}, { endpoints: [] }, 1],
  ['scheduling.k8s.io/v1 PriorityClass', 'value', {}, { value: 3 }, 0],
];

it.each(WISHES)('%s: a change of its %s counts as the server counts', (kind, _what, metadata, fields, by) => {
  const { registry, resource, namespace, created } = plant(kind);
  const { object } = registry.update(resource, namespace, 'x', changed(metadata, fields), BY_USER);
  expect((object.metadata.generation ?? 0) - (created.metadata.generation ?? 0)).toBe(by);
});

it('a node keeps the status it registers with', () => {
  const { registry, kind } = makeTestWorld();
  const draft = { metadata: { name: 'n' }, status: { capacity: { cpu: '2' } } };
  const { status } = registry.create(kind('v1', 'Node'), undefined, draft, BY_USER);
  expect(status).toMatchObject({ capacity: { cpu: '2' }, daemonEndpoints: { kubeletEndpoint: { Port: 0 } } });
});

it('a definition that is deleted waits for its custom resources', () => {
  const { registry, resource } = plant('apiextensions.k8s.io/v1 CustomResourceDefinition');
  const events = recordWatch(registry, resource);
  expect(registry.delete(resource, undefined, 'x', {}, BY_USER).object.metadata.finalizers).toEqual([
    CLEANUP,
  ]);
  expect(events.map(({ type }) => type)).toEqual(['MODIFIED', 'MODIFIED', 'DELETED']);
});
