/** Creating: names, dry runs, unknown fields, bodies that are wrong, addresses of services. */
import { cases, core, del, get, named, post } from '../contract-case.ts';
import { configMap, container, deployment, object, pod, service } from '../manifests.ts';

const MAPS = core('configmaps');
const DEPLOYMENTS = named('apps/v1', 'deployments');

export const CREATE = cases('create', {
  'generate-name': [
    post(MAPS, { metadata: { generateName: 'made-' } }, { save: { made: 'metadata.name' } }),
    get(`${MAPS}/{made}`),
    post(MAPS, { metadata: { generateName: 'made-', name: 'given' } }),
    post(
      MAPS,
      { metadata: { generateName: 'Not A Prefix' } },
      { show: (body) => (body as { reason: string }).reason },
    ),
    post(MAPS, { metadata: {} }),
    post(MAPS, {}),
  ],
  'without-type': [
    post(MAPS, { metadata: { name: 'bare' }, data: { a: 'b' } }),
    post(MAPS, { kind: 'ConfigMap', metadata: { name: 'kind-only' } }),
    post(MAPS, { apiVersion: 'v1', metadata: { name: 'version-only' } }),
  ],
  'wrong-type': [
    post(MAPS, pod('pod')),
    post(MAPS, { ...configMap('x'), apiVersion: 'apps/v1' }),
    post(MAPS, { ...configMap('x'), apiVersion: 'v9' }),
    post(MAPS, { ...configMap('x'), kind: 'configmap' }),
    post(MAPS, { apiVersion: 'v1', kind: 'ConfigMapList', items: [] }),
    post(DEPLOYMENTS, { ...deployment('x'), apiVersion: 'extensions/v1beta1' }),
    post(DEPLOYMENTS, { ...deployment('x'), apiVersion: 'apps/v1beta1' }),
  ],
  exists: [
    post(MAPS, configMap('twice')),
    post(MAPS, configMap('twice', { other: 'data' })),
    post(DEPLOYMENTS, deployment('twice')),
    post(DEPLOYMENTS, deployment('twice')),
  ],
  'dry-run': [
    post(`${MAPS}?dryRun=All`, configMap('dry')),
    get(`${MAPS}/dry`),
    post(`${MAPS}?dryRun=all`, configMap('dry')),
    post(`${MAPS}?dryRun=`, configMap('dry')),
    post(`${MAPS}?dryRun=All&dryRun=All`, configMap('dry2')),
    post(`${MAPS}?dryRun=All`, { metadata: { name: 'Not Valid' } }),
    post(`${DEPLOYMENTS}?dryRun=All`, deployment('dry')),
    post(`${core('services')}?dryRun=All`, service('dry')),
  ],
  'wrong-namespace': [
    post(MAPS, configMap('x', {}, { namespace: 'elsewhere' })),
    post(MAPS, configMap('x', {}, { namespace: '{ns}' })),
    post('/api/v1/namespaces/no-such-namespace/configmaps', configMap('x')),
    post('/api/v1/configmaps', configMap('x')),
    post('/api/v1/namespaces', object('v1', 'Namespace', '{ns}-in', {}, { namespace: '{ns}' })),
  ],
  'server-fields-ignored': [
    post(MAPS, {
      ...configMap(
        'mine',
        {},
        {
          uid: 'mine',
          resourceVersion: '',
          generation: 7,
          creationTimestamp: '2001-01-01T00:00:00Z',
          selfLink: '/x',
          deletionTimestamp: '2001-01-01T00:00:00Z',
          deletionGracePeriodSeconds: 3,
        },
      ),
    }),
    post(MAPS, configMap('versioned', {}, { resourceVersion: '5' })),
    post(DEPLOYMENTS, {
      ...deployment('stated', {}, { generation: 9 }),
      status: { replicas: 5, readyReplicas: 5 },
    }),
    post(core('pods'), { ...pod('stated'), status: { phase: 'Running', podIP: '1.2.3.4' } }),
  ],
  'unknown-fields-strict': [
    post(`${MAPS}?fieldValidation=Strict`, { ...configMap('a'), dat: {}, more: 1 }),
    post(
      `${DEPLOYMENTS}?fieldValidation=Strict`,
      deployment('a', {
        replica: 1,
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [container('x', { imagee: 'y', ports: [{ port: 1 }] })] },
        },
      }),
    ),
    post(
      `${MAPS}?fieldValidation=Strict`,
      '{"metadata":{"name":"dup","name":"dup"},"data":{"a":"1","a":"2"}}',
    ),
    post(`${MAPS}?fieldValidation=Strict`, { ...configMap('a'), metadata: { name: 'a', lables: {} } }),
    post(`${MAPS}?fieldValidation=Sometimes`, configMap('a')),
  ],
  'unknown-fields-warn': [
    post(`${MAPS}?fieldValidation=Warn`, { ...configMap('a'), dat: {}, more: 1 }),
    post(DEPLOYMENTS, deployment('a', { replica: 1 })),
    post(`${MAPS}?fieldValidation=Warn`, '{"metadata":{"name":"dup"},"data":{"a":"1","a":"2"}}'),
    post(`${MAPS}?fieldValidation=Ignore`, { ...configMap('b'), dat: {} }),
  ],
  'case-of-fields': [
    post(`${MAPS}?fieldValidation=Ignore`, { Metadata: { name: 'upper' } }),
    post(`${MAPS}?fieldValidation=Ignore`, {
      metadata: { name: 'upper', Labels: { a: 'b' } },
      Data: { a: 'b' },
    }),
  ],
  'wrong-shapes': [
    post(MAPS, { metadata: { name: 'x' }, data: { a: 1 } }),
    post(MAPS, { metadata: { name: 'x' }, data: [] }),
    post(MAPS, { metadata: { name: 'x' }, data: 'text' }),
    post(MAPS, { metadata: [] }),
    post(MAPS, { metadata: { name: 5 } }),
    post(MAPS, { metadata: { name: 'x', labels: { a: true } } }),
    post(MAPS, { metadata: { name: 'x', creationTimestamp: 'yesterday' } }),
    post(MAPS, { metadata: { name: 'x' }, binaryData: { a: '***' } }),
    post(DEPLOYMENTS, deployment('x', { replicas: 'three' })),
    post(DEPLOYMENTS, deployment('x', { replicas: 1.5 })),
    post(DEPLOYMENTS, deployment('x', { template: [] })),
    post(core('pods'), pod('x', { containers: {} })),
    post(core('pods'), pod('x', { containers: [{ name: 'a', image: 7 }] })),
    post(core('pods'), pod('x', { containers: [container('a', { env: [{ name: 'A', value: 1 }] })] })),
    post(
      core('pods'),
      pod('x', { containers: [container('a', { resources: { requests: { cpu: 'lots' } } })] }),
    ),
    post(core('services'), service('x', { ports: [{ port: '80' }] })),
  ],
  nulls: [
    post(MAPS, { metadata: { name: 'nulls', labels: null, annotations: { a: null } }, data: null }),
    post(DEPLOYMENTS, deployment('nulls', { replicas: null, strategy: null })),
  ],
  'service-addresses': [
    post(core('services'), service('fixed', { type: 'NodePort', ports: [{ port: 80, nodePort: 31234 }] })),
    post(core('services'), service('again', { type: 'NodePort', ports: [{ port: 80, nodePort: 31234 }] })),
    post(core('services'), service('low', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })),
    post(core('services'), service('nonsense', { clusterIP: 'nonsense' })),
    del(core('services/fixed')),
  ],
});
