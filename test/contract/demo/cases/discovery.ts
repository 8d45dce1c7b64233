/** What a client asks first: version, health, discovery in both forms, OpenAPI. */
import { cases, get, type Step } from '../contract-case.ts';

type Fields = Readonly<Record<string, unknown>>;

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** A list by what names its elements: then a missing one is one difference, and the order is compared beside it. */
function keyed(list: unknown, key: (item: Fields) => unknown): Fields {
  const items = (list ?? []) as readonly Fields[];
  return Object.fromEntries(items.map((item) => [String(key(item)), item]));
}

const resources = (body: unknown): unknown => ({
  ...(body as Fields),
  resources: keyed((body as Fields).resources, ({ name }) => name),
});

/** Groups of other cases come and go. */
const built = (items: unknown, key: (item: Fields) => unknown): readonly Fields[] =>
  ((items ?? []) as readonly Fields[]).filter((item) => !String(key(item)).endsWith('.example.com'));
const nameOf = ({ name, metadata }: Fields): unknown => name ?? (metadata as Fields | undefined)?.name;

/** Served by one of the two only: these are differences of their own. */
const NOT_SHARED = [
  'certificates.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'metrics.k8s.io',
  'resource.k8s.io',
];
const shared = (items: unknown): readonly unknown[] =>
  built(items, nameOf)
    .map(nameOf)
    .filter((name) => !NOT_SHARED.includes(String(name)));

/** The storage version's hash is the real server's own. */
const withoutHash = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (key === 'storageVersionHash' ? undefined : value)),
  );

const aggregated = (body: unknown): unknown => {
  const { items, ...head } = body as Fields;
  return {
    ...head,
    items: keyed(
      built(items, nameOf).map((group) => ({
        ...group,
        versions: keyed(
          (group.versions as readonly Fields[]).map((version) => ({
            ...version,
            resources: keyed(
              (version.resources as readonly Fields[]).map((resource) => ({
                ...resource,
                subresources: keyed(resource.subresources, ({ subresource }) => subresource),
              })),
              ({ resource }) => resource,
            ),
          })),
          ({ version }) => version,
        ),
      })),
      ({ metadata }) => (metadata as Fields).name ?? '(core)',
    ),
  };
};

/** The group versions whose resources are compared one by one. */
const GROUP_VERSIONS = [
  'apps/v1',
  'batch/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
  'storage.k8s.io/v1',
  'scheduling.k8s.io/v1',
  'coordination.k8s.io/v1',
  'discovery.k8s.io/v1',
  'events.k8s.io/v1',
  'apiextensions.k8s.io/v1',
  'authentication.k8s.io/v1',
  'authorization.k8s.io/v1',
];

const groupVersions: Record<string, readonly Step[]> = Object.fromEntries(
  GROUP_VERSIONS.map((groupVersion) => [
    groupVersion.replaceAll(/[/.]/g, '-'),
    [get(`/apis/${groupVersion}`, { show: (body) => withoutHash(resources(body)) })],
  ]),
);

const SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  'api/v1': ['io.k8s.api.core.v1.ConfigMap', 'io.k8s.api.core.v1.Pod', 'io.k8s.api.core.v1.ContainerPort'],
  'apis/apps/v1': ['io.k8s.api.apps.v1.Deployment', 'io.k8s.api.apps.v1.DeploymentSpec'],
};

/** Definitions, and what kubectl looks for in the paths: which verbs take `dryRun` and `fieldValidation`. */
const openApi = (schemas: readonly string[]) => (body: unknown) => {
  const { components, openapi } = body as { components: { schemas: Fields }; openapi: string };
  return { openapi, schemas: Object.fromEntries(schemas.map((name) => [name, components.schemas[name]])) };
};

const parameters = (body: unknown): unknown => {
  const { paths } = body as { paths: Record<string, Record<string, Fields>> };
  const path = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'] ?? {};
  return Object.fromEntries(
    ['get', 'put', 'patch', 'delete'].map((verb) => [
      verb,
      {
        gvk: path[verb]?.['x-kubernetes-group-version-kind'],
        parameters: ((path[verb]?.parameters ?? []) as readonly Fields[]).map(({ name }) => name).sort(),
      },
    ]),
  );
};

export const DISCOVERY = cases('discovery', {
  version: [
    get('/version', {
      show: (body) => {
        const { major, minor, gitVersion, ...rest } = body as Fields;
        return { major, minor, gitVersion, others: Object.keys(rest).sort() };
      },
    }),
    get('/version', {
      as: 'anonymous',
      show: (body) => ({ gitVersion: (body as Fields).gitVersion, code: (body as Fields).code }),
    }),
  ],
  health: ['/healthz', '/livez', '/readyz', '/readyz/ping', '/livez/ping', '/healthz/no-such-check'].map(
    (path) => get(path),
  ),
  'health-anonymous': [get('/readyz', { as: 'anonymous' }), get('/healthz', { as: 'stranger' })],
  api: [
    get('/api', {
      show: (body) => ({ ...(body as Fields), serverAddressByClientCIDRs: '<address>' }),
    }),
    get('/api/', {
      show: (body) => ({ ...(body as Fields), serverAddressByClientCIDRs: '<address>' }),
    }),
  ],
  apis: [
    get('/apis', {
      show: (body) => ({
        ...(body as Fields),
        groups: keyed(built((body as Fields).groups, nameOf), nameOf),
      }),
    }),
  ],
  'groups-order': [
    get('/apis', {
      show: (body) => shared((body as Fields).groups),
    }),
  ],
  group: [get('/apis/apps'), get('/apis/batch'), get('/apis/rbac.authorization.k8s.io'), get('/apis/apps/')],
  core: [get('/api/v1', { show: (body) => withoutHash(resources(body)) })],
  ...groupVersions,
  'aggregated-core': [get('/api', { headers: { accept: AGGREGATED }, show: aggregated })],
  'aggregated-groups': [get('/apis', { headers: { accept: AGGREGATED }, show: aggregated })],
  'aggregated-order': [
    get('/apis', {
      headers: { accept: AGGREGATED },
      show: (body) => shared((body as Fields).items),
    }),
  ],
  'unknown-groups': [
    get('/apis/no.example.com'),
    get('/apis/no.example.com/v1'),
    get('/apis/apps/v7'),
    get('/api/v7'),
    get('/apis/no.example.com/v1/namespaces/{ns}/things'),
  ],
  'openapi-index': [
    get('/openapi/v3', {
      headers: { accept: 'application/json' },
      show: (body) =>
        Object.fromEntries(
          Object.entries((body as { paths?: Record<string, Fields> }).paths ?? {})
            .filter(
              ([path]) =>
                (path.split('/').length > 2 && !path.includes('.example.com/')) || path === 'api/v1',
            )
            .map(([path, { serverRelativeURL }]) => [
              path,
              String(serverRelativeURL).replace(/hash=[0-9A-F]+$/, 'hash=<hash>'),
            ]),
        ),
    }),
  ],
  'openapi-schemas': Object.entries(SCHEMAS).map(([path, schemas]) =>
    get(`/openapi/v3/${path}`, { show: openApi(schemas) }),
  ),
  'openapi-parameters': [get('/openapi/v3/apis/apps/v1', { show: parameters })],
  'openapi-unknown': [get('/openapi/v3/apis/no.example.com/v1')],
});
