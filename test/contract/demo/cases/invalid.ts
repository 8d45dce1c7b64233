/** Manifests that every engineer gets wrong once: 422 with its causes, kind by kind. */
import { cases, core, named, post, type Step } from '../contract-case.ts';
import {
  configMap,
  container,
  cronJob,
  deployment,
  job,
  object,
  pod,
  secret,
  service,
  template,
  workload,
} from '../manifests.ts';

const PODS = core('pods');
const rbac = (rest: string): string => named('rbac.authorization.k8s.io/v1', rest);

const send = (collection: string, ...manifests: unknown[]): Step[] =>
  manifests.map((manifest) => post(collection, manifest));

const big = 'x'.repeat(1024 * 1024);

export const INVALID = cases('invalid', {
  names: send(
    core('configmaps'),
    configMap('Upper'),
    configMap('under_score'),
    configMap('-dash'),
    configMap(''),
    configMap('a'.repeat(254)),
    configMap('dots.are.fine'),
    configMap('a/b'),
    configMap('..'),
  ),
  'names-others': [
    ...send(core('services'), service('1st'), service('dots.not'), service('a'.repeat(64))),
    ...send(PODS, pod('a'.repeat(254)), pod('dots.fine')),
    ...send(named('apps/v1', 'deployments'), deployment('Web')),
    ...send(
      rbac('roles'),
      object('rbac.authorization.k8s.io/v1', 'Role', 'a%b', { rules: [] }),
      object('rbac.authorization.k8s.io/v1', 'Role', 'colon:fine', { rules: [] }),
    ),
    ...send(named('batch/v1', 'cronjobs'), cronJob('a'.repeat(53))),
  ],
  metadata: send(
    core('configmaps'),
    configMap('a', {}, { labels: { 'not valid': 'x' } }),
    configMap('a', {}, { labels: { a: 'not valid' } }),
    configMap('a', {}, { labels: { a: 'x'.repeat(64) } }),
    configMap('a', {}, { labels: { 'Not/A/Key': 'x' } }),
    configMap('a', {}, { labels: { [`${'p'.repeat(254)}/n`]: 'x' } }),
    configMap('a', {}, { annotations: { 'not valid': 'x' } }),
    configMap('a', {}, { annotations: { big: 'x'.repeat(256 * 1024 + 1) } }),
    configMap('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }] }),
    configMap(
      'a',
      {},
      {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'u', controller: true },
          { apiVersion: 'v1', kind: 'Pod', name: 'y', uid: 'v', controller: true },
        ],
      },
    ),
    configMap('a', {}, { generateName: 'x'.repeat(300) }),
  ),
  configmap: send(
    core('configmaps'),
    configMap('a', { 'bad key': 'x' }),
    configMap('a', { '': 'x' }),
    configMap('a', { '..': 'x' }),
    { ...configMap('a', { both: 'x' }), binaryData: { both: 'eA==' } },
    configMap('a', { big }),
  ).map((step) => ('path' in step ? { ...step } : step)),
  secret: send(
    core('secrets'),
    secret('a', { stringData: { 'bad key': 'x' } }),
    secret('a', { type: 'kubernetes.io/tls', data: {} }),
    secret('a', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'not json' } }),
    secret('a', { type: 'kubernetes.io/dockerconfigjson' }),
    secret('a', { type: 'kubernetes.io/basic-auth' }),
    secret('a', { type: 'kubernetes.io/ssh-auth' }),
    secret('a', { type: 'kubernetes.io/service-account-token' }),
    secret('a', { data: { a: 'not base64!' } }),
  ),
  deployment: send(
    named('apps/v1', 'deployments'),
    deployment('bad', { selector: undefined }),
    deployment('bad', { selector: {} }),
    deployment('bad', { selector: { matchLabels: { app: 'other' } } }),
    deployment('bad', { selector: { matchExpressions: [{ key: 'app', operator: 'Near' }] } }),
    deployment('bad', { selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } }),
    deployment('bad', { template: undefined }),
    deployment('bad', { template: { spec: { containers: [container()] } } }),
    deployment('bad', { template: template('bad', { containers: [] }) }),
    deployment('bad', { template: template('bad', { restartPolicy: 'Never' }) }),
    deployment('bad', { template: template('bad', { activeDeadlineSeconds: 5 }) }),
    deployment('bad', { replicas: -1 }),
    deployment('bad', { strategy: { type: 'Explode' } }),
    deployment('bad', { strategy: { type: 'Recreate', rollingUpdate: {} } }),
    deployment('bad', { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    deployment('bad', { strategy: { rollingUpdate: { maxSurge: 'x', maxUnavailable: '150%' } } }),
    deployment('bad', { minReadySeconds: -1, revisionHistoryLimit: -1, progressDeadlineSeconds: -1 }),
    deployment('bad', { minReadySeconds: 600 }),
    { ...(deployment('bad') as object), spec: {} },
    { ...(deployment('bad') as object), spec: undefined },
  ),
  'other-workloads': [
    ...send(
      named('apps/v1', 'statefulsets'),
      workload('StatefulSet', 'bad', { podManagementPolicy: 'Chaos' }),
      workload('StatefulSet', 'bad', { updateStrategy: { type: 'Chaos' } }),
      workload('StatefulSet', 'bad', { replicas: -1, selector: {} }),
      workload('StatefulSet', 'bad', { template: template('bad', { restartPolicy: 'Never' }) }),
    ),
    ...send(
      named('apps/v1', 'daemonsets'),
      workload('DaemonSet', 'bad', { selector: { matchLabels: { app: 'x' } } }),
      workload('DaemonSet', 'bad', { updateStrategy: { type: 'Chaos' } }),
      workload('DaemonSet', 'bad', { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
    ),
    ...send(
      named('apps/v1', 'replicasets'),
      workload('ReplicaSet', 'bad', { replicas: -2 }),
      workload('ReplicaSet', 'bad', { selector: { matchLabels: { app: 'x' } } }),
    ),
    ...send(
      core('replicationcontrollers'),
      object('v1', 'ReplicationController', 'bad', {
        spec: { selector: { a: 'b' }, template: template('bad') },
      }),
    ),
  ],
  job: send(
    named('batch/v1', 'jobs'),
    job('bad', { template: { spec: { containers: [container()] } } }),
    job('bad', { template: { spec: { restartPolicy: 'Always', containers: [container()] } } }),
    job('bad', { parallelism: -1, completions: -1, backoffLimit: -1, activeDeadlineSeconds: -1 }),
    job('bad', { completionMode: 'Sorted' }),
    job('bad', { completionMode: 'Indexed' }),
    job('bad', { selector: { matchLabels: { a: 'b' } } }),
    job('bad', { ttlSecondsAfterFinished: -1 }),
    job('bad', { template: undefined }),
  ),
  cronjob: send(
    named('batch/v1', 'cronjobs'),
    cronJob('bad', { schedule: 'often' }),
    cronJob('bad', { schedule: '' }),
    cronJob('bad', { schedule: '61 * * * *' }),
    cronJob('bad', { schedule: 'TZ=UTC * * * * *' }),
    cronJob('bad', { concurrencyPolicy: 'Perhaps' }),
    cronJob('bad', { timeZone: 'Moon/Base' }),
    cronJob('bad', { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1 }),
    cronJob('bad', { jobTemplate: { spec: { template: { spec: { containers: [container()] } } } } }),
  ),
});
