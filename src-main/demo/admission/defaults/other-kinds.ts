/** Defaults of the kinds without pods: services, storage, configuration, RBAC, namespaces and definitions. */
import { list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { Fields } from '../json.ts';
import { CLAIM_SPEC, QUANTITY } from './pod-spec.ts';
import type { Rule } from './rule.ts';

const EMPTY: Fields = {};
const RBAC_GROUP = 'rbac.authorization.k8s.io';
const THREE_HOURS_S = 10_800;
const EXPOSED = new Set(['NodePort', 'LoadBalancer']);

function serviceSpec(given: Fields): Fields {
  const type = text(given.type) || 'ClusterIP';
  const spec: Record<string, unknown> = { ...given, type };
  if (text(spec.sessionAffinity) === '') spec.sessionAffinity = 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const clientIP = record(record(spec.sessionAffinityConfig).clientIP);
    if (clientIP.timeoutSeconds == null) {
      spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: THREE_HOURS_S } };
    }
  }
  const exposed = EXPOSED.has(type) || (type === 'ClusterIP' && list(spec.externalIPs).length > 0);
  if (exposed && text(spec.externalTrafficPolicy) === '') spec.externalTrafficPolicy = 'Cluster';
  if ((type === 'ClusterIP' || EXPOSED.has(type)) && spec.internalTrafficPolicy == null) {
    spec.internalTrafficPolicy = 'Cluster';
  }
  if (type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts == null) {
    spec.allocateLoadBalancerNodePorts = true;
  }
  return spec;
}

const SERVICE_PORT: Rule = {
  set: { protocol: 'TCP' },
  last: (port) =>
    port.targetPort === undefined ||
    port.targetPort === null ||
    port.targetPort === 0 ||
    port.targetPort === ''
      ? { ...port, targetPort: port.port }
      : port,
};

/** stringData is written over data, in base64, and is gone. */
function encodeStrings(secret: Fields): Fields {
  const { stringData, ...rest } = secret;
  if (stringData == null) return secret;
  const data: Record<string, unknown> = { ...record(secret.data) };
  for (const [key, value] of Object.entries(record(stringData))) {
    if (typeof value === 'string' && key !== '__proto__')
      data[key] = Buffer.from(value, 'utf8').toString('base64');
  }
  return { ...rest, ...(Object.keys(data).length === 0 ? {} : { data }) };
}

function labelNamespace(namespace: Fields): Fields {
  const metadata = record(namespace.metadata);
  const labels = record(metadata.labels);
  const name = text(metadata.name);
  if (name === '' || labels['kubernetes.io/metadata.name'] === name) return namespace;
  return {
    ...namespace,
    metadata: { ...metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } },
  };
}

const PROTOCOL: Rule = { set: { protocol: 'TCP' } };
const POLICY_RULE: Rule = { within: { 'ports[]': PROTOCOL } };

const SUBJECT: Rule = {
  last: (subject) =>
    (subject.kind === 'User' || subject.kind === 'Group') && text(subject.apiGroup) === ''
      ? { ...subject, apiGroup: RBAC_GROUP }
      : subject,
};
const BINDING: Rule = { within: { roleRef: { set: { apiGroup: RBAC_GROUP } }, 'subjects[]': SUBJECT } };
/** A role without rules says so. */
const ROLE: Rule = {
  last: (role) => (role.rules !== null && list(role.rules).length === 0 ? { ...role, rules: null } : role),
};

function limitDefaults(item: Fields): Fields {
  if (item.type !== 'Container') return item;
  const limits = { ...record(item.max), ...record(item.default) };
  const requests = { ...record(item.min), ...limits, ...record(item.defaultRequest) };
  return {
    ...item,
    ...(Object.keys(limits).length === 0 ? {} : { default: limits }),
    ...(Object.keys(requests).length === 0 ? {} : { defaultRequest: requests }),
  };
}

const LIMIT_ITEM: Rule = {
  within: Object.fromEntries(
    ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'].map((field) => [
      `${field}{}`,
      QUANTITY,
    ]),
  ),
  last: limitDefaults,
};

function definitionNames(names: Fields): Fields {
  const kind = text(names.kind);
  return {
    ...names,
    ...(text(names.singular) === '' ? { singular: kind.toLowerCase() } : {}),
    ...(text(names.listKind) === '' && kind !== '' ? { listKind: `${kind}List` } : {}),
  };
}

export const OTHER_KINDS: Readonly<Record<string, Rule>> = {
  'v1 Service': {
    set: { status: { loadBalancer: EMPTY } },
    within: { spec: { first: serviceSpec, within: { 'ports[]': SERVICE_PORT } } },
  },
  'v1 Endpoints': { within: { 'subsets[]': { within: { 'ports[]': PROTOCOL } } } },
  'discovery.k8s.io/v1 EndpointSlice': {
    within: {
      'endpoints[]': { set: { conditions: EMPTY } },
      'ports[]': {
        set: { protocol: 'TCP' },
        last: (port) => (port.name == null ? { ...port, name: '' } : port),
      },
    },
    last: (slice) => {
      const empty = ['endpoints', 'ports'].filter(
        (field) => slice[field] !== null && list(slice[field]).length === 0,
      );
      return empty.length === 0
        ? slice
        : { ...slice, ...Object.fromEntries(empty.map((field) => [field, null])) };
    },
  },
  'v1 Secret': { set: { type: 'Opaque' }, first: encodeStrings },
  'v1 Namespace': {
    set: { spec: EMPTY, status: { phase: 'Active' } },
    within: { status: { set: { phase: 'Active' } } },
    last: labelNamespace,
  },
  'v1 PersistentVolumeClaim': {
    set: { status: { phase: 'Pending' } },
    within: { spec: CLAIM_SPEC, status: { set: { phase: 'Pending' }, within: { 'capacity{}': QUANTITY } } },
  },
  'v1 PersistentVolume': {
    set: { status: { phase: 'Pending' } },
    within: {
      spec: {
        set: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
        within: {
          'capacity{}': QUANTITY,
          hostPath: { last: (source) => (source.type == null ? { ...source, type: '' } : source) },
        },
      },
      status: { set: { phase: 'Pending' } },
    },
  },
  'v1 Node': {
    set: { spec: EMPTY },
    within: {
      status: {
        within: { 'capacity{}': QUANTITY, 'allocatable{}': QUANTITY },
        last: (status) =>
          status.allocatable == null && status.capacity != null
            ? { ...status, allocatable: status.capacity }
            : status,
      },
    },
  },
  'v1 LimitRange': { within: { spec: { within: { 'limits[]': LIMIT_ITEM } } } },
  'v1 ResourceQuota': {
    set: { spec: EMPTY, status: EMPTY },
    within: {
      spec: { within: { 'hard{}': QUANTITY } },
      status: { within: { 'hard{}': QUANTITY, 'used{}': QUANTITY } },
    },
  },
  'networking.k8s.io/v1 NetworkPolicy': {
    within: {
      spec: {
        set: { podSelector: EMPTY },
        within: { 'ingress[]': POLICY_RULE, 'egress[]': POLICY_RULE },
        last: (spec) =>
          list(spec.policyTypes).length > 0
            ? spec
            : { ...spec, policyTypes: records(spec.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'] },
      },
    },
  },
  'networking.k8s.io/v1 Ingress': { set: { status: { loadBalancer: EMPTY } } },
  'networking.k8s.io/v1 IngressClass': {
    within: { spec: { within: { parameters: { set: { scope: 'Cluster' } } } } },
  },
  'rbac.authorization.k8s.io/v1 Role': ROLE,
  'rbac.authorization.k8s.io/v1 ClusterRole': ROLE,
  'rbac.authorization.k8s.io/v1 RoleBinding': BINDING,
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': BINDING,
  'storage.k8s.io/v1 StorageClass': { set: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' } },
  'storage.k8s.io/v1 CSIDriver': {
    within: {
      spec: {
        set: {
          attachRequired: true,
          podInfoOnMount: false,
          storageCapacity: false,
          fsGroupPolicy: 'ReadWriteOnceWithFSType',
          requiresRepublish: false,
          seLinuxMount: false,
        },
        last: (spec) =>
          list(spec.volumeLifecycleModes).length > 0
            ? spec
            : { ...spec, volumeLifecycleModes: ['Persistent'] },
      },
    },
  },
  'scheduling.k8s.io/v1 PriorityClass': { set: { preemptionPolicy: 'PreemptLowerPriority' } },
  'apiextensions.k8s.io/v1 CustomResourceDefinition': {
    within: {
      spec: { set: { conversion: { strategy: 'None' } }, within: { names: { last: definitionNames } } },
    },
  },
};
