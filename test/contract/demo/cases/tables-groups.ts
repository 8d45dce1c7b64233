/** What `kubectl get` prints of the kinds outside of the core group. */
import { cases, core, named } from '../contract-case.ts';
import { container, cronJob, deployment, job, object, workload } from '../manifests.ts';

import { ageless, printed } from './printed.ts';

const LABELS = { selector: { matchLabels: { app: 'x' } } };

export const TABLES_GROUPS = cases('table', {
  replicationcontroller: printed(
    core('replicationcontrollers'),
    object('v1', 'ReplicationController', 'old', {
      spec: {
        replicas: 1,
        selector: { app: 'x' },
        template: { metadata: { labels: { app: 'x' } }, spec: { containers: [container()] } },
      },
    }),
  ),
  deployment: printed(named('apps/v1', 'deployments'), deployment('web', { replicas: 3 }), {
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 2,
    updatedReplicas: 1,
    availableReplicas: 2,
    unavailableReplicas: 1,
  }),
  replicaset: printed(named('apps/v1', 'replicasets'), workload('ReplicaSet', 'web', { replicas: 2 }), {
    replicas: 2,
    readyReplicas: 1,
  }),
  statefulset: printed(
    named('apps/v1', 'statefulsets'),
    workload('StatefulSet', 'db', { serviceName: 'db', replicas: 2 }),
    { replicas: 2, readyReplicas: 1 },
  ),
  daemonset: printed(
    named('apps/v1', 'daemonsets'),
    workload('DaemonSet', 'agent', {
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { nodeSelector: { role: 'leaf' }, containers: [container()] },
      },
    }),
    {
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 2,
      updatedNumberScheduled: 3,
      numberAvailable: 2,
      numberMisscheduled: 0,
    },
  ),
  controllerrevision: printed(
    named('apps/v1', 'controllerrevisions'),
    object(
      'apps/v1',
      'ControllerRevision',
      'agent-1',
      { revision: 4, data: { a: 1 } },
      {
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'DaemonSet',
            name: 'agent',
            uid: '7e0e3d46-1111-4222-8333-444455556666',
            controller: true,
          },
        ],
      },
    ),
  ),
  job: printed(named('batch/v1', 'jobs'), job('once', { completions: 3, parallelism: 2 }), {
    active: 1,
    succeeded: 1,
    startTime: '2026-01-01T00:00:00Z',
  }).map((step) => ('show' in step ? step : { ...step, show: ageless })),
  'job-suspended': printed(named('batch/v1', 'jobs'), job('later', { suspend: true })),
  cronjob: printed(named('batch/v1', 'cronjobs'), cronJob('every', { timeZone: 'Etc/UTC', suspend: true })),
  hpa: printed(
    named('autoscaling/v2', 'horizontalpodautoscalers'),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 1,
        maxReplicas: 4,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    }),
    {
      currentReplicas: 2,
      desiredReplicas: 3,
      currentMetrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', current: { averageUtilization: 95, averageValue: '95m' } },
        },
      ],
    },
  ),
  ingress: printed(
    named('networking.k8s.io/v1', 'ingresses'),
    object('networking.k8s.io/v1', 'Ingress', 'front', {
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['a.example.com'] }],
        rules: [
          {
            host: 'a.example.com',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    }),
  ),
  networkpolicy: printed(
    named('networking.k8s.io/v1', 'networkpolicies'),
    object('networking.k8s.io/v1', 'NetworkPolicy', 'closed', {
      spec: { podSelector: { matchLabels: { app: 'web' } } },
    }),
  ),
  ingressclass: printed(
    '/apis/networking.k8s.io/v1/ingressclasses',
    object('networking.k8s.io/v1', 'IngressClass', '{ns}', { spec: { controller: 'example.com/nginx' } }),
  ),
  poddisruptionbudget: printed(
    named('policy/v1', 'poddisruptionbudgets'),
    object('policy/v1', 'PodDisruptionBudget', 'web', { spec: { minAvailable: 1, ...LABELS } }),
  ),
  storageclass: printed(
    '/apis/storage.k8s.io/v1/storageclasses',
    object(
      'storage.k8s.io/v1',
      'StorageClass',
      '{ns}',
      { provisioner: 'example.com/disk' },
      { annotations: { 'storageclass.kubernetes.io/is-default-class': 'false' } },
    ),
  ),
  priorityclass: printed(
    '/apis/scheduling.k8s.io/v1/priorityclasses',
    object('scheduling.k8s.io/v1', 'PriorityClass', '{ns}', { value: 1000 }),
  ),
  role: printed(
    named('rbac.authorization.k8s.io/v1', 'roles'),
    object('rbac.authorization.k8s.io/v1', 'Role', 'reader', {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }),
  ),
  rolebinding: printed(
    named('rbac.authorization.k8s.io/v1', 'rolebindings'),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'readers', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [
        { kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' },
        { kind: 'Group', name: 'devs', apiGroup: 'rbac.authorization.k8s.io' },
        { kind: 'ServiceAccount', name: 'robot', namespace: '{ns}' },
      ],
    }),
  ),
  clusterrole: printed(
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', '{ns}', { rules: [] }),
  ),
  clusterrolebinding: printed(
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', '{ns}', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [],
    }),
  ),
  lease: printed(
    named('coordination.k8s.io/v1', 'leases'),
    object('coordination.k8s.io/v1', 'Lease', 'leader', { spec: { holderIdentity: 'me' } }),
  ),
});
