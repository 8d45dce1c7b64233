/** Pods that every engineer gets wrong once: 422 with its causes. */
import { cases, core, post, type Step } from '../contract-case.ts';
import { container, pod, type Fields } from '../manifests.ts';

const PODS = core('pods');

const send = (collection: string, ...manifests: unknown[]): Step[] =>
  manifests.map((manifest) => post(collection, manifest));

const podWith = (more: Fields): unknown => pod('bad', { containers: [container('app', more)] });
const volumes = (...list: unknown[]): unknown => pod('bad', { volumes: list });

export const INVALID_PODS = cases('invalid', {
  containers: send(
    PODS,
    pod('bad', { containers: [] }),
    pod('bad', { containers: undefined }),
    pod('bad', { containers: [container('a'), container('a')] }),
    pod('bad', { containers: [container('Not_Valid')] }),
    pod('bad', { containers: [{ name: 'a' }] }),
    pod('bad', { containers: [{ image: 'x' }] }),
    pod('bad', { containers: [container('a', { image: ' x' })] }),
    pod('bad', { initContainers: [container('app')] }),
    podWith({ imagePullPolicy: 'Sometimes' }),
    podWith({ terminationMessagePolicy: 'Sometimes' }),
    podWith({ terminationMessagePath: '' }),
    podWith({ workingDir: 'relative' }),
    podWith({ restartPolicy: 'OnFailure' }),
    podWith({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    podWith({ securityContext: { runAsUser: -1 } }),
    podWith({ securityContext: { capabilities: { add: ['NET_ADMIN'] } } }),
  ),
  'container-ports': send(
    PODS,
    podWith({ ports: [{ containerPort: 0 }] }),
    podWith({ ports: [{ containerPort: 70000 }] }),
    podWith({ ports: [{}] }),
    podWith({ ports: [{ containerPort: 80, protocol: 'ICMP' }] }),
    podWith({ ports: [{ containerPort: 80, name: 'Not_Valid' }] }),
    podWith({ ports: [{ containerPort: 80, name: 'much-too-long-a-name' }] }),
    podWith({
      ports: [
        { containerPort: 80, name: 'a' },
        { containerPort: 81, name: 'a' },
      ],
    }),
    podWith({ ports: [{ containerPort: 80, hostPort: 99999 }] }),
    pod('bad', {
      hostNetwork: true,
      containers: [container('a', { ports: [{ containerPort: 80, hostPort: 81 }] })],
    }),
  ),
  env: send(
    PODS,
    podWith({ env: [{ name: '' }] }),
    podWith({ env: [{ value: 'x' }] }),
    podWith({ env: [{ name: 'a=b', value: 'x' }] }),
    podWith({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }] }),
    podWith({ env: [{ name: 'A', valueFrom: {} }] }),
    podWith({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.colour' } } }] }),
    podWith({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'x' } } }] }),
    podWith({ env: [{ name: 'A', valueFrom: { secretKeyRef: { key: 'x' } } }] }),
    podWith({
      env: [
        {
          name: 'A',
          valueFrom: { secretKeyRef: { name: 'a', key: 'b' }, configMapKeyRef: { name: 'a', key: 'b' } },
        },
      ],
    }),
    podWith({ envFrom: [{}] }),
    podWith({ envFrom: [{ prefix: '1', configMapRef: { name: '' } }] }),
    podWith({ env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.colour' } } }] }),
  ),
  resources: send(
    PODS,
    podWith({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
    podWith({ resources: { requests: { cpu: '-1' } } }),
    podWith({ resources: { limits: { memory: '-1Gi' } } }),
    podWith({ resources: { limits: { colour: '1' } } }),
    podWith({ resources: { requests: { 'example.com/fpga': '1' } } }),
    podWith({ resources: { limits: { 'example.com/fpga': '1.5' } } }),
    podWith({ resources: { requests: { 'example.com/fpga': '1' }, limits: { 'example.com/fpga': '2' } } }),
    podWith({ resources: { limits: { 'hugepages-2Mi': '3Mi' } } }),
    podWith({ resources: { requests: { storage: '1Gi' } } }),
  ),
  probes: send(
    PODS,
    podWith({ livenessProbe: {} }),
    podWith({ livenessProbe: { httpGet: { port: 0 } } }),
    podWith({ livenessProbe: { httpGet: { port: 80, path: '' }, tcpSocket: { port: 80 } } }),
    podWith({ livenessProbe: { exec: { command: [] } } }),
    podWith({ livenessProbe: { tcpSocket: { port: 80 }, periodSeconds: -1, timeoutSeconds: -1 } }),
    podWith({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
    podWith({ readinessProbe: { tcpSocket: { port: 'no_such' }, terminationGracePeriodSeconds: 5 } }),
    podWith({ lifecycle: { postStart: {} } }),
    pod('bad', { initContainers: [container('i', { livenessProbe: { tcpSocket: { port: 80 } } })] }),
  ),
  volumes: send(
    PODS,
    podWith({ volumeMounts: [{ name: 'none', mountPath: '/x' }] }),
    podWith({ volumeMounts: [{ name: 'none' }] }),
    volumes({ name: 'Not_Valid', emptyDir: {} }),
    volumes({ name: 'a', emptyDir: {} }, { name: 'a', emptyDir: {} }),
    volumes({ name: 'a', emptyDir: {}, hostPath: { path: '/x' } }),
    volumes({ name: 'a', secret: {} }),
    volumes({ name: 'a', configMap: {} }),
    volumes({ name: 'a', configMap: { name: 'm', defaultMode: 4096 } }),
    volumes({ name: 'a', configMap: { name: 'm', items: [{ key: 'k', path: '../up' }] } }),
    volumes({ name: 'a', persistentVolumeClaim: {} }),
    volumes({ name: 'a', hostPath: { path: '' } }),
    volumes({ name: 'a', hostPath: { path: '/x', type: 'Nothing' } }),
    volumes({ name: 'a', hostPath: { path: '/x/../y' } }),
    pod('bad', {
      volumes: [{ name: 'v' }],
      containers: [
        container('a', {
          volumeMounts: [
            { name: 'v', mountPath: '/x' },
            { name: 'v', mountPath: '/x' },
          ],
        }),
      ],
    }),
    pod('bad', {
      volumes: [{ name: 'v' }],
      containers: [container('a', { volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '../y' }] })],
    }),
  ),
  'pod-spec': send(
    PODS,
    pod('bad', { restartPolicy: 'Sometimes' }),
    pod('bad', { dnsPolicy: 'Whatever' }),
    pod('bad', { dnsPolicy: 'None' }),
    pod('bad', { terminationGracePeriodSeconds: -1 }),
    pod('bad', { activeDeadlineSeconds: 0 }),
    pod('bad', { nodeName: 'Not_Valid' }),
    pod('bad', { nodeSelector: { 'not valid': 'x' } }),
    pod('bad', { serviceAccountName: 'Not_Valid' }),
    pod('bad', { serviceAccountName: 'missing' }),
    pod('bad', { priorityClassName: 'missing' }),
    pod('bad', { hostname: 'Not_Valid' }),
    pod('bad', { tolerations: [{ operator: 'Maybe', key: 'a' }] }),
    pod('bad', { tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] }),
    pod('bad', { tolerations: [{ operator: 'Equal' }] }),
    pod('bad', { tolerations: [{ key: 'a', effect: 'NoSchedule', tolerationSeconds: 5 }] }),
    pod('bad', { imagePullSecrets: [{}] }),
    pod('bad', {
      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Perhaps' }],
    }),
    pod('bad', {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      },
    }),
    pod('bad', {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }],
          },
        },
      },
    }),
    pod('bad', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] } } }),
    pod('bad', { securityContext: { runAsUser: -1, sysctls: [{ name: 'Not Valid', value: '1' }] } }),
    pod('bad', { hostAliases: [{ ip: '1.2.3', hostnames: ['Not_Valid'] }] }),
    pod('bad', { schedulingGates: [{ name: 'not valid' }] }),
    { ...(pod('bad') as object), spec: undefined },
    { ...(pod('bad') as object), spec: { containers: [container()], overhead: { cpu: '1' } } },
  ),
});
