/** Volumes of a pod: one source each, well-formed names and paths; and the mounts of its containers. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import { numberIn, type Fields } from '../json.ts';
import { compareQuantities } from '../quantity.ts';
import { checkFieldRef, checkResourceRef, FILE_FIELDS } from './environment.ts';
import { checkOneOf } from './metadata.ts';
import { dnsLabel } from './names.ts';
import type { Report } from './report.ts';
import { checkClaimSpec } from './storage.ts';

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';
const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

type Check = (report: Report, field: string, source: Fields) => void;

function checkMode(report: Report, field: string, mode: unknown): void {
  const number = numberIn(mode);
  if (number !== undefined && (number > 0o777 || number < 0)) report.invalid(field, number, MODE);
}

/** A path below the volume: relative, and not up. */
function checkRelativePath(report: Report, field: string, path: string): void {
  if (path.startsWith('/')) report.invalid(field, path, 'must be a relative path');
  if (path.split('/').includes('..')) report.invalid(field, path, "must not contain '..'");
}

function checkFilePath(report: Report, field: string, path: string): void {
  checkRelativePath(report, field, path);
  // `..` itself and `../…` are refused already.
  if (path.startsWith('..') && !path.startsWith('../'))
    report.invalid(field, path, "must not start with '..'");
}

function checkItems(report: Report, field: string, items: unknown): void {
  records(items).forEach((item, index) => {
    const at = `${field}.items[${index}]`;
    if (text(item.key) === '') report.required(`${at}.key`);
    if (text(item.path) === '') report.required(`${at}.path`);
    checkFilePath(report, `${at}.path`, text(item.path));
    checkMode(report, `${at}.mode`, item.mode);
  });
}

function checkNamed(name: string): Check {
  return (report, field, source) => {
    if (text(source[name]) === '') report.required(`${field}.${name}`);
    checkMode(report, `${field}.defaultMode`, source.defaultMode);
    checkItems(report, field, source.items);
  };
}

function checkDownwardFile(report: Report, field: string, file: Fields): void {
  if (text(file.path) === '') report.required(`${field}.path`);
  checkFilePath(report, `${field}.path`, text(file.path));
  if (isRecord(file.fieldRef)) {
    checkFieldRef(report, `${field}.fieldRef`, file.fieldRef, FILE_FIELDS);
    if (isRecord(file.resourceFieldRef)) {
      report.invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    }
  } else if (isRecord(file.resourceFieldRef)) {
    checkResourceRef(report, `${field}.resourceFieldRef`, file.resourceFieldRef, true);
  } else report.required(field, 'one of fieldRef and resourceFieldRef is required');
  checkMode(report, `${field}.mode`, file.mode);
}

const PROJECTIONS = [
  'secret',
  'configMap',
  'downwardAPI',
  'serviceAccountToken',
  'clusterTrustBundle',
  'podCertificate',
];
const SHORTEST_TOKEN_S = 600;

const checkProjected: Check = (report, field, projected) => {
  checkMode(report, `${field}.defaultMode`, projected.defaultMode);
  records(projected.sources).forEach((source, index) => {
    const at = `${field}.sources[${index}]`;
    const given = PROJECTIONS.filter((name) => isRecord(source[name]));
    for (const name of given.slice(1))
      report.forbidden(`${at}.${name}`, 'may not specify more than 1 volume type');
    const [kind] = given;
    if (kind === 'secret' || kind === 'configMap') {
      const inner = record(source[kind]);
      if (text(inner.name) === '') report.required(`${at}.${kind}.name`);
      checkItems(report, `${at}.${kind}`, inner.items);
    }
    if (kind === 'downwardAPI') {
      for (const file of records(record(source.downwardAPI).items))
        checkDownwardFile(report, `${at}.downwardAPI`, file);
    }
    if (kind !== 'serviceAccountToken') return;
    const token = record(source.serviceAccountToken);
    const seconds = numberIn(token.expirationSeconds);
    if (seconds !== undefined && seconds < SHORTEST_TOKEN_S) {
      report.invalid(
        `${at}.serviceAccountToken.expirationSeconds`,
        seconds,
        'may not specify a duration less than 10 minutes',
      );
    }
    if (text(token.path) === '') report.required(`${at}.serviceAccountToken.path`);
  });
};

function checkRequired(...names: readonly string[]): Check {
  return (report, field, source) => {
    for (const name of names) if (text(source[name]) === '') report.required(`${field}.${name}`);
  };
}

const checkNfs: Check = (report, field, source) => {
  checkRequired('server', 'path')(report, field, source);
  if (text(source.path) !== '' && !text(source.path).startsWith('/')) {
    report.invalid(`${field}.path`, source.path, 'must be an absolute path');
  }
};

const checkHostPath: Check = (report, field, source) => {
  const path = text(source.path);
  if (path === '') report.required(`${field}.path`);
  else if (path.split('/').includes('..')) report.invalid(`${field}.path`, path, "must not contain '..'");
  if (typeof source.type === 'string' && !HOST_PATH_TYPES.includes(source.type)) {
    report.notSupported(`${field}.type`, source.type, HOST_PATH_TYPES);
  }
};

/** In the order in which the API server looks at them. */
const SOURCES: readonly (readonly [field: string, check: Check])[] = [
  ['emptyDir', () => undefined],
  ['hostPath', checkHostPath],
  ['gitRepo', checkRequired('repository')],
  ['gcePersistentDisk', checkRequired('pdName')],
  ['awsElasticBlockStore', checkRequired('volumeID')],
  ['secret', checkNamed('secretName')],
  ['nfs', checkNfs],
  ['iscsi', checkRequired('targetPortal', 'iqn')],
  ['glusterfs', checkRequired('endpoints', 'path')],
  ['flocker', () => undefined],
  ['persistentVolumeClaim', checkRequired('claimName')],
  ['rbd', checkRequired('image')],
  ['cinder', checkRequired('volumeID')],
  ['cephfs', () => undefined],
  ['quobyte', checkRequired('registry', 'volume')],
  [
    'downwardAPI',
    (report, field, source) => {
      checkMode(report, `${field}.defaultMode`, source.defaultMode);
      for (const file of records(source.items)) checkDownwardFile(report, field, file);
    },
  ],
  ['fc', () => undefined],
  ['flexVolume', checkRequired('driver')],
  ['configMap', checkNamed('name')],
  ['azureFile', checkRequired('secretName', 'shareName')],
  ['vsphereVolume', checkRequired('volumePath')],
  ['photonPersistentDisk', checkRequired('pdID')],
  ['portworxVolume', checkRequired('volumeID')],
  ['azureDisk', checkRequired('diskName', 'diskURI')],
  ['storageos', checkRequired('volumeName')],
  ['projected', checkProjected],
  ['scaleIO', checkRequired('gateway', 'system', 'volumeName')],
  ['csi', checkRequired('driver')],
  [
    'ephemeral',
    (report, field, source) => {
      const template = isRecord(source.volumeClaimTemplate) ? source.volumeClaimTemplate : undefined;
      const at = `${field}.volumeClaimTemplate`;
      if (template === undefined) report.required(at);
      else if (!isRecord(template.spec)) report.required(`${at}.spec`);
      else checkClaimSpec(report, `${at}.spec`, template.spec);
    },
  ],
  [
    'image',
    (report, field, source) => {
      checkRequired('reference')(report, field, source);
      checkOneOf(report, `${field}.pullPolicy`, source.pullPolicy, ['Always', 'IfNotPresent', 'Never']);
    },
  ],
];

function checkSource(report: Report, field: string, volume: Fields): void {
  let found = 0;
  for (const [name, check] of SOURCES) {
    const source = volume[name];
    if (source === undefined || source === null) continue;
    if (name === 'emptyDir' && compareQuantities(record(source).sizeLimit, '0') < 0) {
      report.forbidden(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
    }
    if (found++ > 0) report.forbidden(`${field}.${name}`, 'may not specify more than 1 volume type');
    else check(report, `${field}.${name}`, record(source));
  }
  if (found === 0) report.required(field, 'must specify a volume type');
}

/** Checks the volumes; returns the good ones by name. */
export function checkVolumes(report: Report, field: string, volumes: unknown): ReadonlyMap<string, Fields> {
  const good = new Map<string, Fields>();
  list(volumes).forEach((item, index) => {
    const volume = record(item);
    const at = `${field}[${index}]`;
    const before = report.size;
    const name = text(volume.name);
    checkSource(report, at, volume);
    if (name === '') report.required(`${at}.name`);
    else report.invalidAll(`${at}.name`, name, dnsLabel(name));
    if (good.has(name)) report.duplicate(`${at}.name`, name);
    if (report.size === before) good.set(name, volume);
  });
  return good;
}

/** Mounts of one container. */
export function checkMounts(
  report: Report,
  field: string,
  container: Fields,
  volumes: ReadonlyMap<string, Fields>,
): void {
  const devices = records(container.volumeDevices);
  const paths = new Set<string>();
  records(container.volumeMounts).forEach((mount, index) => {
    const at = `${field}[${index}]`;
    const [name, path, subPath, expression] = [
      text(mount.name),
      text(mount.mountPath),
      text(mount.subPath),
      text(mount.subPathExpr),
    ];
    if (name === '') report.required(`${at}.name`);
    if (!volumes.has(name)) report.notFound(`${at}.name`, name);
    if (path === '') report.required(`${at}.mountPath`);
    if (paths.has(path)) report.invalid(`${at}.mountPath`, path, 'must be unique');
    paths.add(path);
    if (devices.some((device) => device.name === name)) {
      report.invalid(`${at}.name`, name, 'must not already exist in volumeDevices');
    }
    if (devices.some((device) => device.devicePath === path)) {
      report.invalid(`${at}.mountPath`, path, 'must not already exist as a path in volumeDevices');
    }
    // The API server leaves out the index here.
    if (subPath !== '') checkRelativePath(report, `${field}.subPath`, subPath);
    if (expression === '') return;
    if (subPath !== '')
      report.invalid(`${at}.subPathExpr`, expression, 'subPathExpr and subPath are mutually exclusive');
    checkRelativePath(report, `${field}.subPathExpr`, expression);
  });
}

/** Raw devices of one container. */
export function checkDevices(
  report: Report,
  field: string,
  container: Fields,
  volumes: ReadonlyMap<string, Fields>,
): void {
  const names = new Set<string>();
  records(container.volumeDevices).forEach((device, index) => {
    const at = `${field}[${index}]`;
    const [name, path] = [text(device.name), text(device.devicePath)];
    const volume = volumes.get(name);
    if (name === '') report.required(`${at}.name`);
    if (names.has(name)) report.invalid(`${at}.name`, name, 'must be unique');
    names.add(name);
    if (volume === undefined) report.notFound(`${at}.name`, name);
    else if (volume.persistentVolumeClaim == null && volume.ephemeral == null) {
      report.invalid(
        `${at}.name`,
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      );
    }
    if (path === '') report.required(`${at}.devicePath`);
  });
}
