/** The cells of nodes, namespaces, configuration, storage and access objects, as the API server prints them. */
import { accessModes, conditionStatus, flag, orUnset, plain } from './format.ts';
import { since } from './duration.ts';
import type { PrintCells } from './row.ts';
import { entriesAt, listAt, numberAt, textAt, valueAt } from './value.ts';

type Printed = Parameters<PrintCells>[0];

const age = ({ metadata }: Printed, now: number): string => since(metadata.creationTimestamp, now);

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function rolesOf({ metadata }: Printed): string {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)];
    return key === 'kubernetes.io/role' ? [value] : [];
  });
  return [...new Set(roles.filter(Boolean))].sort().join(',') || '<none>';
}

function nodeAddress(node: Printed, type: string): string {
  const address = listAt(node, 'status', 'addresses').find((one) => textAt(one, 'type') === type);
  return address === undefined ? '<none>' : textAt(address, 'address');
}

const printNode: PrintCells = (object, now) => {
  const ready = conditionStatus(object, 'Ready');
  const state = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady';
  const info = (field: string): string => textAt(object, 'status', 'nodeInfo', field);
  return [
    object.metadata.name,
    flag(valueAt(object, 'spec', 'unschedulable')) ? `${state},SchedulingDisabled` : state,
    rolesOf(object),
    age(object, now),
    info('kubeletVersion'),
    nodeAddress(object, 'InternalIP'),
    nodeAddress(object, 'ExternalIP'),
    info('osImage') || '<unknown>',
    info('kernelVersion') || '<unknown>',
    info('containerRuntimeVersion') || '<unknown>',
  ];
};

const printVolume: PrintCells = (object, now) => {
  const claim = valueAt(object, 'spec', 'claimRef');
  const going = object.metadata.deletionTimestamp !== undefined;
  return [
    object.metadata.name,
    plain(valueAt(object, 'spec', 'capacity', 'storage'), '0'),
    accessModes(listAt(object, 'spec', 'accessModes')),
    textAt(object, 'spec', 'persistentVolumeReclaimPolicy'),
    going ? 'Terminating' : textAt(object, 'status', 'phase'),
    claim === undefined ? '' : `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`,
    classOf(object),
    orUnset(object, 'spec', 'volumeAttributesClassName'),
    textAt(object, 'status', 'reason'),
    age(object, now),
    orUnset(object, 'spec', 'volumeMode'),
  ];
};

/** The annotation is older than the field, and wins. */
function classOf(object: Printed): string {
  return (
    object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
    textAt(object, 'spec', 'storageClassName')
  );
}

const printClaim: PrintCells = (object, now) => {
  const volume = textAt(object, 'spec', 'volumeName');
  const going = object.metadata.deletionTimestamp !== undefined;
  return [
    object.metadata.name,
    going ? 'Terminating' : textAt(object, 'status', 'phase'),
    volume,
    volume === '' ? '' : plain(valueAt(object, 'status', 'capacity', 'storage'), '0'),
    volume === '' ? '' : accessModes(listAt(object, 'status', 'accessModes')),
    classOf(object),
    orUnset(object, 'spec', 'volumeAttributesClassName'),
    age(object, now),
    orUnset(object, 'spec', 'volumeMode'),
  ];
};

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

const printStorageClass: PrintCells = (object, now) => {
  const isDefault = DEFAULT_CLASS.some((key) => object.metadata.annotations?.[key] === 'true');
  return [
    isDefault ? `${object.metadata.name} (default)` : object.metadata.name,
    textAt(object, 'provisioner'),
    textAt(object, 'reclaimPolicy') || 'Delete',
    textAt(object, 'volumeBindingMode') || 'Immediate',
    flag(valueAt(object, 'allowVolumeExpansion')),
    age(object, now),
  ];
};

const printDriver: PrintCells = (object, now) => {
  const spec = valueAt(object, 'spec');
  const requests = valueAt(spec, 'tokenRequests');
  return [
    object.metadata.name,
    flag(valueAt(spec, 'attachRequired'), true),
    flag(valueAt(spec, 'podInfoOnMount')),
    flag(valueAt(spec, 'storageCapacity')),
    Array.isArray(requests) ? requests.map((one) => textAt(one, 'audience')).join(',') : '<unset>',
    flag(valueAt(spec, 'requiresRepublish')),
    listAt(spec, 'volumeLifecycleModes')
      .filter((mode) => typeof mode === 'string')
      .join(',') || '<none>',
    age(object, now),
  ];
};

const SUBJECTS = ['User', 'Group', 'ServiceAccount'] as const;

const printBinding: PrintCells = (object, now) => {
  const subjects = listAt(object, 'subjects');
  const named = (kind: string): string =>
    subjects
      .filter((subject) => textAt(subject, 'kind') === kind)
      .map((subject) =>
        kind === 'ServiceAccount'
          ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
          : textAt(subject, 'name'),
      )
      .join(', ');
  return [
    object.metadata.name,
    `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`,
    age(object, now),
    ...SUBJECTS.map(named),
  ];
};

const printApiService: PrintCells = (object, now) => {
  const service = valueAt(object, 'spec', 'service');
  const condition = listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Available');
  const status = condition === undefined ? 'Unknown' : textAt(condition, 'status');
  const reason = textAt(condition, 'reason');
  return [
    object.metadata.name,
    service === undefined || service === null
      ? 'Local'
      : `${textAt(service, 'namespace')}/${textAt(service, 'name')}`,
    status === 'True' || reason === '' ? status : `${status} (${reason})`,
    age(object, now),
  ];
};

const named =
  (...read: readonly ((object: Printed) => string | number | boolean)[]): PrintCells =>
  (object, now) => [object.metadata.name, ...read.map((one) => one(object)), age(object, now)];

const text =
  (...path: readonly string[]) =>
  (object: Printed): string =>
    textAt(object, ...path);

const entries =
  (...path: readonly string[]) =>
  (object: Printed): number =>
    entriesAt(object, ...path).length;

const items =
  (...path: readonly string[]) =>
  (object: Printed): number =>
    listAt(object, ...path).length;

function paramKind(object: Printed): string {
  const kind = valueAt(object, 'spec', 'paramKind');
  return kind === undefined ? '<unset>' : `${textAt(kind, 'apiVersion')}/${textAt(kind, 'kind')}`;
}

function paramRef(object: Printed): string {
  const ref = valueAt(object, 'spec', 'paramRef');
  if (ref === undefined) return '<unset>';
  const namespace = textAt(ref, 'namespace');
  const name = textAt(ref, 'name');
  return name === '' ? '*' : namespace === '' ? name : `${namespace}/${name}`;
}

export const CLUSTER_CELLS: Readonly<Record<string, PrintCells>> = {
  nodes: printNode,
  namespaces: named(text('status', 'phase')),
  configmaps: named((object) => entries('data')(object) + entries('binaryData')(object)),
  secrets: named(text('type'), entries('data')),
  serviceaccounts: named(),
  persistentvolumes: printVolume,
  persistentvolumeclaims: printClaim,
  'storageclasses.storage.k8s.io': printStorageClass,
  'csidrivers.storage.k8s.io': printDriver,
  'csinodes.storage.k8s.io': named(items('spec', 'drivers')),
  'volumeattachments.storage.k8s.io': named(
    text('spec', 'attacher'),
    text('spec', 'source', 'persistentVolumeName'),
    text('spec', 'nodeName'),
    (object) => flag(valueAt(object, 'status', 'attached')),
  ),
  'volumeattributesclasses.storage.k8s.io': named(text('driverName')),
  'rolebindings.rbac.authorization.k8s.io': printBinding,
  'clusterrolebindings.rbac.authorization.k8s.io': printBinding,
  'leases.coordination.k8s.io': named(text('spec', 'holderIdentity')),
  'priorityclasses.scheduling.k8s.io': (object, now) => [
    object.metadata.name,
    numberAt(object, 'value') ?? 0,
    flag(valueAt(object, 'globalDefault')),
    age(object, now),
    textAt(object, 'preemptionPolicy'),
  ],
  'runtimeclasses.node.k8s.io': named(text('handler')),
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': named(items('webhooks')),
  'validatingwebhookconfigurations.admissionregistration.k8s.io': named(items('webhooks')),
  'validatingadmissionpolicies.admissionregistration.k8s.io': named(items('spec', 'validations'), paramKind),
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': named(
    text('spec', 'policyName'),
    paramRef,
  ),
  'apiservices.apiregistration.k8s.io': printApiService,
};
