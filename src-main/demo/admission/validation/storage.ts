/** Volumes, claims and storage classes. */
import { isRecord, list, record, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { sameValue, valueAt, withValue, type Fields } from '../json.ts';
import { canonicalQuantity, compareQuantities, readQuantity } from '../quantity.ts';
import { checkFormat, checkImmutable, checkOneOf, checkSelector } from './metadata.ts';
import { dnsSubdomain, qualifiedName } from './names.ts';
import type { Report } from './report.ts';
import { checkNodeSelector } from './scheduling.ts';
import { innerLines } from './inner-shape.ts';
import { differenceOf } from './text-difference.ts';

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];
const POLICIES = ['Delete', 'Recycle', 'Retain'];

function checkAccessModes(report: Report, field: string, given: unknown): void {
  const modes = list(given).map(text);
  for (const mode of modes) if (!MODES.includes(mode)) report.notSupported(field, mode, MODES);
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) {
    report.forbidden(field, 'may not use ReadWriteOncePod with other access modes');
  }
}

function checkPositive(report: Report, field: string, value: unknown): void {
  const quantity = readQuantity(value);
  if (quantity !== undefined && quantity.nano <= 0n) {
    report.invalid(field, canonicalQuantity(value), 'must be greater than zero');
  }
}

function checkSource(report: Report, field: string, source: unknown): void {
  if (!isRecord(source)) return;
  for (const name of ['name', 'kind']) if (text(source[name]) === '') report.required(`${field}.${name}`);
  const group = text(source.apiGroup);
  if (group === '' && source.kind !== 'PersistentVolumeClaim') {
    report.invalid(
      field,
      text(source.kind),
      "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
    );
  }
  checkFormat(report, `${field}.apiGroup`, group, dnsSubdomain);
}

/** The spec of a claim, also of a template. */
export function checkClaimSpec(report: Report, field: string, spec: Fields): void {
  if (list(spec.accessModes).length === 0) {
    report.required(`${field}.accessModes`, 'at least 1 access mode is required');
  }
  if (spec.selector != null) checkSelector(report, `${field}.selector`, spec.selector);
  checkAccessModes(report, `${field}.accessModes`, spec.accessModes);
  const storage = record(record(spec.resources).requests).storage;
  if (storage === undefined) report.required(`${field}.resources[storage]`);
  else checkPositive(report, `${field}.resources[storage]`, storage);
  checkFormat(report, `${field}.storageClassName`, spec.storageClassName, dnsSubdomain);
  const mode = spec.volumeMode;
  if (typeof mode === 'string' && !VOLUME_MODES.includes(mode))
    report.notSupported(`${field}.volumeMode`, mode, VOLUME_MODES);
  checkSource(report, `${field}.dataSource`, spec.dataSource);
  checkSource(report, `${field}.dataSourceRef`, spec.dataSourceRef);
}

const CLAIM_FIXED =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

export function checkClaim(report: Report, claim: DraftObject, old: StoredObject | undefined): void {
  const spec = record(claim.spec);
  checkClaimSpec(report, 'spec', spec);
  if (old === undefined) return;
  const before = record(old.spec);
  const size = ['resources', 'requests', 'storage'];
  const bound = record(old.status).phase === 'Bound';
  const volumeName = text(before.volumeName) === '' ? spec.volumeName : before.volumeName;
  const wanted = { ...before, volumeName };
  const given = bound
    ? withValue(
        { ...spec, volumeAttributesClassName: before.volumeAttributesClassName },
        size,
        valueAt(before, ...size),
      )
    : spec;
  // A claim from before the default class may take one later.
  const classed = before.storageClassName == null ? { ...given, storageClassName: undefined } : given;
  if (!sameValue(classed, wanted)) {
    const kind = 'PersistentVolumeClaimSpec';
    report.forbidden(
      'spec',
      `${CLAIM_FIXED}\n${differenceOf(innerLines(kind, wanted), innerLines(kind, classed))}`,
    );
  }
  const field = 'spec.resources.requests.storage';
  const smaller = compareQuantities(valueAt(spec, ...size), valueAt(before, ...size)) < 0;
  const held = valueAt(old.status, 'capacity', 'storage');
  if (smaller && compareQuantities(valueAt(spec, ...size), held) <= 0) {
    report.forbidden(field, 'field can not be less than status.capacity');
  }
  checkImmutable(report, 'volumeMode', spec.volumeMode, before.volumeMode);
}

const VOLUME_SOURCE = 'PersistentVolumeSource';
const HOST_PATH_TYPES = [
  ...['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'],
];
const NO_SOURCE = new Set([
  ...[
    'capacity',
    'accessModes',
    'claimRef',
    'persistentVolumeReclaimPolicy',
    'storageClassName',
    'mountOptions',
  ],
  ...['volumeMode', 'nodeAffinity', 'volumeAttributesClassName'],
]);

function sourceOf(spec: Fields): Fields {
  return Object.fromEntries(
    Object.entries(spec).filter(([field, value]) => !NO_SOURCE.has(field) && value != null),
  );
}

function checkHostPathType(report: Report, type: unknown): void {
  if (typeof type !== 'string' || HOST_PATH_TYPES.includes(type)) return;
  report.notSupported('spec.hostPath.type', type, HOST_PATH_TYPES);
}

export function checkVolume(report: Report, volume: DraftObject, old: StoredObject | undefined): void {
  const spec = record(volume.spec);
  if (list(spec.accessModes).length === 0) report.required('spec.accessModes');
  checkAccessModes(report, 'spec.accessModes', spec.accessModes);
  const capacity = record(spec.capacity);
  const names = Object.keys(capacity);
  if (names.length === 0) report.required('spec.capacity');
  if (capacity.storage === undefined || names.length > 1) {
    report.notSupported('spec.capacity', names.length === 0 ? null : capacity, ['storage']);
  }
  for (const name of names) checkPositive(report, `spec.capacity[${name}]`, capacity[name]);
  const policy = text(spec.persistentVolumeReclaimPolicy);
  if (policy !== '' && !POLICIES.includes(policy)) {
    report.notSupported('spec.persistentVolumeReclaimPolicy', policy, POLICIES);
  }
  const required = record(spec.nodeAffinity).required;
  if (required != null) checkNodeSelector(report, 'spec.nodeAffinity.required', required);
  const sources = Object.keys(sourceOf(spec));
  if (sources.length === 0) report.required('spec', 'must specify a volume type');
  for (const extra of sources.slice(1))
    report.forbidden(`spec.${extra}`, 'may not specify more than 1 volume type');
  const path = text(record(spec.hostPath).path);
  if (isRecord(spec.hostPath) && path === '') report.required('spec.hostPath.path');
  else if (path.split('/').includes('..'))
    report.invalid('spec.hostPath.path', path, "must not contain '..'");
  checkHostPathType(report, record(spec.hostPath).type);
  checkFormat(report, 'spec.storageClassName', spec.storageClassName, dnsSubdomain);
  const mode = spec.volumeMode;
  if (typeof mode === 'string' && !VOLUME_MODES.includes(mode))
    report.notSupported('spec.volumeMode', mode, VOLUME_MODES);
  if (old === undefined) return;
  const [source, before] = [sourceOf(spec), sourceOf(record(old.spec))];
  if (!sameValue(source, before)) {
    const words = `spec.persistentvolumesource is immutable after creation\n${differenceOf(innerLines(VOLUME_SOURCE, before), innerLines(VOLUME_SOURCE, source))}`;
    report.forbidden('spec.persistentvolumesource', words);
  }
  checkImmutable(report, 'volumeMode', spec.volumeMode, record(old.spec).volumeMode);
}

export function checkStorageClass(report: Report, storage: DraftObject, old: StoredObject | undefined): void {
  const provisioner = text(storage.provisioner);
  if (provisioner === '') report.required('provisioner');
  else report.invalidAll('provisioner', provisioner, qualifiedName(provisioner.toLowerCase()));
  const policy = text(storage.reclaimPolicy);
  if (policy !== '' && policy !== 'Delete' && policy !== 'Retain') {
    report.notSupported('reclaimPolicy', policy, ['Delete', 'Retain']);
  }
  checkOneOf(report, 'volumeBindingMode', storage.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']);
  if (old === undefined) return;
  if (!sameValue(storage.parameters, old.parameters)) {
    report.forbidden('parameters', 'updates to parameters are forbidden.');
  }
  if (provisioner !== old.provisioner)
    report.forbidden('provisioner', 'updates to provisioner are forbidden.');
  if (!sameValue(storage.reclaimPolicy, old.reclaimPolicy)) {
    report.forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.');
  }
  checkImmutable(report, 'volumeBindingMode', storage.volumeBindingMode, old.volumeBindingMode);
}
