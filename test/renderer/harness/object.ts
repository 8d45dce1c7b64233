// The object that the harness opens: a crash-looping pod with marks, events and relations.
import type { ObjectView, ResourceId } from '../../../shared/ipc.ts';
import type { Ref } from '../../../shared/model/ref.ts';

const YAML = `apiVersion: v1
kind: Pod
metadata:
  name: NAME
  namespace: NAMESPACE
  labels:
    app: payments-api
    pod-template-hash: 7c9f6d8b5
    version: 3.8.1
  creationTimestamp: "2025-11-19T16:02:11Z"
spec:
  nodeName: fra1-w07
  containers:
  - name: payments
    image: registry.fra1.example/payments-api:3.8.1
    env:
    - name: DATABASE_URL
      value: "••••••••"
    resources:
      limits:
        memory: 256Mi
    command:
    - /bin/sh
    - -c
    - |
      # started by the image
      exec /payments --listen :8080
status:
  phase: Running
  containerStatuses:
  - name: payments
    ready: false
    restartCount: 7
    state:
      waiting:
        reason: CrashLoopBackOff
    lastState:
      terminated:
        exitCode: 1
        reason: Error
        startedAt: "2025-11-20T13:31:30Z"
        finishedAt: "2025-11-20T13:31:41Z"
  hostIP: 10.20.14.7
  podIP: 10.244.7.31
  qosClass: Burstable
`;

function lineOf(text: string): number {
  return YAML.split('\n').findIndex((line) => line.includes(text)) + 1;
}

export function podView(ref: Ref, resource: ResourceId, more: Partial<ObjectView> = {}): ObjectView {
  const now = Date.now();
  const other = (kind: string, name: string, apiVersion = 'v1'): Ref => ({
    apiVersion,
    kind,
    name,
    ...(kind === 'Node' || ref.namespace === undefined ? {} : { namespace: ref.namespace }),
  });
  return {
    ref,
    resource,
    resourceVersion: '8812311',
    yaml: YAML.replace('NAMESPACE', ref.namespace ?? '').replace('NAME', ref.name),
    masked: true,
    marks: [
      {
        line: lineOf('restartCount'),
        severity: 'critical',
        finding: 'f-crash',
        why: 'It restarts about every 2 min',
      },
      {
        line: lineOf('CrashLoopBackOff'),
        severity: 'critical',
        finding: 'f-crash',
        why: 'The kubelet waits before the next start',
      },
      {
        line: lineOf('exitCode'),
        severity: 'high',
        finding: 'f-crash',
        why: 'The program ends by itself, it is not killed',
      },
    ],
    events: [
      {
        type: 'Warning',
        reason: 'BackOff',
        message: 'Back-off restarting failed container payments in pod',
        count: 112,
        first: now - 80_000_000,
        last: now - 42_000,
        source: 'kubelet, fra1-w07',
      },
      {
        type: 'Normal',
        reason: 'Pulled',
        message: 'Container image "registry.fra1.example/payments-api:3.8.1" already present on machine',
        count: 8,
        last: now - 240_000,
        source: 'kubelet, fra1-w07',
      },
    ],
    relations: [
      {
        relation: 'owner',
        ref: other('ReplicaSet', 'payments-api-7c9f6d8b5', 'apps/v1'),
        resource: { group: 'apps', version: 'v1', resource: 'replicasets' },
        exists: true,
        worst: 'critical',
      },
      {
        relation: 'runs on',
        ref: other('Node', 'fra1-w07'),
        resource: { group: '', version: 'v1', resource: 'nodes' },
        exists: true,
      },
      {
        relation: 'uses',
        ref: other('ConfigMap', 'payments-database'),
        resource: { group: '', version: 'v1', resource: 'configmaps' },
        exists: false,
        worst: 'critical',
      },
      {
        relation: 'uses',
        ref: other('Secret', 'payments-tls'),
        resource: { group: '', version: 'v1', resource: 'secrets' },
        exists: 'unknown',
      },
      {
        relation: 'selected by',
        ref: other('Service', 'payments-api'),
        resource: { group: '', version: 'v1', resource: 'services' },
        exists: true,
        worst: 'high',
      },
    ],
    findings: ref.namespace === 'payments' ? ['f-crash'] : [],
    containers: [
      { name: 'payments', kind: 'main', running: true, restarts: 7 },
      { name: 'metrics', kind: 'main', running: true, restarts: 0 },
    ],
    ...more,
  };
}
