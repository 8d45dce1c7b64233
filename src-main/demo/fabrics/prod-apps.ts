/** The workloads of demo-prod that are well, as a table. */
import { imageOf } from './image-names.ts';
import type { App } from './manifests.ts';

type Kind = 'deployment' | 'statefulSet';

export interface HealthyApp {
  readonly kind: Kind;
  readonly app: App & { readonly replicas: number };
  /** It may be scaled up for a larger fabric: its namespace has no quota, and it keeps no state. */
  readonly grows: boolean;
}

/** `name replicas image tag`, by namespace; those with a port of a store are StatefulSets. */
const TABLE: Readonly<Record<string, string>> = {
  ingress: 'edge 4 infra/ingress 1.14.0',
  monitoring:
    'prometheus 2 infra/prometheus 3.7.1, alertmanager 3 infra/alertmanager 0.30.0, dashboards 2 infra/dashboards 12.3.0, kube-state-metrics 1 infra/kube-state-metrics 2.17.0',
  platform:
    'config-sync 2 platform/config-sync 1.3.0, image-cache 3 platform/image-cache 1.9.4, build-runner 8 platform/build-runner 1.44.0, artifact-proxy 3 platform/artifact-proxy 1.2.8, feature-flags 4 platform/feature-flags 1.17.2, cert-renewer 1 platform/cert-renewer 1.0.6',
  identity:
    'sessions-cache 3 infra/cache 8.2.1, accounts 6 identity/accounts 1.31.0, sessions 6 identity/sessions 1.12.5, token-issuer 4 identity/token-issuer 1.8.0, mail-sender 2 identity/mail-sender 1.4.1',
  shop: 'orders-db 3 infra/postgres 17.6, cart-cache 3 infra/cache 8.2.1, storefront 14 shop/storefront 4.2.6, cart 8 shop/cart 1.14.0, orders 8 shop/orders 5.6.2, catalog 12 shop/catalog 3.1.9, pricing 6 shop/pricing 2.7.0, inventory 6 shop/inventory 1.22.3, checkout 10 shop/checkout 2.3.1, media 4 shop/media 1.6.0',
  payments: 'payments-db 3 infra/postgres 17.6, fraud-check 3 payments/fraud-check 3.5.1',
  search:
    'search-store 5 infra/search-store 3.3.1, indexer 4 search/indexer 1.28.0, suggest 4 search/suggest 1.11.0',
  recommend: 'features-db 3 infra/postgres 17.6, ranking 4 recommend/ranking 1.19.0',
  messaging:
    'broker 5 infra/broker 4.1.0, relay 4 messaging/relay 1.5.3, notifier 6 messaging/notifier 2.3.0',
  analytics:
    'warehouse 4 infra/postgres 17.6, collector 12 analytics/collector 1.36.0, query 4 analytics/query 1.10.2, charts 3 analytics/charts 1.8.8, stitcher 4 analytics/stitcher 1.2.1',
};

/** Ports of the images that are stores. */
const STORE_PORTS: Readonly<Record<string, number>> = {
  'infra/postgres': 5432,
  'infra/cache': 6379,
  'infra/broker': 9092,
  'infra/search-store': 9200,
};

/** Memory beyond the usual, by image: what the program needs and some room. */
const MEMORY: Readonly<Record<string, string>> = {
  'infra/postgres': '512Mi',
  'infra/broker': '768Mi',
  'infra/search-store': '1Gi',
  'infra/prometheus': '1Gi',
  'infra/dashboards': '256Mi',
  'payments/fraud-check': '256Mi',
  'identity/sessions': '256Mi',
};

/** What single applications need beside. */
const TRAITS: Readonly<Record<string, Partial<App>>> = {
  'shop/orders': { env: { DATABASE_HOST: 'orders-db' } },
  'messaging/notifier': { envFrom: ['notifier-settings'] },
};

const WITH_QUOTA = new Set(['payments', 'recommend']);

function readTable(): HealthyApp[] {
  return Object.entries(TABLE).flatMap(([namespace, apps]) =>
    apps.split(', ').map((words): HealthyApp => {
      const [name = '', replicas = '1', image = '', tag = ''] = words.split(' ');
      const port = STORE_PORTS[image];
      const app = {
        namespace,
        name,
        replicas: Number(replicas),
        image: imageOf(image, tag),
        cpu: port === undefined ? '50m' : '250m',
        memory: MEMORY[image] ?? '128Mi',
        partOf: namespace,
        ...(port === undefined ? {} : { port, probe: 'tcp' as const }),
        ...TRAITS[`${namespace}/${name}`],
      };
      const kind = port === undefined ? 'deployment' : 'statefulSet';
      return { kind, app, grows: kind === 'deployment' && app.replicas > 2 && !WITH_QUOTA.has(namespace) };
    }),
  );
}

export const HEALTHY_APPS: readonly HealthyApp[] = readTable();
