// The refused writes of the contract: what is sent, and where the server's answer leads.
import type { WriteFailure } from '../../shared/recovery/write-failures.ts';
import type { RequestOptions } from '../../src-main/kube/contract.ts';

export interface RefusedWrite {
  readonly name: string;
  readonly failure: WriteFailure;
  readonly scenario?: string;
  readonly says: RegExp;
  readonly path: (namespace: string) => string;
  readonly options: RequestOptions;
  /** Objects that must be there first. */
  readonly given?: (namespace: string) => readonly object[];
  /** `robot` may do nothing; `stranger` has a token that nobody knows. */
  readonly as?: 'robot' | 'stranger';
}

export const CONFIG_MAPS = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
const DEPLOYMENTS = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`;
export const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
  ...more,
});
export const post = (body: object, query: RequestOptions['query'] = {}): RequestOptions => ({
  method: 'POST',
  body,
  query,
});
const webDeployment = (namespace: string) => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
    },
  },
];
const mapNamed = (name: string) => (namespace: string) => [
  { ...configMap(name), metadata: { name, namespace } },
];

export const REFUSED_WRITES: readonly RefusedWrite[] = [
  {
    name: 'a name that is taken',
    failure: 'exists',
    says: /configmaps "a" already exists/,
    path: CONFIG_MAPS,
    options: post(configMap('a')),
    given: mapNamed('a'),
  },
  {
    name: 'a namespace that is not there',
    failure: 'namespace-missing',
    says: /^Namespace nowhere-at-all is not there/,
    path: () => CONFIG_MAPS('nowhere-at-all'),
    options: post(configMap('a')),
  },
  {
    name: 'a kind that is not served',
    failure: 'not-served',
    scenario: 'HH-K8S-010',
    says: /does not serve this kind/,
    path: (namespace) => `/apis/nothing.example.com/v1/namespaces/${namespace}/things`,
    options: post({ apiVersion: 'nothing.example.com/v1', kind: 'Thing', metadata: { name: 'x' } }),
  },
  {
    name: 'an old version',
    failure: 'changed-meanwhile',
    says: /changed by somebody else/,
    path: (namespace) => `${CONFIG_MAPS(namespace)}/a`,
    options: { method: 'PUT', body: configMap('a', { metadata: { name: 'a', resourceVersion: '1' } }) },
    given: mapNamed('a'),
  },
  {
    name: 'fields of another manager',
    failure: 'managed-by-others',
    says: /kubectl-client-side-apply \(\.spec\.replicas/,
    path: (namespace) => `${DEPLOYMENTS(namespace)}/web`,
    options: {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'hedgerow' },
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 3 } },
    },
    given: webDeployment,
  },
  {
    name: 'an immutable field',
    failure: 'immutable',
    says: /spec\.selector/,
    path: (namespace) => `${DEPLOYMENTS(namespace)}/web`,
    options: {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { spec: { selector: { matchLabels: { b: 'c' } } } },
    },
    given: webDeployment,
  },
  {
    name: 'the role of a binding',
    failure: 'immutable',
    says: /in roleRef/,
    path: () => '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system:basic-user',
    options: {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      query: { dryRun: 'All' },
      body: { roleRef: { name: 'view' } },
    },
  },
  {
    name: 'a bad name',
    failure: 'schema',
    scenario: 'HH-K8S-011',
    says: /in metadata\.name: .*RFC 1123/,
    path: CONFIG_MAPS,
    options: post(configMap('Bad_Name')),
  },
  {
    name: 'missing fields',
    failure: 'schema',
    scenario: 'HH-K8S-011',
    says: /spec\.selector.*spec\.template\.spec\.containers/,
    path: DEPLOYMENTS,
    options: post({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'z' }, spec: {} }),
  },
  {
    name: 'an unknown field',
    failure: 'unknown-field',
    scenario: 'HH-K8S-011',
    says: /unknown field "nope"/,
    path: CONFIG_MAPS,
    options: post(configMap('b', { nope: 1 }), { fieldValidation: 'Strict' }),
  },
  {
    name: 'a wrong type',
    failure: 'unknown-field',
    scenario: 'HH-K8S-011',
    says: /cannot unmarshal number/,
    path: CONFIG_MAPS,
    options: post(configMap('b', { data: { a: 1 } })),
  },
  {
    name: 'annotations beyond 256 KiB',
    failure: 'annotations-too-long',
    says: /256 KiB/,
    path: CONFIG_MAPS,
    options: post(configMap('b', { metadata: { name: 'b', annotations: { a: 'x'.repeat(262_145) } } })),
  },
  {
    name: 'a ConfigMap beyond 1 MiB',
    failure: 'too-large',
    says: /1048576/,
    path: CONFIG_MAPS,
    options: post(configMap('b', { data: { a: 'x'.repeat(1_100_000) } })),
  },
  {
    name: 'a request beyond 3 MiB',
    failure: 'too-large',
    says: /Request entity too large/,
    path: CONFIG_MAPS,
    options: post(configMap('b', { data: { a: 'x'.repeat(3_300_000) } })),
  },
  {
    name: 'no right',
    failure: 'rbac',
    scenario: 'HH-K8S-033',
    says: /^system:serviceaccount:\S+ may not create configmaps in namespace /,
    path: CONFIG_MAPS,
    options: post(configMap('b')),
    as: 'robot',
  },
  {
    name: 'a token that nobody knows',
    failure: 'credentials',
    scenario: 'HH-K8S-002',
    says: /does not accept the credentials/,
    path: CONFIG_MAPS,
    options: post(configMap('b')),
    as: 'stranger',
  },
  {
    name: 'pod security',
    failure: 'admission-denied',
    scenario: 'webhook/denied',
    says: /violates PodSecurity "restricted:latest"/,
    path: (namespace) => `/api/v1/namespaces/${namespace}/pods`,
    options: post({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'x' }] },
    }),
    given: (name) => [
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      },
    ],
  },
  {
    name: 'a token that lives too short',
    failure: 'schema',
    scenario: 'HH-K8S-011',
    says: /less than 10 minutes/,
    path: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts/sa/token`,
    options: post({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 60 },
    }),
    given: (namespace) => [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa', namespace } }],
  },
];
