/** Status, scale, eviction and binding. */
import { cases, core, get, named, patch, post, put } from '../contract-case.ts';
import { configMap, deployment, object, pod, workload } from '../manifests.ts';

const WEB = named('apps/v1', 'deployments/web');
const scale = (replicas: unknown, metadata: object = {}): unknown => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'web', namespace: '{ns}', ...metadata },
  spec: { replicas },
});
const eviction = (name: string, more: object = {}): unknown => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name, namespace: '{ns}' },
  ...more,
});
const running = (name: string, labels: object): readonly ReturnType<typeof post>[] => [
  post(core('pods'), pod(name, { nodeName: 'node-x' }, { labels }), { show: () => 'compared elsewhere' }),
  patch('strategic', core(`pods/${name}/status`), {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  }),
];
const budget = (spec: object): unknown => object('policy/v1', 'PodDisruptionBudget', 'guard', { spec });
const BUDGETS = named('policy/v1', 'poddisruptionbudgets');

export const SUBRESOURCES = cases('subresource', {
  status: [
    post(named('apps/v1', 'deployments'), deployment('web')),
    put(`${WEB}/status`, {
      ...deployment('web', { replicas: 9 }, { labels: { a: 'b' } }),
      status: { replicas: 1, observedGeneration: 1 },
    }),
    get(`${WEB}/status`),
    patch('merge', `${WEB}/status`, { status: { readyReplicas: 1 }, spec: { replicas: 7 } }),
    patch('json', `${WEB}/status`, [{ op: 'replace', path: '/status/readyReplicas', value: 0 }]),
    patch('merge', `${WEB}/status`, { status: { replicas: -1 } }),
    patch('merge', WEB, { status: { replicas: 8 } }),
    get(`${WEB}/nonsense`),
    post(`${WEB}/status`, deployment('web')),
    get(core('configmaps/a/status')),
  ],
  'status-pod': [
    post(core('pods'), pod('p')),
    patch('strategic', core('pods/p/status'), {
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'No' }] },
    }),
    patch('strategic', core('pods/p/status'), {
      status: { conditions: [{ type: 'Ready', status: 'True', reason: null }] },
    }),
    patch('strategic', core('pods/p/status'), {
      status: { phase: 'Running', podIPs: [{ ip: '10.1.1.1' }], podIP: '10.1.1.1' },
    }),
    patch('strategic', core('pods/p/status'), { metadata: { labels: { a: 'b' } }, spec: { nodeName: 'x' } }),
    patch('strategic', core('pods/p/status'), { status: { phase: 'Dancing' } }),
    get(core('pods/p')),
  ],
  scale: [
    post(named('apps/v1', 'deployments'), deployment('web', { replicas: 2 })),
    get(`${WEB}/scale`),
    put(`${WEB}/scale`, scale(4)),
    get(WEB),
    patch('merge', `${WEB}/scale`, { spec: { replicas: 5 } }),
    patch('merge', `${WEB}/scale`, { spec: { replicas: -1 } }),
    patch('merge', `${WEB}/scale`, { spec: { replicas: 'x' } }),
    patch('merge', `${WEB}/scale`, { spec: { replicas: null } }),
    put(`${WEB}/scale`, scale(3, { resourceVersion: '1' })),
    put(`${WEB}/scale`, scale(3, { name: 'other' })),
    put(`${WEB}/scale`, deployment('web')),
    put(`${WEB}/scale?dryRun=All`, scale(8)),
    get(`${WEB}/scale`),
    get(named('apps/v1', 'deployments/gone/scale')),
    put(named('apps/v1', 'deployments/gone/scale'), scale(3, { name: 'gone' })),
    patch('json', `${WEB}/scale`, [{ op: 'replace', path: '/spec/replicas', value: 6 }]),
    patch('apply', `${WEB}/scale?fieldManager=scaler`, scale(7)),
    get(WEB),
  ],
  'scale-others': [
    post(named('apps/v1', 'statefulsets'), workload('StatefulSet', 'web', { serviceName: 'web' })),
    patch('merge', named('apps/v1', 'statefulsets/web/scale'), { spec: { replicas: 3 } }),
    post(named('apps/v1', 'replicasets'), workload('ReplicaSet', 'web')),
    get(named('apps/v1', 'replicasets/web/scale')),
    get(named('apps/v1', 'daemonsets/web/scale')),
  ],
  eviction: [
    ...running('free', { app: 'free' }),
    post(core('pods/free/eviction'), eviction('free')),
    get(core('pods/free')),
    post(core('pods/gone/eviction'), eviction('gone')),
    ...running('other', { app: 'other' }),
    post(core('pods/other/eviction'), eviction('wrong-name')),
    post(core('pods/other/eviction'), {}),
    post(core('pods/other/eviction?dryRun=All'), eviction('other')),
    post(core('pods/other/eviction'), eviction('other', { deleteOptions: { gracePeriodSeconds: 0 } })),
    get(core('pods/other')),
    get(core('pods/other/eviction')),
  ],
  'eviction-budget': [
    ...running('a', { app: 'x' }),
    ...running('b', { app: 'x' }),
    post(BUDGETS, budget({ minAvailable: 1, selector: { matchLabels: { app: 'x' } } })),
    post(core('pods/a/eviction'), eviction('a'), { until: 429 }),
    patch('merge', `${BUDGETS}/guard/status`, {
      status: {
        disruptionsAllowed: 1,
        currentHealthy: 2,
        desiredHealthy: 1,
        expectedPods: 2,
        observedGeneration: 1,
      },
    }),
    post(core('pods/a/eviction'), eviction('a'), { until: 201 }),
    post(core('pods/b/eviction'), eviction('b')),
    get(`${BUDGETS}/guard`),
  ],
  'eviction-two-budgets': [
    ...running('a', { app: 'x' }),
    post(BUDGETS, budget({ maxUnavailable: 0, selector: { matchLabels: { app: 'x' } } })),
    post(
      BUDGETS,
      object('policy/v1', 'PodDisruptionBudget', 'second', { spec: { maxUnavailable: 1, selector: {} } }),
    ),
    post(core('pods/a/eviction'), eviction('a'), { until: 500 }),
  ],
  'eviction-pending': [
    post(core('pods'), pod('a', {}, { labels: { app: 'x' } })),
    post(BUDGETS, budget({ minAvailable: 1, selector: { matchLabels: { app: 'x' } } })),
    post(core('pods/a/eviction'), eviction('a')),
    get(core('pods/a')),
  ],
  binding: [
    post(core('pods'), pod('a')),
    post(core('pods/a/binding'), {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'a' },
      target: { kind: 'Node', name: 'node-x' },
    }),
    get(core('pods/a')),
    post(core('pods/a/binding'), { metadata: { name: 'a' }, target: { kind: 'Node', name: 'node-y' } }),
  ],
  'log-and-exec': [
    post(core('pods'), pod('a')),
    get(core('pods/a/log')),
    get(core('pods/gone/log')),
    get(core('pods/a/log?container=none')),
    get(core('pods/a/log?tailLines=-1')),
    get(core('pods/a/log?sinceSeconds=0')),
    get(core('pods/a/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z')),
    get(core('pods/a/exec?command=ls')),
    post(core('pods/a/exec?command=ls'), undefined),
    post(
      core('pods'),
      pod('two', {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'y' },
        ],
      }),
    ),
    get(core('pods/two/log')),
    get(core('pods/two/log?container=c')),
  ],
  none: [
    post(core('configmaps'), configMap('a')),
    get(core('configmaps/a/status')),
    get(core('configmaps/a/scale')),
    put(core('configmaps/a/status'), configMap('a')),
    get(core('services/a/proxy')),
  ],
});
