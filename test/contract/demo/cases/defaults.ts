/** What a server adds to every kind: its defaults.  */
import { cases, core, named, post, type Step } from '../contract-case.ts';
import { container, cronJob, deployment, job, object, pod, secret, service, workload } from '../manifests.ts';

const DEPLOYMENTS = named('apps/v1', 'deployments');

const defaulted = (collection: string, ...manifests: unknown[]): Step[] =>
  manifests.map((manifest) => post(collection, manifest));

const probes = {
  livenessProbe: { httpGet: { port: 8080 } },
  readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 3 },
  startupProbe: { exec: { command: ['true'] }, failureThreshold: 30 },
};

/** A pod with a bit of everything that has a default. */
const richPod = pod(
  'rich',
  {
    initContainers: [container('init', { image: 'example.com/init:latest', restartPolicy: 'Always' })],
    containers: [
      container('app', {
        image: 'example.com/app',
        ports: [{ containerPort: 8080, name: 'http' }],
        env: [
          { name: 'PLAIN', value: 'x' },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        ],
        envFrom: [{ configMapRef: { name: 'settings', optional: true } }],
        resources: { requests: { cpu: '100m' }, limits: { cpu: 0.5, memory: '64Mi' } },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
        lifecycle: { preStop: { httpGet: { path: '/bye', port: 8080 } } },
        securityContext: { runAsNonRoot: true },
        ...probes,
      }),
      container('side', { image: 'example.com/side@sha256:' + 'a'.repeat(64) }),
    ],
    volumes: [
      { name: 'data' },
      { name: 'map', configMap: { name: 'settings' } },
      { name: 'hidden', secret: { secretName: 's' } },
      { name: 'host', hostPath: { path: '/var/log' } },
      { name: 'claim', persistentVolumeClaim: { claimName: 'c' } },
      {
        name: 'mixed',
        projected: {
          sources: [
            { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          ],
        },
      },
      { name: 'down', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
    ],
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'dedicated', operator: 'Exists' }],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            podAffinityTerm: {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchLabels: { a: 'b' } },
            },
          },
        ],
      },
    },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {} },
    ],
    hostAliases: [{ ip: '1.2.3.4', hostnames: ['a'] }],
    terminationGracePeriodSeconds: 5,
  },
  { labels: { app: 'rich' } },
);

export const DEFAULTS = cases('defaults', {
  pod: defaulted(core('pods'), pod('plain'), richPod),
  'pod-qos': defaulted(
    core('pods'),
    pod('guaranteed', {
      containers: [container('a', { resources: { limits: { cpu: '1', memory: '1Gi' } } })],
    }),
    pod('burstable', { containers: [container('a', { resources: { requests: { memory: '1024Ki' } } })] }),
    pod('host', { hostNetwork: true, containers: [container('a', { ports: [{ containerPort: 80 }] })] }),
    pod('priority', { priorityClassName: 'system-cluster-critical' }),
    pod('no-token', { automountServiceAccountToken: false, enableServiceLinks: false }),
    pod('quantities', {
      containers: [
        container('a', {
          resources: {
            requests: { cpu: '1000m', memory: '1.5Gi', 'example.com/fpga': 2 },
            limits: { cpu: '2.50', memory: '2000000Ki', 'example.com/fpga': '2' },
          },
        }),
      ],
    }),
  ),
  apps: [
    ...defaulted(
      DEPLOYMENTS,
      deployment('web'),
      deployment('re', { strategy: { type: 'Recreate' } }),
      deployment('surge', { strategy: { rollingUpdate: { maxSurge: '50%' } } }),
    ),
    ...defaulted(named('apps/v1', 'replicasets'), workload('ReplicaSet', 'rs')),
    ...defaulted(
      named('apps/v1', 'statefulsets'),
      workload('StatefulSet', 'db', {
        serviceName: 'db',
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      }),
    ),
    ...defaulted(named('apps/v1', 'daemonsets'), workload('DaemonSet', 'agent')),
    ...defaulted(
      named('apps/v1', 'controllerrevisions'),
      object('apps/v1', 'ControllerRevision', 'r', { revision: 1, data: {} }),
    ),
  ],
  batch: [
    ...defaulted(
      named('batch/v1', 'jobs'),
      job('once'),
      job('indexed', { completionMode: 'Indexed', completions: 3 }),
      job('policy', {
        podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] },
      }),
    ),
    ...defaulted(named('batch/v1', 'cronjobs'), cronJob('every')),
  ],
  service: defaulted(
    core('services'),
    service('plain'),
    service('headless', { clusterIP: 'None' }),
    service('node', { type: 'NodePort' }),
    service('balanced', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
    service('external', { type: 'ExternalName', externalName: 'db.example.com', ports: undefined }),
    service('sticky', { sessionAffinity: 'ClientIP' }),
    service('named', {
      ports: [
        { name: 'a', port: 1, targetPort: 'web' },
        { name: 'b', port: 2, protocol: 'UDP' },
      ],
    }),
    service('no-selector', { selector: undefined }),
  ),
  storage: [
    ...defaulted(
      core('persistentvolumeclaims'),
      object('v1', 'PersistentVolumeClaim', 'c', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }),
    ),
    ...defaulted(
      '/api/v1/persistentvolumes',
      object('v1', 'PersistentVolume', '{ns}', {
        spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
      }),
    ),
    ...defaulted(
      '/apis/storage.k8s.io/v1/storageclasses',
      object('storage.k8s.io/v1', 'StorageClass', '{ns}', { provisioner: 'example.com/disk' }),
    ),
  ],
  network: [
    ...defaulted(
      named('networking.k8s.io/v1', 'ingresses'),
      object('networking.k8s.io/v1', 'Ingress', 'i', {
        spec: { defaultBackend: { service: { name: 'web', port: { name: 'http' } } } },
      }),
    ),
    ...defaulted(
      named('networking.k8s.io/v1', 'networkpolicies'),
      object('networking.k8s.io/v1', 'NetworkPolicy', 'n', {
        spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }], egress: [{}] },
      }),
    ),
    ...defaulted(
      core('endpoints'),
      object('v1', 'Endpoints', 'e', {
        subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 80 }] }],
      }),
    ),
    ...defaulted(
      named('discovery.k8s.io/v1', 'endpointslices'),
      object('discovery.k8s.io/v1', 'EndpointSlice', 'e', {
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.1.1.1'] }],
        ports: [{ port: 80 }],
      }),
    ),
  ],
  others: [
    ...defaulted(
      core('secrets'),
      secret('s', { stringData: { a: 'b', c: 'd' }, data: { a: 'eA==' } }),
      secret('typed', { type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } }),
    ),
    ...defaulted(core('serviceaccounts'), object('v1', 'ServiceAccount', 'robot')),
    ...defaulted(
      core('resourcequotas'),
      object('v1', 'ResourceQuota', 'q', { spec: { hard: { pods: 10, 'requests.cpu': '1000m' } } }),
    ),
    ...defaulted(
      core('limitranges'),
      object('v1', 'LimitRange', 'l', {
        spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' } }] },
      }),
    ),
    ...defaulted(
      named('autoscaling/v2', 'horizontalpodautoscalers'),
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }, maxReplicas: 3 },
      }),
    ),
    ...defaulted(
      named('policy/v1', 'poddisruptionbudgets'),
      object('policy/v1', 'PodDisruptionBudget', 'p', { spec: { minAvailable: '50%', selector: {} } }),
    ),
    ...defaulted(
      named('rbac.authorization.k8s.io/v1', 'rolebindings'),
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', {
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 'default' },
        ],
      }),
    ),
    ...defaulted(
      '/apis/scheduling.k8s.io/v1/priorityclasses',
      object('scheduling.k8s.io/v1', 'PriorityClass', '{ns}', { value: 5 }),
    ),
    ...defaulted('/api/v1/nodes', object('v1', 'Node', '{ns}')),
    ...defaulted('/api/v1/namespaces', object('v1', 'Namespace', '{ns}-more')),
    ...defaulted(core('events'), object('v1', 'Event', 'e', { involvedObject: { namespace: '{ns}' } })),
    ...defaulted(named('coordination.k8s.io/v1', 'leases'), object('coordination.k8s.io/v1', 'Lease', 'l')),
    ...defaulted(
      core('replicationcontrollers'),
      object('v1', 'ReplicationController', 'rc', {
        spec: { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container()] } } },
      }),
    ),
  ],
});
