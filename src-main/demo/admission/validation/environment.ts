/** Environment variables of containers: names and where the values come from. */
import { record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { Fields } from '../json.ts';
import { compareQuantities, canonicalQuantity } from '../quantity.ts';
import { configKey, dnsSubdomain, environmentName, NONE, qualifiedName, type Format } from './names.ts';
import type { Report } from './report.ts';

const POD_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** What a file of a volume may hold, which is less (and all labels or annotations). */
export const FILE_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const KNOWN_FIELDS = new Set([
  ...POD_FIELDS,
  ...FILE_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.hostNetwork',
  'status.nominatedNodeName',
]);
const CONTAINER_FIELDS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const DIVISORS: readonly (readonly [end: string, values: readonly string[], words: string])[] = [
  ['.cpu', ['1m', '1'], '1m and 1 are supported with the cpu resource'],
  ['.memory', SIZES, `${SIZES.join(', ')} are supported with the memory resource`],
  [
    '.ephemeral-storage',
    SIZES,
    `${SIZES.join(', ')} are supported with the local ephemeral storage resource`,
  ],
];

/** A field of the pod: `metadata.name`, `metadata.labels['key']`. */
export function checkFieldRef(
  report: Report,
  field: string,
  reference: Fields,
  fields: readonly string[],
): void {
  if (text(reference.apiVersion) === '') {
    report.required(`${field}.apiVersion`);
    return;
  }
  const path = text(reference.fieldPath);
  if (path === '') {
    report.required(`${field}.fieldPath`);
    return;
  }
  const [, whole = '', key] = /^(.*?)\['(.*)'\]$/s.exec(path) ?? [];
  const label = key === undefined ? path : whole;
  if (reference.apiVersion !== 'v1') {
    report.invalid(
      `${field}.fieldPath`,
      path,
      `error converting fieldPath: unsupported pod version: ${text(reference.apiVersion)}`,
    );
  } else if (!KNOWN_FIELDS.has(label)) {
    report.invalid(
      `${field}.fieldPath`,
      path,
      `error converting fieldPath: field label not supported: ${path}`,
    );
  } else if (key !== undefined) {
    if (label === 'metadata.annotations')
      report.invalidAll(field, key.toLowerCase(), qualifiedName(key.toLowerCase()));
    else if (label === 'metadata.labels') report.invalidAll(field, key, qualifiedName(key));
    else report.invalid(field, label, 'does not support subscript');
  } else if (!fields.includes(label)) report.notSupported(`${field}.fieldPath`, label, fields);
}

/** A container's request or limit, divided. In a volume the container must be named. */
export function checkResourceRef(report: Report, field: string, reference: Fields, inVolume: boolean): void {
  const resource = text(reference.resource);
  if (inVolume && text(reference.containerName) === '') report.required(`${field}.containerName`);
  else if (resource === '') report.required(`${field}.resource`);
  else if (!CONTAINER_FIELDS.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    report.notSupported(`${field}.resource`, resource, CONTAINER_FIELDS);
  }
  if (compareQuantities(reference.divisor, '0') === 0) return;
  const rule = DIVISORS.find(([end]) => resource.endsWith(end));
  if (rule === undefined || rule[1].includes(String(canonicalQuantity(reference.divisor)))) return;
  report.invalid(`${field}.divisor`, resource, `only divisor's values ${rule[2]}`);
}

function checkKeyRef(report: Report, field: string, reference: Fields): void {
  const [name, key] = [text(reference.name), text(reference.key)];
  report.invalidAll(`${field}.name`, name, dnsSubdomain(name));
  if (key === '') report.required(`${field}.key`);
  else report.invalidAll(`${field}.key`, key, configKey(key));
}

function checkFileRef(report: Report, field: string, reference: Fields): void {
  const key = text(reference.key);
  if (key === '') report.required(`${field}.key`);
  if (text(reference.path) === '') report.required(`${field}.path`);
  if (text(reference.volumeName) === '') report.required(`${field}.volumeName`);
}

type CheckSource = (report: Report, field: string, reference: Fields) => void;

const SOURCES: readonly (readonly [field: string, check: CheckSource])[] = [
  [
    'fieldRef',
    (report, field, reference) => {
      checkFieldRef(report, field, reference, POD_FIELDS);
    },
  ],
  [
    'resourceFieldRef',
    (report, field, reference) => {
      checkResourceRef(report, field, reference, false);
    },
  ],
  ['configMapKeyRef', checkKeyRef],
  ['secretKeyRef', checkKeyRef],
  ['fileKeyRef', checkFileRef],
];

function checkValueFrom(report: Report, field: string, variable: Fields): void {
  const from = variable.valueFrom;
  if (from === undefined || from === null) return;
  let sources = 0;
  for (const [source, check] of SOURCES) {
    const reference = record(from)[source];
    if (reference === undefined || reference === null) continue;
    sources++;
    check(report, `${field}.${source}`, record(reference));
  }
  if (sources === 0) {
    const words =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    report.invalid(field, '', words);
  } else if (text(variable.value) !== '') {
    report.invalid(field, '', 'may not be specified when `value` is not empty');
  } else if (sources > 1) report.invalid(field, '', 'may not have more than one field specified at a time');
}

export function checkEnvironment(report: Report, field: string, variables: unknown): void {
  records(variables).forEach((variable, index) => {
    const at = `${field}[${index}]`;
    const name = text(variable.name);
    if (name === '') report.required(`${at}.name`);
    else report.invalidAll(`${at}.name`, name, environmentName(name));
    checkValueFrom(report, `${at}.valueFrom`, variable);
  });
}

const prefixFormat: Format = (value) => (value === '' ? NONE : environmentName(value));

export function checkEnvironmentFrom(report: Report, field: string, sources: unknown): void {
  records(sources).forEach((source, index) => {
    const at = `${field}[${index}]`;
    report.invalidAll(`${at}.prefix`, source.prefix, prefixFormat(text(source.prefix)));
    let given = 0;
    for (const kind of ['configMapRef', 'secretRef']) {
      if (source[kind] === undefined || source[kind] === null) continue;
      given++;
      const name = text(record(source[kind]).name);
      if (name === '') report.required(`${at}.${kind}.name`);
      else report.invalidAll(`${at}.${kind}.name`, name, dnsSubdomain(name));
    }
    if (given === 0) report.invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (given > 1) report.invalid(field, '', 'may not have more than one field specified at a time');
  });
}
