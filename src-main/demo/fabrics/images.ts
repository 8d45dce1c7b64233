/** The images that exist in the demo's registry, and what their programs do; a planted incident follows from a row. */
import type { EndpointNeed, EnvNeed, ImageRow, Program } from '../kubelet/image-row.ts';
import { EDGE } from './edge-images.ts';
import { component, json, logfmt, needsVariable, row, server, store } from './program-styles.ts';

/** The new checkout reads where payments are from a variable; no default any more. */
const NEEDS_PAYMENTS_URL: EnvNeed = {
  env: 'PAYMENTS_URL',
  afterMs: 120,
  exitCode: 1,
  log: [
    json('error', 'cannot start: environment variable PAYMENTS_URL is not set', {
      service: 'checkout',
    }),
    json('info', 'exiting', { code: '1' }),
  ],
  terminationMessage: 'cannot start: environment variable PAYMENTS_URL is not set',
};

const NEEDS_DATABASE: EndpointNeed = {
  endpoint: '${DATABASE_HOST}:5432',
  exitCode: 1,
  afterMs: 300,
  log: [json('error', 'cannot connect to the database: {error}', { host: '${DATABASE_HOST}' })],
};

/** Of a new version only its last layer has to be pulled (MiB). */
const LAYER = 4;

/** A version that ends while it starts. */
function broken(name: string, error: string): Program {
  return server(name, 'json', {
    startupMs: 5000,
    ends: { afterMs: 120, exitCode: 1, log: [json('fatal', error, { service: name })] },
  });
}

const SHOP: readonly ImageRow[] = [
  row('shop/checkout', ['2.4.*'], server('checkout', 'json', { needs: [NEEDS_PAYMENTS_URL], memoryMiB: 52 })),
  row(
    'shop/checkout',
    ['2.3.*', '2.2.*'],
    server('checkout', 'json', {
      memoryMiB: 48,
      work: [
        ['order accepted', { order: '{int:100000-999999}', items: '{int:1-9}', ms: '{int:30-180}' }],
        ['payment confirmed', { order: '{int:100000-999999}', method: '{pick:card|invoice|voucher}' }],
      ],
    }),
  ),
  row(
    'shop/storefront',
    ['4.3.*'],
    broken('storefront', "cannot find module './routes/wishlist', required by /app/server.js"),
    LAYER,
  ),
  row('shop/storefront', ['4.2.*', '4.1.*'], server('storefront', 'json', { memoryMiB: 64 }), 88),
  row(
    'shop/cart',
    ['1.14.*'],
    server('cart', 'json', { work: [['cart updated', { cart: '{int:10000-99999}', items: '{int:1-14}' }]] }),
  ),
  row(
    'shop/orders',
    ['5.6.*'],
    server('orders', 'json', {
      needs: [NEEDS_DATABASE],
      work: [['order stored', { order: '{int:100000-999999}', ms: '{int:2-19}' }]],
    }),
  ),
  row(
    'shop/catalog',
    ['3.2.*'],
    broken('catalog', 'price list format 7 is not supported, newest known is 6'),
    LAYER,
  ),
  row('shop/catalog', ['3.1.*'], server('catalog', 'json', { memoryMiB: 72 })),
  ...['pricing', 'inventory', 'media'].map((name) =>
    row(`shop/${name}`, ['1.*', '2.*'], server(name, 'json')),
  ),
];

const BILLING: readonly ImageRow[] = [
  row(
    'billing/invoices',
    ['1.9.*'],
    server('invoices', 'logfmt', { needs: [needsVariable('DATABASE_URL')] }),
  ),
  row('billing/ledger', ['2.2.*'], server('ledger', 'logfmt', { needs: [needsVariable('LEDGER_CURRENCY')] })),
  row('billing/close-day', ['2.2.*'], {
    command: ['/app/close-day'],
    startLog: [logfmt('info', 'closing the books', { day: '{clock}' })],
    ends: { afterMs: 2400, exitCode: 0, log: [logfmt('info', 'closed', { entries: '{int:120-900}' })] },
  }),
  row('data/reports', ['3.0.*', '3.1.0'], server('reports', 'logfmt', { memoryMiB: 96 })),
  ...['gateway', 'ledger', 'refunds', 'webhooks'].map((name) =>
    row(
      `payments/${name}`,
      ['7.*'],
      server(name, 'logfmt', {
        needs: [{ ...needsVariable('PAYMENTS_REGION') }],
        work: [['payment routed', { route: '{pick:card-eu|card-us|bank}', ms: '{int:20-210}' }]],
      }),
    ),
  ),
  row('payments/fraud-check', ['3.*'], server('fraud-check', 'logfmt', { memoryMiB: 110 })),
  row('payments/reconcile', ['7.*'], {
    command: ['/app/reconcile'],
    startLog: [logfmt('info', 'reconciling', { window: '15m' })],
    ends: {
      afterMs: 3500,
      exitCode: 0,
      log: [logfmt('info', 'reconciled', { payments: '{int:40-400}', open: '0' })],
    },
  }),
];

const OTHERS: readonly ImageRow[] = [
  row('search/api', ['5.2.*', '5.4.*'], server('search-api', 'logfmt', { memoryMiB: 140 }), 130),
  row(
    'recommend/recommender',
    ['2.8.*'],
    server('recommender', 'logfmt', {
      memoryMiB: 910,
      startupMs: 900,
      startLog: [
        logfmt('info', 'starting recommender', { version: '{tag}' }),
        logfmt('info', 'loading model into memory', { model: 'similar-items', sizeMiB: '840' }),
      ],
      work: [['ranked', { candidates: '{int:200-900}', ms: '{int:8-60}' }]],
    }),
    310,
  ),
  row('identity/sessions', ['1.*'], server('sessions', 'json', { memoryMiB: 170 })),
  row('messaging/notifier', ['2.*'], server('notifier', 'json', { needs: [needsVariable('SENDER')] })),
  ...[
    'search/indexer',
    'search/suggest',
    'recommend/ranking',
    'messaging/relay',
    'analytics/collector',
    'analytics/query',
    'analytics/charts',
    'analytics/stitcher',
    'identity/accounts',
    'identity/token-issuer',
    'identity/mail-sender',
    'platform/config-sync',
    'platform/image-cache',
    'platform/build-runner',
    'platform/artifact-proxy',
    'platform/feature-flags',
    'platform/cert-renewer',
  ].map((path) => row(path, ['1.*'], server(path.split('/')[1] ?? path, 'logfmt'))),
];

const STORES: readonly ImageRow[] = [
  row('infra/postgres', ['17.*'], store('postgres', 5432), 150),
  row('infra/cache', ['8.*'], store('cache-server', 6379, { memoryMiB: 44, startupMs: 200 }), 9),
  row('infra/broker', ['4.*'], store('broker', 9092, { memoryMiB: 400 }), 220),
  row('infra/search-store', ['3.*'], store('search-store', 9200, { memoryMiB: 700 }), 340),
];

const CLUSTER: readonly ImageRow[] = [
  row(
    'infra/coredns',
    ['1.12.*'],
    component('coredns', ['plugins ready: kubernetes, cache, forward', 'reloaded zones'], {
      listens: [53, 8080],
    }),
  ),
  row(
    'infra/kube-proxy',
    ['v1.35.*'],
    component('kube-proxy', ['using the nftables proxier', 'synced {int:40-90} service ports']),
  ),
  row(
    'infra/cni-node',
    ['1.8.*'],
    component('cni-node', ['pod network is up on {node}', 'routes are in place: {int:3-20}']),
  ),
  row(
    'infra/node-exporter',
    ['1.10.*'],
    component('node-exporter', ['collectors enabled: 38', 'scrape took {int:9-40} ms']),
  ),
  row(
    'infra/log-shipper',
    ['4.2.*'],
    component('log-shipper', ['shipping logs of {node}', 'flushed {int:80-900} records']),
  ),
  row(
    'infra/ingress',
    ['1.14.*'],
    component('ingress', ['edge is listening on 8080', 'synced {int:3-12} ingresses'], {
      listens: [8080],
      memoryMiB: 90,
    }),
  ),
  row(
    'infra/prometheus',
    ['3.7.*'],
    component('prometheus', ['server is ready', 'head compaction took {int:200-900} ms'], {
      listens: [8080],
      memoryMiB: 620,
    }),
  ),
  row(
    'infra/alertmanager',
    ['0.30.*'],
    component('alertmanager', ['gossip settled', 'no active alerts'], { listens: [8080] }),
  ),
  row(
    'infra/dashboards',
    ['12.3.*'],
    component('dashboards', ['HTTP server is listening', 'cleaned up {int:0-9} sessions'], {
      listens: [8080],
      memoryMiB: 110,
    }),
  ),
  row(
    'infra/kube-state-metrics',
    ['2.17.*'],
    component('kube-state-metrics', ['started metrics server', 'listed all resources'], { listens: [8080] }),
  ),
  row(
    'fabric/fabric-ctrl',
    ['v0.126.*'],
    component(
      'fabric-ctrl',
      ['starting workers for 13 controllers', 'agent specs are up to date: 4 switches'],
      { listens: [8080] },
    ),
  ),
  row(
    'fabric/fabric-dhcpd',
    ['v0.126.*'],
    component('fabric-dhcpd', ['listening on :67', 'leases in use: {int:2-9}'], { listens: [8080] }),
  ),
  row(
    'platform/load-test',
    ['1.*'],
    component('load-test', ['generating load', 'requests per second: {int:400-900}']),
  ),
];

/** Every image of the demo; a tag without a row does not exist. */
export const DEMO_IMAGES: readonly ImageRow[] = [
  ...SHOP,
  ...BILLING,
  ...OTHERS,
  ...EDGE,
  ...STORES,
  ...CLUSTER,
];
