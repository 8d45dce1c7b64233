/** The resources every fabric serves from the start, in the order of the API server's discovery (Kubernetes 1.35). */
import type { Resource } from '../model.ts';
import { ASK_VERBS, PART_VERBS, READ_VERBS, part, rowsOf } from './resource-rows.ts';

const ALL = ['all'];
const EXTENSIONS = ['api-extensions'];
const CONNECT = ['create', 'get'] as const;
const PROXY = ['create', 'delete', 'get', 'patch', 'update'] as const;

const core = rowsOf('v1');
const apiRegistration = rowsOf('apiregistration.k8s.io/v1');
const apps = rowsOf('apps/v1');
const events = rowsOf('events.k8s.io/v1');
const authentication = rowsOf('authentication.k8s.io/v1');
const authorization = rowsOf('authorization.k8s.io/v1');
const autoscaling2 = rowsOf('autoscaling/v2');
const autoscaling1 = rowsOf('autoscaling/v1');
const batch = rowsOf('batch/v1');
const networking = rowsOf('networking.k8s.io/v1');
const policy = rowsOf('policy/v1');
const rbac = rowsOf('rbac.authorization.k8s.io/v1');
const storage = rowsOf('storage.k8s.io/v1');
const admission = rowsOf('admissionregistration.k8s.io/v1');
const apiExtensions = rowsOf('apiextensions.k8s.io/v1');
const scheduling = rowsOf('scheduling.k8s.io/v1');
const coordination = rowsOf('coordination.k8s.io/v1');
const node = rowsOf('node.k8s.io/v1');
const discovery = rowsOf('discovery.k8s.io/v1');
const metrics = rowsOf('metrics.k8s.io/v1beta1');

const POD_PARTS = [
  part('attach', 'PodAttachOptions', CONNECT),
  part('binding', 'Binding', ASK_VERBS),
  part('ephemeralcontainers', 'Pod', PART_VERBS),
  part('eviction', 'Eviction', ASK_VERBS, 'policy/v1'),
  part('exec', 'PodExecOptions', CONNECT),
  part('log', 'Pod', ['get']),
  part('portforward', 'PodPortForwardOptions', CONNECT),
  part('proxy', 'PodProxyOptions', PROXY),
  part('resize', 'Pod', PART_VERBS),
];

const CORE: readonly Resource[] = [
  core.inNamespace('configmaps', 'ConfigMap', { short: ['cm'] }),
  core.inNamespace('endpoints', 'Endpoints', { short: ['ep'] }),
  core.inNamespace('events', 'Event', { short: ['ev'] }),
  core.inNamespace('limitranges', 'LimitRange', { short: ['limits'] }),
  core.ofCluster('namespaces', 'Namespace', {
    short: ['ns'],
    status: true,
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    parts: [part('finalize', 'Namespace', ['update'])],
  }),
  core.ofCluster('nodes', 'Node', {
    short: ['no'],
    status: true,
    parts: [part('proxy', 'NodeProxyOptions', PROXY)],
  }),
  core.inNamespace('persistentvolumeclaims', 'PersistentVolumeClaim', { short: ['pvc'], status: true }),
  core.ofCluster('persistentvolumes', 'PersistentVolume', { short: ['pv'], status: true }),
  core.inNamespace('pods', 'Pod', { short: ['po'], categories: ALL, status: true, parts: POD_PARTS }),
  core.inNamespace('podtemplates', 'PodTemplate'),
  core.inNamespace('replicationcontrollers', 'ReplicationController', {
    short: ['rc'],
    categories: ALL,
    status: true,
    scale: true,
  }),
  core.inNamespace('resourcequotas', 'ResourceQuota', { short: ['quota'], status: true }),
  core.inNamespace('secrets', 'Secret'),
  core.inNamespace('serviceaccounts', 'ServiceAccount', {
    short: ['sa'],
    parts: [part('token', 'TokenRequest', ASK_VERBS, 'authentication.k8s.io/v1')],
  }),
  core.inNamespace('services', 'Service', {
    short: ['svc'],
    categories: ALL,
    status: true,
    parts: [part('proxy', 'ServiceProxyOptions', PROXY)],
  }),
];

const WORKLOADS: readonly Resource[] = [
  apps.inNamespace('controllerrevisions', 'ControllerRevision'),
  apps.inNamespace('daemonsets', 'DaemonSet', { short: ['ds'], categories: ALL, status: true }),
  apps.inNamespace('deployments', 'Deployment', {
    short: ['deploy'],
    categories: ALL,
    status: true,
    scale: true,
  }),
  apps.inNamespace('replicasets', 'ReplicaSet', {
    short: ['rs'],
    categories: ALL,
    status: true,
    scale: true,
  }),
  apps.inNamespace('statefulsets', 'StatefulSet', {
    short: ['sts'],
    categories: ALL,
    status: true,
    scale: true,
  }),
];

const HPA = { short: ['hpa'], categories: ALL, status: true } as const;

export const BUILT_IN_RESOURCES: readonly Resource[] = [
  ...CORE,
  apiRegistration.ofCluster('apiservices', 'APIService', { categories: EXTENSIONS, status: true }),
  ...WORKLOADS,
  // The same objects as the core group's events.
  events.inNamespace('events', 'Event', { short: ['ev'], storedAs: 'events' }),
  authentication.ofCluster('selfsubjectreviews', 'SelfSubjectReview', { verbs: ASK_VERBS }),
  authentication.ofCluster('tokenreviews', 'TokenReview', { verbs: ASK_VERBS }),
  authorization.inNamespace('localsubjectaccessreviews', 'LocalSubjectAccessReview', { verbs: ASK_VERBS }),
  authorization.ofCluster('selfsubjectaccessreviews', 'SelfSubjectAccessReview', { verbs: ASK_VERBS }),
  authorization.ofCluster('selfsubjectrulesreviews', 'SelfSubjectRulesReview', { verbs: ASK_VERBS }),
  authorization.ofCluster('subjectaccessreviews', 'SubjectAccessReview', { verbs: ASK_VERBS }),
  autoscaling2.inNamespace('horizontalpodautoscalers', 'HorizontalPodAutoscaler', HPA),
  autoscaling1.inNamespace('horizontalpodautoscalers', 'HorizontalPodAutoscaler', HPA),
  batch.inNamespace('cronjobs', 'CronJob', { short: ['cj'], categories: ALL, status: true }),
  batch.inNamespace('jobs', 'Job', { categories: ALL, status: true }),
  networking.ofCluster('ingressclasses', 'IngressClass'),
  networking.inNamespace('ingresses', 'Ingress', { short: ['ing'], status: true }),
  networking.ofCluster('ipaddresses', 'IPAddress', { short: ['ip'] }),
  networking.inNamespace('networkpolicies', 'NetworkPolicy', { short: ['netpol'] }),
  networking.ofCluster('servicecidrs', 'ServiceCIDR', { status: true }),
  policy.inNamespace('poddisruptionbudgets', 'PodDisruptionBudget', { short: ['pdb'], status: true }),
  rbac.ofCluster('clusterrolebindings', 'ClusterRoleBinding'),
  rbac.ofCluster('clusterroles', 'ClusterRole'),
  rbac.inNamespace('rolebindings', 'RoleBinding'),
  rbac.inNamespace('roles', 'Role'),
  storage.ofCluster('csidrivers', 'CSIDriver'),
  storage.ofCluster('csinodes', 'CSINode'),
  storage.inNamespace('csistoragecapacities', 'CSIStorageCapacity'),
  storage.ofCluster('storageclasses', 'StorageClass', { short: ['sc'] }),
  storage.ofCluster('volumeattachments', 'VolumeAttachment', { status: true }),
  storage.ofCluster('volumeattributesclasses', 'VolumeAttributesClass', { short: ['vac'] }),
  admission.ofCluster('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', {
    categories: EXTENSIONS,
  }),
  admission.ofCluster('validatingadmissionpolicies', 'ValidatingAdmissionPolicy', {
    categories: EXTENSIONS,
    status: true,
  }),
  admission.ofCluster('validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', {
    categories: EXTENSIONS,
  }),
  admission.ofCluster('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', {
    categories: EXTENSIONS,
  }),
  apiExtensions.ofCluster('customresourcedefinitions', 'CustomResourceDefinition', {
    short: ['crd', 'crds'],
    categories: EXTENSIONS,
    status: true,
  }),
  scheduling.ofCluster('priorityclasses', 'PriorityClass', { short: ['pc'] }),
  coordination.inNamespace('leases', 'Lease'),
  node.ofCluster('runtimeclasses', 'RuntimeClass'),
  discovery.inNamespace('endpointslices', 'EndpointSlice'),
  metrics.ofCluster('nodes', 'NodeMetrics', { verbs: READ_VERBS, singular: '' }),
  metrics.inNamespace('pods', 'PodMetrics', { verbs: READ_VERBS, singular: '' }),
];
