/** demo-lab: a small shop on three nodes beside its network fabric, with four planted roots. */
import type { DraftObject } from '../model.ts';
import { create, setField } from './change.ts';
import { MINUTE, type Expected, type PastStep, type Story } from './fabric.ts';
import { imageOf } from './image-names.ts';
import {
  configMap,
  cronJob,
  deployment,
  ingress,
  namespace,
  secret,
  service,
  statefulSet,
  type App,
} from './manifests.ts';
import { nodes } from './nodes.ts';
import { EDGE_CLASS, system } from './system.ts';

const CONTAINER = ['spec', 'template', 'spec', 'containers', 0] as const;

const ordersDb: App = {
  namespace: 'data',
  name: 'orders-db',
  image: imageOf('infra/postgres', '17.6'),
  port: 5432,
  probe: 'tcp',
  cpu: '200m',
  memory: '512Mi',
  env: { POSTGRES_PASSWORD: { secret: 'orders-db', key: 'password' } },
};
const cache: App = {
  namespace: 'data',
  name: 'cache',
  image: imageOf('infra/cache', '8.2.1'),
  port: 6379,
  probe: 'tcp',
  replicas: 1,
  memory: '96Mi',
};
/** The tag of the release candidate was never pushed. */
const reports: App = {
  namespace: 'data',
  name: 'reports',
  image: imageOf('data/reports', '3.1.0-rc.2'),
  memory: '192Mi',
};

const storefront: App = {
  namespace: 'shop',
  name: 'storefront',
  image: imageOf('shop/storefront', '4.2.6'),
  memory: '128Mi',
};
const checkout: App = {
  namespace: 'shop',
  name: 'checkout',
  image: imageOf('shop/checkout', '2.3.1'),
  replicas: 4,
  memory: '128Mi',
  env: { CACHE_ADDRESS: 'cache.data:6379' },
};
const cart: App = { namespace: 'shop', name: 'cart', image: imageOf('shop/cart', '1.14.0') };
const orders: App = {
  namespace: 'shop',
  name: 'orders',
  image: imageOf('shop/orders', '5.6.2'),
  env: { DATABASE_HOST: 'orders-db.data' },
};

/** Its Secret was forgotten when it was set up. */
const invoices: App = {
  namespace: 'billing',
  name: 'invoices',
  image: imageOf('billing/invoices', '1.9.3'),
  env: { DATABASE_URL: { secret: 'invoices-db', key: 'url' } },
};
const ledger: App = {
  namespace: 'billing',
  name: 'ledger',
  image: imageOf('billing/ledger', '2.2.0'),
  replicas: 1,
  envFrom: ['ledger-settings'],
};
const closeDay: App = {
  namespace: 'billing',
  name: 'close-day',
  image: imageOf('billing/close-day', '2.2.0'),
};

const control: App = {
  namespace: 'fab',
  name: 'fabric-ctrl',
  image: imageOf('fabric/fabric-ctrl', 'v0.126.0'),
  replicas: 1,
  memory: '256Mi',
};
const dhcp: App = {
  ...control,
  name: 'fabric-dhcpd',
  image: imageOf('fabric/fabric-dhcpd', 'v0.126.0'),
  memory: '64Mi',
};

const STORES: readonly DraftObject[] = [
  secret('data', 'orders-db', { username: 'orders', password: 'demo-only' }),
  statefulSet(ordersDb),
  service(ordersDb, { headless: true }),
  deployment(cache),
  service(cache),
];

const APPS: readonly DraftObject[] = [
  ...[storefront, checkout, cart, orders, control, dhcp].flatMap((app) => [deployment(app), service(app)]),
  ingress({ namespace: 'shop', name: 'shop' }, 'shop.lab.internal', {
    '/': 'storefront',
    '/orders': 'orders',
  }),
  configMap('billing', 'ledger-settings', { LEDGER_CURRENCY: 'EUR', LEDGER_CLOSES_AT: '23:30' }),
  deployment(ledger),
  service(ledger),
  cronJob(closeDay, '*/15 * * * *'),
];

const INVOICES: readonly DraftObject[] = [deployment(invoices), service(invoices)];
const REPORTS: readonly DraftObject[] = [deployment(reports), service(reports)];

function appear(afterMs: number, what: string, objects: readonly DraftObject[]): PastStep {
  return { afterMs, what, act: (registry) => objects.forEach((object) => create(registry, object)) };
}

const PAST: readonly PastStep[] = [
  appear(MINUTE, 'The applications are deployed once the stores run.', APPS),
  appear(14 * MINUTE, 'Invoices are deployed without their Secret.', INVOICES),
  appear(19 * MINUTE, 'Reports are deployed with a tag that was never pushed.', REPORTS),
  {
    afterMs: 25 * MINUTE,
    what: 'Checkout 2.4.0 is rolled out, which wants a variable that nobody sets.',
    act: (registry) => {
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' };
      setField(registry, target, [...CONTAINER, 'image'], imageOf('shop/checkout', '2.4.0'));
    },
  },
  {
    afterMs: 31 * MINUTE,
    what: 'The selector of Service cart is edited, with one letter too many.',
    act: (registry) => {
      const target = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'cart' };
      setField(registry, target, ['spec', 'selector'], { app: 'carts' });
    },
  },
];

export const LAB: Story = {
  objects: [
    ...nodes({ prefix: 'lab', count: 3, cpu: 8, memoryGi: 16, zones: ['lab'], firstIp: ['10.40.0', 11] }),
    ...['shop', 'billing', 'data', 'fab'].map((name) => namespace(name)),
    EDGE_CLASS,
    ...system(),
    ...STORES,
  ],
  past: PAST,
};

/** Everything that stands once the past is over, as it was first created: what faults heal back to. */
export const LAB_MANIFESTS: readonly DraftObject[] = [...STORES, ...APPS];

export const LAB_ROOTS: readonly Expected[] = [
  {
    scenario: 'pod/crash-loop-back-off',
    subject: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  },
  {
    scenario: 'config/secret-missing',
    subject: { kind: 'Deployment', namespace: 'billing', name: 'invoices' },
  },
  {
    scenario: 'net/service-selector-mismatch',
    subject: { kind: 'Service', namespace: 'shop', name: 'cart' },
  },
  { scenario: 'image/not-found', subject: { kind: 'Deployment', namespace: 'data', name: 'reports' } },
];
