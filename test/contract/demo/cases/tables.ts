/** What `kubectl get` prints: Table and PartialObjectMetadata of every printed kind. */
import { cases, core, del, get, named, post } from '../contract-case.ts';
import { configMap, container, object, pod, secret, service } from '../manifests.ts';

import { ageless, PARTIAL, PARTIAL_LIST, printed, TABLE } from './printed.ts';

const running = {
  phase: 'Running',
  podIP: '10.1.2.3',
  podIPs: [{ ip: '10.1.2.3' }],
  hostIP: '10.0.0.1',
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [
    {
      name: 'app',
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    },
  ],
};

const initialising = {
  phase: 'Pending',
  initContainerStatuses: [
    {
      name: 'init',
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    },
  ],
  containerStatuses: [
    {
      name: 'app',
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: 'PodInitializing' } },
    },
  ],
};

export const TABLES = cases('table', {
  pod: printed(core('pods'), pod('fresh')),
  'pod-crashing': printed(core('pods'), pod('crashing', { nodeName: 'node-x' }), running),
  'pod-initialising': printed(
    core('pods'),
    pod('initialising', { initContainers: [container('init')] }),
    initialising,
  ),
  'pod-ended': [
    ...printed(core('pods'), pod('done'), { phase: 'Succeeded', reason: 'Completed' }),
    ...printed(core('pods'), pod('evicted'), {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on memory.',
    }),
  ],
  configmap: printed(core('configmaps'), configMap('map', { a: '1', b: '2' })),
  secret: printed(core('secrets'), secret('hush')),
  service: printed(
    core('services'),
    service('web', {
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    }),
  ),
  'service-types': [
    ...printed(core('services'), service('headless', { clusterIP: 'None' })),
    ...printed(
      core('services'),
      service('external', {
        type: 'ExternalName',
        externalName: 'db.example.com',
        ports: undefined,
        selector: undefined,
      }),
    ),
    ...printed(
      core('services'),
      service('balanced', { type: 'LoadBalancer', ports: [{ port: 443, nodePort: 30443 }] }),
    ),
    del(core('services/balanced')),
  ],
  endpoints: printed(
    core('endpoints'),
    object('v1', 'Endpoints', 'web', {
      subsets: [{ addresses: [{ ip: '10.1.1.1' }, { ip: '10.1.1.2' }], ports: [{ port: 80, name: 'http' }] }],
    }),
  ),
  endpointslice: printed(
    named('discovery.k8s.io/v1', 'endpointslices'),
    object('discovery.k8s.io/v1', 'EndpointSlice', 'web-1', {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.1.1'] }, { addresses: ['10.1.1.2'] }],
      ports: [
        { name: 'http', port: 80 },
        { name: 'https', port: 443 },
      ],
    }),
  ),
  serviceaccount: printed(core('serviceaccounts'), object('v1', 'ServiceAccount', 'robot', {})),
  namespace: [
    get('/api/v1/namespaces/{ns}', { headers: TABLE }),
    get('/api/v1/namespaces?fieldSelector=metadata.name={ns}', { headers: TABLE }),
  ],
  node: printed(
    '/api/v1/nodes',
    object(
      'v1',
      'Node',
      '{ns}',
      { spec: { unschedulable: true } },
      {
        labels: { 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/leaf': '' },
      },
    ),
    {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.7' }],
      nodeInfo: {
        kubeletVersion: 'v1.35.4',
        osImage: 'An OS',
        kernelVersion: '6.1',
        containerRuntimeVersion: 'containerd://2.0',
        machineID: '',
        systemUUID: '',
        bootID: '',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  ),
  event: printed(
    core('events'),
    object('v1', 'Event', 'web.1', {
      involvedObject: { kind: 'Pod', namespace: '{ns}', name: 'web', fieldPath: 'spec.containers{app}' },
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      type: 'Warning',
      count: 7,
      source: { component: 'kubelet', host: 'node-x' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:10:00Z',
    }),
  ).map((step) => ('show' in step ? step : { ...step, show: ageless })),
  persistentvolumeclaim: printed(
    core('persistentvolumeclaims'),
    object('v1', 'PersistentVolumeClaim', 'data', {
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast',
        resources: { requests: { storage: '1Gi' } },
      },
    }),
  ),
  persistentvolume: printed(
    '/api/v1/persistentvolumes',
    object('v1', 'PersistentVolume', '{ns}', {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: 'fast',
        hostPath: { path: '/data' },
      },
    }),
  ),
  resourcequota: printed(
    core('resourcequotas'),
    object('v1', 'ResourceQuota', 'quota', {
      spec: { hard: { pods: '5', 'requests.cpu': '2', 'limits.memory': '1Gi' } },
    }),
    {
      hard: { pods: '5', 'requests.cpu': '2', 'limits.memory': '1Gi' },
      used: { pods: '1', 'requests.cpu': '500m', 'limits.memory': '0' },
    },
  ),
  limitrange: printed(
    core('limitranges'),
    object('v1', 'LimitRange', 'limits', {
      spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] },
    }),
  ),
  'include-object': [
    post(core('configmaps'), configMap('map')),
    ...['None', 'Metadata', 'Object', 'Everything'].map((what) =>
      get(`${core('configmaps')}?includeObject=${what}`, { headers: TABLE }),
    ),
  ],
  'empty-table': [get(core('pods'), { headers: TABLE }), get(core('pods?limit=500'), { headers: TABLE })],
  'table-of-missing': [get(core('pods/gone'), { headers: TABLE })],
  pages: [
    post(core('configmaps'), configMap('a')),
    post(core('configmaps'), configMap('b')),
    get(core('configmaps?limit=1'), { headers: TABLE }),
  ],
  metadata: [
    post(core('configmaps'), configMap('map', {}, { labels: { a: 'b' }, annotations: { c: 'd' } })),
    get(core('configmaps/map'), { headers: PARTIAL }),
    get(core('configmaps'), { headers: PARTIAL_LIST }),
    get(core('configmaps'), { headers: PARTIAL }),
    get(core('configmaps/map'), { headers: PARTIAL_LIST }),
    get(core('configmaps/gone'), { headers: PARTIAL }),
  ],
  'write-as-table': [
    post(core('configmaps'), configMap('map'), { headers: TABLE }),
    post(core('configmaps'), configMap('other'), { headers: PARTIAL }),
  ],
});
