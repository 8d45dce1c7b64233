/** demo-edge: two machines at the edge of the network, with one planted root. */
import type { DraftObject } from '../model.ts';
import { create } from './change.ts';
import { MINUTE, type Expected, type PastStep, type Story } from './fabric.ts';
import { imageOf } from './image-names.ts';
import { configMap, deployment, ingress, namespace, service, statefulSet, type App } from './manifests.ts';
import { nodes } from './nodes.ts';
import { EDGE_CLASS, system } from './system.ts';

const gateway: App = {
  namespace: 'site',
  name: 'gateway',
  image: imageOf('edge/gateway', '1.8.2'),
  memory: '96Mi',
};
const doors: App = {
  namespace: 'site',
  name: 'door-control',
  image: imageOf('edge/door-control', '2.1.0'),
  replicas: 1,
  envFrom: ['door-settings'],
};
const buffer: App = {
  namespace: 'telemetry',
  name: 'buffer',
  image: imageOf('infra/cache', '8.2.1'),
  port: 6379,
  probe: 'tcp',
  memory: '96Mi',
};
const collector: App = {
  namespace: 'telemetry',
  name: 'collector',
  image: imageOf('edge/collector', '3.0.4'),
  replicas: 1,
  memory: '128Mi',
  env: { BUFFER_HOST: 'buffer.telemetry' },
};
/** Reads its routes from ConfigMaps, which nobody has allowed to its account. */
const uplink: App = {
  namespace: 'telemetry',
  name: 'uplink',
  image: imageOf('edge/uplink', '1.4.0'),
  replicas: 1,
  serviceAccount: 'uplink',
};

const RBAC = 'rbac.authorization.k8s.io';
const UPLINK_ACCESS: readonly DraftObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'uplink', namespace: 'telemetry' } },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'uplink', namespace: 'telemetry' },
    rules: [{ apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch'] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'uplink', namespace: 'telemetry' },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'uplink' },
    subjects: [{ kind: 'ServiceAccount', name: 'uplink', namespace: 'telemetry' }],
  },
];

const STORES: readonly DraftObject[] = [statefulSet(buffer), service(buffer, { headless: true })];

const APPS: readonly DraftObject[] = [
  configMap('site', 'door-settings', { DOOR_COUNT: '14', LOCK_AT: '20:00' }),
  ...[gateway, doors, collector].flatMap((app) => [deployment(app), service(app)]),
  ingress({ namespace: 'site', name: 'site' }, 'site.edge.internal', { '/': 'gateway' }),
];

function appear(afterMs: number, what: string, objects: readonly DraftObject[]): PastStep {
  return { afterMs, what, act: (registry) => objects.forEach((object) => create(registry, object)) };
}

export const EDGE: Story = {
  objects: [
    ...nodes({ prefix: 'edge', count: 2, cpu: 4, memoryGi: 8, zones: ['site'], firstIp: ['10.60.0', 11] }),
    ...['site', 'telemetry'].map((name) => namespace(name)),
    EDGE_CLASS,
    ...system(),
    ...STORES,
  ],
  past: [
    appear(MINUTE, 'The applications are deployed once the buffer runs.', APPS),
    appear(16 * MINUTE, 'Uplink is deployed with a role that lacks what it reads.', [
      ...UPLINK_ACCESS,
      deployment(uplink),
    ]),
  ],
};

/** What stands once the past is over and is well: what faults heal back to. */
export const EDGE_MANIFESTS: readonly DraftObject[] = [...STORES, ...APPS];

export const EDGE_ROOTS: readonly Expected[] = [
  {
    scenario: 'rbac/workload-denied',
    subject: { kind: 'Deployment', namespace: 'telemetry', name: 'uplink' },
  },
];
