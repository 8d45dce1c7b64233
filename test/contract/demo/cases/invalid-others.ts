/** Services, storage, policies and more that every engineer gets wrong once: 422 with its causes. */
import { cases, core, named, post, type Step } from '../contract-case.ts';
import { object, service } from '../manifests.ts';

const rbac = (rest: string): string => named('rbac.authorization.k8s.io/v1', rest);

const send = (collection: string, ...manifests: unknown[]): Step[] =>
  manifests.map((manifest) => post(collection, manifest));

const ports = (...list: unknown[]): unknown => service('bad', { ports: list });
const ingress = (spec: unknown): unknown => object('networking.k8s.io/v1', 'Ingress', 'bad', { spec });
const rule = (path: unknown): unknown => ({ rules: [{ host: 'a.example.com', http: { paths: [path] } }] });
const backend = { service: { name: 'web', port: { number: 80 } } };
const claim = (spec: unknown): unknown => object('v1', 'PersistentVolumeClaim', 'bad', { spec });
const hpa = (spec: object): unknown =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'bad', {
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
      maxReplicas: 3,
      ...spec,
    },
  });

export const INVALID_OTHERS = cases('invalid', {
  service: send(
    core('services'),
    ports(),
    ports({}),
    ports({ port: 0 }),
    ports({ port: 70000 }),
    ports({ port: 80, protocol: 'ICMP' }),
    ports({ port: 80 }, { port: 81 }),
    ports({ port: 80, name: 'a' }, { port: 81, name: 'a' }),
    ports({ port: 80, name: 'a' }, { port: 80, name: 'b' }),
    ports({ port: 80, name: 'Not_Valid' }),
    ports({ port: 80, targetPort: 'Not_Valid' }),
    ports({ port: 80, targetPort: 0 }),
    ports({ port: 80, nodePort: 30080 }),
    service('bad', { type: 'Magic' }),
    service('bad', { type: 'ExternalName' }),
    service('bad', { type: 'ExternalName', externalName: 'Not Valid' }),
    service('bad', { type: 'LoadBalancer', clusterIP: 'None' }),
    service('bad', { selector: { 'not valid': 'x' } }),
    service('bad', { sessionAffinity: 'Forever' }),
    service('bad', { externalIPs: ['1.2.3'] }),
    service('bad', { externalTrafficPolicy: 'Local' }),
    service('bad', { loadBalancerSourceRanges: ['1.2.3.4/99'], type: 'LoadBalancer' }),
  ),
  network: [
    ...send(
      named('networking.k8s.io/v1', 'ingresses'),
      ingress({}),
      ingress(rule({ path: '/', backend })),
      ingress(rule({ path: 'relative', pathType: 'Prefix', backend })),
      ingress(rule({ path: '/a//b', pathType: 'Exact', backend })),
      ingress(rule({ path: '/', pathType: 'Fuzzy', backend })),
      ingress(rule({ path: '/', pathType: 'Prefix', backend: { service: { name: 'web' } } })),
      ingress(
        rule({
          path: '/',
          pathType: 'Prefix',
          backend: { service: { name: 'web', port: { number: 80, name: 'http' } } },
        }),
      ),
      ingress(rule({ path: '/', pathType: 'Prefix', backend: {} })),
      ingress({ rules: [{ host: 'Not Valid' }] }),
      ingress({ rules: [{ host: '1.2.3.4' }] }),
      ingress({ tls: [{ hosts: ['Not Valid'] }], defaultBackend: backend }),
    ),
    ...send(
      named('networking.k8s.io/v1', 'networkpolicies'),
      object('networking.k8s.io/v1', 'NetworkPolicy', 'bad', {
        spec: { podSelector: { matchLabels: { 'not valid': 'x' } } },
      }),
      object('networking.k8s.io/v1', 'NetworkPolicy', 'bad', {
        spec: { podSelector: {}, policyTypes: ['Sideways'] },
      }),
      object('networking.k8s.io/v1', 'NetworkPolicy', 'bad', {
        spec: { podSelector: {}, ingress: [{ from: [{}] }] },
      }),
      object('networking.k8s.io/v1', 'NetworkPolicy', 'bad', {
        spec: {
          podSelector: {},
          ingress: [{ from: [{ ipBlock: { cidr: '1.2.3.4/99' } }], ports: [{ port: 70000 }] }],
        },
      }),
    ),
    ...send(
      core('endpoints'),
      object('v1', 'Endpoints', 'bad', {
        subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 0 }] }],
      }),
    ),
  ],
  endpointslice: send(
    named('discovery.k8s.io/v1', 'endpointslices'),
    object('discovery.k8s.io/v1', 'EndpointSlice', 'bad', {
      addressType: 'IPv4',
      endpoints: [],
      ports: [{ port: 80 }, { port: 443 }],
    }),
    object('discovery.k8s.io/v1', 'EndpointSlice', 'bad', {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['fd00::1'] }],
      ports: [],
    }),
    object('discovery.k8s.io/v1', 'EndpointSlice', 'bad', { addressType: 'Smoke', endpoints: [] }),
  ),
  storage: [
    ...send(
      core('persistentvolumeclaims'),
      claim({}),
      claim({ accessModes: ['ReadWriteOnce'] }),
      claim({ accessModes: ['Sometimes'], resources: { requests: { storage: '1Gi' } } }),
      claim({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '-1Gi' } } }),
      claim({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '0' } } }),
      claim({
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'Not Valid',
        resources: { requests: { storage: '1Gi' } },
      }),
      claim({
        accessModes: ['ReadWriteOnce'],
        volumeMode: 'Tape',
        resources: { requests: { storage: '1Gi' } },
      }),
    ),
    ...send(
      '/api/v1/persistentvolumes',
      object('v1', 'PersistentVolume', '{ns}', { spec: {} }),
      object('v1', 'PersistentVolume', '{ns}', {
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          hostPath: { path: '/x' },
          persistentVolumeReclaimPolicy: 'Forget',
        },
      }),
    ),
    ...send(
      '/apis/storage.k8s.io/v1/storageclasses',
      object('storage.k8s.io/v1', 'StorageClass', '{ns}'),
      object('storage.k8s.io/v1', 'StorageClass', '{ns}', {
        provisioner: 'x',
        reclaimPolicy: 'Forget',
        volumeBindingMode: 'Later',
      }),
    ),
  ],
  policy: [
    ...send(
      named('autoscaling/v2', 'horizontalpodautoscalers'),
      hpa({ maxReplicas: 0 }),
      hpa({ minReplicas: 5 }),
      hpa({ minReplicas: -1 }),
      hpa({ scaleTargetRef: {} }),
      hpa({ metrics: [{ type: 'Moon' }] }),
      hpa({ metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }] }),
    ),
    ...send(
      named('policy/v1', 'poddisruptionbudgets'),
      object('policy/v1', 'PodDisruptionBudget', 'bad', {
        spec: { minAvailable: 1, maxUnavailable: 1, selector: {} },
      }),
      object('policy/v1', 'PodDisruptionBudget', 'bad', { spec: { minAvailable: -1 } }),
      object('policy/v1', 'PodDisruptionBudget', 'bad', { spec: { maxUnavailable: '200%' } }),
      object('policy/v1', 'PodDisruptionBudget', 'bad', {
        spec: { maxUnavailable: 'x', unhealthyPodEvictionPolicy: 'Perhaps' },
      }),
    ),
    ...send(
      core('resourcequotas'),
      object('v1', 'ResourceQuota', 'bad', { spec: { hard: { colours: '5' } } }),
      object('v1', 'ResourceQuota', 'bad', { spec: { hard: { pods: '-5' } } }),
      object('v1', 'ResourceQuota', 'bad', { spec: { hard: { pods: '1.5' } } }),
      object('v1', 'ResourceQuota', 'bad', {
        spec: { scopes: ['Terminating', 'NotTerminating'], hard: { pods: '5' } },
      }),
    ),
    ...send(
      core('limitranges'),
      object('v1', 'LimitRange', 'bad', {
        spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] },
      }),
      object('v1', 'LimitRange', 'bad', {
        spec: { limits: [{ type: 'Container', default: { cpu: '2' }, max: { cpu: '1' } }] },
      }),
      object('v1', 'LimitRange', 'bad', { spec: { limits: [{ type: 'Crate' }] } }),
      object('v1', 'LimitRange', 'bad', { spec: { limits: [{ type: 'Pod', default: { cpu: '1' } }] } }),
    ),
    ...send(
      '/apis/scheduling.k8s.io/v1/priorityclasses',
      object('scheduling.k8s.io/v1', 'PriorityClass', '{ns}', { value: 2_000_000_000 }),
      object('scheduling.k8s.io/v1', 'PriorityClass', 'system-{ns}', { value: 5 }),
      object('scheduling.k8s.io/v1', 'PriorityClass', '{ns}', { value: 5, preemptionPolicy: 'Perhaps' }),
    ),
  ],
  rbac: [
    ...send(
      rbac('roles'),
      object('rbac.authorization.k8s.io/v1', 'Role', 'bad', {
        rules: [{ apiGroups: [''], resources: ['pods'] }],
      }),
      object('rbac.authorization.k8s.io/v1', 'Role', 'bad', { rules: [{ apiGroups: [''], verbs: ['get'] }] }),
      object('rbac.authorization.k8s.io/v1', 'Role', 'bad', {
        rules: [{ resources: ['pods'], verbs: ['get'] }],
      }),
      object('rbac.authorization.k8s.io/v1', 'Role', 'bad', {
        rules: [{ nonResourceURLs: ['/x'], verbs: ['get'] }],
      }),
    ),
    ...send(
      rbac('rolebindings'),
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'bad'),
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'bad', {
        roleRef: { kind: 'Deployment', name: 'x', apiGroup: 'apps' },
      }),
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'bad', {
        roleRef: { kind: 'Role', name: '' },
        subjects: [{ kind: 'Robot', name: '' }],
      }),
    ),
  ],
  node: send(
    '/api/v1/nodes',
    object('v1', 'Node', '{ns}', { spec: { taints: [{ key: '', effect: 'NoSchedule' }] } }),
    object('v1', 'Node', '{ns}', { spec: { taints: [{ key: 'a', effect: 'Perhaps' }] } }),
    object('v1', 'Node', '{ns}', {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule' },
        ],
      },
    }),
    object('v1', 'Node', '{ns}', { spec: { podCIDR: '1.2.3' } }),
  ),
  event: send(
    core('events'),
    object('v1', 'Event', 'bad', { involvedObject: { namespace: 'elsewhere', kind: 'Pod' } }),
  ),
});
