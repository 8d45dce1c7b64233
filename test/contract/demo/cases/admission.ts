/** What is added to objects or refused on their way in: quotas, limit ranges, priorities, service accounts. */
import { cases, core, del, get, named, patch, post, type RequestStep } from '../contract-case.ts';
import { configMap, container, deployment, object, pod, service } from '../manifests.ts';

const PODS = core('pods');
const QUOTA = core('resourcequotas/quota');

const quota = (hard: object, used: object = {}, more: object = {}): readonly RequestStep[] => [
  post(core('resourcequotas'), object('v1', 'ResourceQuota', 'quota', { spec: { hard, ...more } })),
  patch('merge', `${QUOTA}/status`, {
    status: { hard, used: { ...Object.fromEntries(Object.keys(hard).map((key) => [key, '0'])), ...used } },
  }),
];
const limits = (...list: unknown[]): RequestStep =>
  post(core('limitranges'), object('v1', 'LimitRange', 'limits', { spec: { limits: list } }));
const sized = (name: string, resources: object): unknown =>
  pod(name, { containers: [container('app', { resources })] });
/** The server learns of the quota or limits a moment later. */
const once = { until: 403 };

export const ADMISSION = cases('admission', {
  'quota-pods': [
    ...quota({ pods: '1' }),
    post(PODS, pod('a'), { until: 201 }),
    post(PODS, pod('b')),
    get(QUOTA),
    post(`${PODS}?dryRun=All`, pod('c')),
  ],
  'quota-compute': [
    ...quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' }),
    post(PODS, pod('none'), once),
    post(PODS, sized('half', { requests: { cpu: '1' } })),
    post(PODS, sized('much', { requests: { cpu: '1500m' }, limits: { cpu: '2', memory: '1Gi' } })),
    post(PODS, sized('fits', { requests: { cpu: '600m' }, limits: { cpu: '2', memory: '512Mi' } })),
    post(PODS, sized('more', { requests: { cpu: '600m' }, limits: { cpu: '2', memory: '600Mi' } })),
    get(QUOTA),
  ],
  'quota-counts': [
    ...quota({ 'count/configmaps': '1', 'services.nodeports': '0', services: '2' }),
    post(core('configmaps'), configMap('a'), { until: 201 }),
    post(core('configmaps'), configMap('b')),
    post(core('services'), service('np', { type: 'NodePort' })),
    post(core('services'), service('plain')),
    get(QUOTA),
  ],
  'quota-apps': [
    ...quota({ 'count/deployments.apps': '1' }),
    post(named('apps/v1', 'deployments'), deployment('a'), { until: 201 }),
    post(named('apps/v1', 'deployments'), deployment('b')),
  ],
  'quota-scopes': [
    ...quota({ pods: '0' }, {}, { scopes: ['BestEffort'] }),
    post(PODS, pod('a'), once),
    post(PODS, sized('b', { requests: { cpu: '1' } })),
  ],
  'quota-without-status': [
    post(
      core('resourcequotas'),
      object('v1', 'ResourceQuota', 'quota', { spec: { hard: { 'count/secrets': '5' } } }),
    ),
    get(QUOTA),
  ],
  'limit-defaults': [
    limits({
      type: 'Container',
      default: { cpu: '500m', memory: '256Mi' },
      defaultRequest: { cpu: '100m' },
    }),
    post(PODS, pod('plain')),
    post(PODS, sized('own', { requests: { cpu: '200m' } })),
    post(PODS, sized('limited', { limits: { cpu: '2' } })),
    post(PODS, pod('two', { initContainers: [container('init')] })),
  ],
  'limit-bounds': [
    limits(
      { type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '4' } },
      { type: 'Pod', max: { memory: '1Gi' } },
    ),
    post(PODS, pod('plain'), once),
    post(PODS, sized('small', { requests: { cpu: '50m' }, limits: { cpu: '100m', memory: '1Gi' } })),
    post(PODS, sized('large', { requests: { cpu: '500m' }, limits: { cpu: '2', memory: '2Gi' } })),
    post(PODS, sized('ratio', { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '1Gi' } })),
    post(PODS, sized('fits', { requests: { cpu: '500m' }, limits: { cpu: '1', memory: '1Gi' } })),
  ],
  'limit-claims': [
    limits({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } }),
    ...['500Mi', '3Gi', '2Gi'].map((storage, index) =>
      post(
        core('persistentvolumeclaims'),
        object('v1', 'PersistentVolumeClaim', `c${index}`, {
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
        }),
      ),
    ),
  ],
  priority: [
    post(PODS, pod('critical', { priorityClassName: 'system-node-critical' })),
    post(PODS, pod('missing', { priorityClassName: 'no-such-class' })),
    post(PODS, pod('number', { priority: 5 })),
    post(
      '/apis/scheduling.k8s.io/v1/priorityclasses',
      object('scheduling.k8s.io/v1', 'PriorityClass', '{ns}', { value: 50, preemptionPolicy: 'Never' }),
    ),
    post(PODS, pod('own', { priorityClassName: '{ns}' }), { until: 201 }),
    post(PODS, pod('both', { priorityClassName: '{ns}', priority: 7 })),
    post(
      '/apis/scheduling.k8s.io/v1/priorityclasses',
      object('scheduling.k8s.io/v1', 'PriorityClass', '{ns}-2', { value: 50, globalDefault: true }),
    ),
    post(
      '/apis/scheduling.k8s.io/v1/priorityclasses?dryRun=All',
      object('scheduling.k8s.io/v1', 'PriorityClass', '{ns}-3', { value: 51, globalDefault: true }),
      once,
    ),
    post(PODS, pod('default')),
    del('/apis/scheduling.k8s.io/v1/priorityclasses/{ns}-2'),
    patch('merge', '/apis/scheduling.k8s.io/v1/priorityclasses/{ns}', { value: 60 }),
  ],
  'service-account': [
    post(
      core('serviceaccounts'),
      object('v1', 'ServiceAccount', 'robot', {
        automountServiceAccountToken: false,
        imagePullSecrets: [{ name: 'pull' }],
      }),
    ),
    post(PODS, pod('a', { serviceAccountName: 'robot' })),
    post(PODS, pod('b', { serviceAccountName: 'robot', automountServiceAccountToken: true })),
    post(PODS, pod('c', { serviceAccount: 'robot' })),
    post(PODS, pod('d', { serviceAccountName: 'missing' })),
    post(
      PODS,
      pod('e', {
        containers: [
          container('app', {
            volumeMounts: [{ name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
          }),
        ],
        volumes: [{ name: 'own', emptyDir: {} }],
      }),
    ),
  ],
  tolerations: [
    post(
      PODS,
      pod('own', {
        tolerations: [
          {
            key: 'node.kubernetes.io/not-ready',
            operator: 'Exists',
            effect: 'NoExecute',
            tolerationSeconds: 5,
          },
        ],
      }),
    ),
    post(PODS, pod('all', { tolerations: [{ operator: 'Exists' }] })),
  ],
  'pod-security': [
    patch('merge', '/api/v1/namespaces/{ns}', {
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    }),
    post(PODS, pod('a'), once),
    post(named('apps/v1', 'deployments'), deployment('a')),
  ],
  'storage-class': [
    post(
      '/apis/storage.k8s.io/v1/storageclasses',
      object(
        'storage.k8s.io/v1',
        'StorageClass',
        '{ns}',
        { provisioner: 'example.com/disk' },
        { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      ),
    ),
    post(
      core('persistentvolumeclaims?dryRun=All'),
      object('v1', 'PersistentVolumeClaim', 'c', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }),
    ),
    del('/apis/storage.k8s.io/v1/storageclasses/{ns}'),
  ],
});
