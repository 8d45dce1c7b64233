/** demo-prod: a shop of ten teams on twenty nodes, with three planted roots and their many effects. */
import type { DraftObject } from '../model.ts';
import { create, remove, restartPods, setField } from './change.ts';
import { MINUTE, type Expected, type PastStep, type Story } from './fabric.ts';
import { imageOf } from './image-names.ts';
import {
  configMap,
  cronJob,
  deployment,
  disruptionBudget,
  ingress,
  namespace,
  quota,
  RECREATE,
  service,
  statefulSet,
  type App,
} from './manifests.ts';
import { nodes } from './nodes.ts';
import { HEALTHY_APPS, type HealthyApp } from './prod-apps.ts';
import { agent, EDGE_CLASS, system } from './system.ts';

const NODES = 20;
/** Pods of the fabric as designed, without those of finished jobs. */
const PODS = 299;
const CONTAINER = ['spec', 'template', 'spec', 'containers', 0] as const;
const ROUTING = 'payments-routing';

const payments = (name: string, replicas: number, traits: Partial<App>): App => ({
  namespace: 'payments',
  name,
  replicas,
  image: imageOf(`payments/${name}`, '7.4.0'),
  cpu: '50m',
  memory: '128Mi',
  partOf: 'payments',
  ...traits,
});
const REGION = { PAYMENTS_REGION: 'eu' };

/** All four need ConfigMap payments-routing, each in its own way. */
const PAYMENTS: readonly App[] = [
  payments('gateway', 4, { envFrom: [ROUTING] }),
  payments('ledger', 3, { env: { PAYMENTS_REGION: { configMap: ROUTING, key: 'PAYMENTS_REGION' } } }),
  payments('refunds', 2, { env: REGION, mounts: { '/etc/routing': { configMap: ROUTING } } }),
  payments('webhooks', 2, { envFrom: [ROUTING] }),
];

/** One process per index: the old pods go before the new ones come. */
const search: App = {
  namespace: 'search',
  name: 'search-api',
  replicas: 6,
  image: imageOf('search/api', '5.2.4'),
  memory: '256Mi',
  strategy: RECREATE,
  partOf: 'search',
};

const recommender: App = {
  namespace: 'recommend',
  name: 'recommender',
  replicas: 4,
  image: imageOf('recommend/recommender', '2.8.0'),
  cpu: '100m',
  memory: '1280Mi',
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } },
  partOf: 'recommend',
};

const reconcile: App = {
  namespace: 'payments',
  name: 'reconcile',
  image: imageOf('payments/reconcile', '7.4.0'),
};

const stores: DraftObject[] = objectsOf(HEALTHY_APPS.filter(({ kind }) => kind === 'statefulSet'));

function objectsOf(apps: readonly HealthyApp[]): DraftObject[] {
  return apps.flatMap(({ kind, app }) => [
    kind === 'statefulSet' ? statefulSet(app) : deployment(app),
    service(app, { headless: kind === 'statefulSet' }),
    ...(app.replicas >= 3 ? [disruptionBudget(app)] : []),
  ]);
}

/** Healthy Deployments, scaled so that the fabric has about so many pods. */
function healthyDeployments(pods: number | undefined): DraftObject[] {
  const apps = HEALTHY_APPS.filter(({ kind }) => kind === 'deployment');
  const growing = apps.filter(({ grows }) => grows).reduce((sum, { app }) => sum + app.replicas, 0);
  const factor = pods === undefined ? 1 : Math.max(1, 1 + (pods - PODS) / growing);
  return objectsOf(
    apps.map((one) => {
      const { app, grows } = one;
      return grows ? { ...one, app: { ...app, replicas: Math.round(app.replicas * factor) } } : one;
    }),
  );
}

const AGENTS: readonly DraftObject[] = [
  agent('monitoring', 'node-exporter', imageOf('infra/node-exporter', '1.10.2'), { hostNetwork: false }),
  agent('platform', 'log-shipper', imageOf('infra/log-shipper', '4.2.0'), { hostNetwork: false }),
];

function apps(pods: number | undefined): DraftObject[] {
  return [
    configMap('payments', ROUTING, {
      PAYMENTS_REGION: 'eu',
      'routes.yaml': 'routes:\n- match: card\n  to: card-eu\n- match: transfer\n  to: bank\n',
    }),
    configMap('messaging', 'notifier-settings', { SENDER: 'shop@demo.example', BATCH: '50' }),
    ...[...PAYMENTS, search, recommender].flatMap((app) => [deployment(app), service(app)]),
    service(search, { name: 'search-public' }),
    service(search, { name: 'search-admin', port: 9000 }),
    service(recommender, { name: 'similar-items' }),
    ...healthyDeployments(pods),
    cronJob(reconcile, '*/10 * * * *'),
    ingress({ namespace: 'shop', name: 'shop' }, 'shop.demo.example', {
      '/': 'storefront',
      '/checkout': 'checkout',
    }),
    ingress({ namespace: 'search', name: 'search' }, 'search.demo.example', { '/': 'search-public' }),
    ingress({ namespace: 'payments', name: 'payments' }, 'pay.demo.example', {
      '/': 'gateway',
      '/hooks': 'webhooks',
    }),
    ingress({ namespace: 'analytics', name: 'charts' }, 'charts.demo.example', { '/': 'charts' }),
  ];
}

function target(where: string, name: string): Parameters<typeof setField>[1] {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace: where, name };
}

const BREAKAGE: readonly PastStep[] = [
  {
    afterMs: 23 * MINUTE,
    what: 'The memory of the recommender is cut to a fifth, to save cost.',
    act: (registry) => {
      const resources = { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } };
      setField(registry, target('recommend', 'recommender'), [...CONTAINER, 'resources'], resources);
    },
  },
  {
    afterMs: 29 * MINUTE,
    what: 'A clean-up deletes ConfigMap payments-routing, which looked unused.',
    act: (registry) =>
      remove(registry, { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'payments', name: ROUTING }),
  },
  {
    afterMs: 32 * MINUTE,
    what: 'The pods of payments are restarted, and none of them comes back.',
    act: (registry) => PAYMENTS.forEach(({ name }) => restartPods(registry, 'payments', name)),
  },
  {
    afterMs: 36 * MINUTE,
    what: 'Search is updated to 5.3.0, whose image was never pushed.',
    act: (registry) =>
      setField(
        registry,
        target('search', 'search-api'),
        [...CONTAINER, 'image'],
        imageOf('search/api', '5.3.0'),
      ),
  },
];

/** @param pods about how many in all; absent: 300 */
export function prod(pods?: number): Story {
  const later = apps(pods);
  return {
    objects: [
      ...nodes({
        prefix: 'prod',
        count: NODES,
        cpu: 16,
        memoryGi: 64,
        zones: ['zone-a', 'zone-b', 'zone-c'],
        firstIp: ['10.60.0', 21],
      }),
      ...[...new Set(HEALTHY_APPS.map(({ app }) => app.namespace))].map((name) =>
        namespace(name, { team: name }),
      ),
      quota('payments', { pods: '60', 'requests.cpu': '8', 'requests.memory': '16Gi' }),
      quota('recommend', { pods: '40', 'requests.cpu': '8', 'requests.memory': '24Gi' }),
      EDGE_CLASS,
      ...system(),
      ...AGENTS,
      ...stores,
    ],
    past: [
      {
        afterMs: MINUTE,
        what: 'The applications are deployed once the stores run.',
        act: (registry) => later.forEach((object) => create(registry, object)),
      },
      ...BREAKAGE,
    ],
  };
}

export const PROD_MANIFESTS: readonly DraftObject[] = [...stores, ...apps(undefined)];

export const PROD_ROOTS: readonly Expected[] = [
  {
    scenario: 'config/configmap-missing',
    subject: { kind: 'ConfigMap', namespace: 'payments', name: ROUTING },
  },
  { scenario: 'image/not-found', subject: { kind: 'Deployment', namespace: 'search', name: 'search-api' } },
  {
    scenario: 'pod/oom-killed',
    subject: { kind: 'Deployment', namespace: 'recommend', name: 'recommender' },
  },
];
