/** ConfigMaps, Secrets, quotas, limit ranges and priority classes. */
import { goJsonComplaint } from '../../go-json.ts';
import { list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { sameValue, type Fields } from '../json.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { checkImmutable, checkOneOf } from './metadata.ts';
import { configKey, qualifiedName } from './names.ts';
import type { Report } from './report.ts';
import { checkAmount, checkResourceName } from './resources.ts';

const LIMIT_BYTES = 1024 * 1024;
const FIXED = 'field is immutable when `immutable` is set';

/** Bytes that a text in base64 stands for. */
function decodedSize(value: unknown): number {
  const encoded = text(value);
  const padding = encoded.endsWith('==') ? 2 : encoded.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((encoded.length * 3) / 4) - padding);
}

function checkFrozen(
  report: Report,
  object: DraftObject,
  old: StoredObject | undefined,
  fields: readonly string[],
): void {
  if (old?.immutable !== true) return;
  if (object.immutable !== true) report.forbidden('immutable', FIXED);
  for (const field of fields) if (!sameValue(object[field], old[field])) report.forbidden(field, FIXED);
}

export function checkConfigMap(report: Report, map: DraftObject, old: StoredObject | undefined): void {
  checkFrozen(report, map, old, ['data', 'binaryData']);
  const [data, binary] = [record(map.data), record(map.binaryData)];
  let bytes = 0;
  for (const key of Object.keys(data).sort()) {
    report.invalidAll(`data[${key}]`, key, configKey(key));
    if (Object.hasOwn(binary, key))
      report.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
    bytes += Buffer.byteLength(text(data[key]));
  }
  for (const key of Object.keys(binary).sort()) {
    report.invalidAll(`binaryData[${key}]`, key, configKey(key));
    bytes += decodedSize(binary[key]);
  }
  if (bytes > LIMIT_BYTES) report.tooLong('[]', LIMIT_BYTES);
}

const DOCKER_KEYS: Readonly<Record<string, string>> = {
  'kubernetes.io/dockercfg': '.dockercfg',
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
};

function checkSecretType(report: Report, secret: DraftObject, data: Fields): void {
  const has = (key: string): boolean => Object.hasOwn(data, key);
  const need = (key: string): void => {
    if (!has(key)) report.required(`data[${key}]`);
  };
  const type = text(secret.type);
  const docker = Object.hasOwn(DOCKER_KEYS, type) ? DOCKER_KEYS[type] : undefined;
  if (docker !== undefined) {
    need(docker);
    const fault = has(docker) ? goJsonComplaint(Buffer.from(text(data[docker]), 'base64')) : undefined;
    if (fault !== undefined) report.invalid(`data[${docker}]`, '<secret contents redacted>', fault);
  } else if (type === 'kubernetes.io/service-account-token') {
    const annotation = 'kubernetes.io/service-account.name';
    if (text(record(secret.metadata?.annotations)[annotation]) === '')
      report.required(`metadata.annotations[${annotation}]`);
  } else if (type === 'kubernetes.io/basic-auth') {
    if (!has('username') && !has('password')) {
      need('username');
      need('password');
    }
  } else if (type === 'kubernetes.io/ssh-auth') {
    if (text(data['ssh-privatekey']) === '') report.required('data[ssh-privatekey]');
  } else if (type === 'kubernetes.io/tls') {
    need('tls.crt');
    need('tls.key');
  }
}

export function checkSecret(report: Report, secret: DraftObject, old: StoredObject | undefined): void {
  if (old !== undefined) checkImmutable(report, 'type', secret.type, old.type);
  checkFrozen(report, secret, old, ['data']);
  const data = record(secret.data);
  let bytes = 0;
  for (const key of Object.keys(data).sort()) {
    report.invalidAll(`data[${key}]`, key, configKey(key));
    bytes += decodedSize(data[key]);
  }
  if (bytes > LIMIT_BYTES) report.tooLong('data', LIMIT_BYTES);
  checkSecretType(report, secret, data);
}

const QUOTA_NAMES = new Set([
  ...['cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory', 'requests.storage'],
  ...['requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'pods'],
  ...[
    'resourcequotas',
    'services',
    'replicationcontrollers',
    'secrets',
    'persistentvolumeclaims',
    'configmaps',
  ],
  ...['services.nodeports', 'services.loadbalancers'],
]);
const SCOPES = new Set([
  ...['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass'],
  ...['CrossNamespacePodAffinity', 'VolumeAttributesClass'],
]);
const POD_NAMES = /^(pods|cpu|memory|(requests|limits)\.(cpu|memory))$/;

function checkScopes(report: Report, spec: Fields): void {
  const scopes = list(spec.scopes).map(text);
  const names = Object.keys(record(spec.hard)).sort();
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) report.invalid('spec.scopes', scopes, 'unsupported scope');
    for (const name of names) {
      const fits = scope === 'BestEffort' ? name === 'pods' : POD_NAMES.test(name);
      if (QUOTA_NAMES.has(name) && !fits && scope !== 'PriorityClass') {
        report.invalid('spec.scopes', scopes, 'unsupported scope applied to resource');
      }
    }
  }
  for (const pair of [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ]) {
    if (pair.every((scope) => scopes.includes(scope)))
      report.invalid('spec.scopes', scopes, 'conflicting scopes');
  }
}

export function checkResourceQuota(report: Report, quota: DraftObject, old: StoredObject | undefined): void {
  const spec = record(quota.spec);
  for (const [name, amount] of Object.entries(record(spec.hard))) {
    const field = `spec.hard[${name}]`;
    checkResourceName(report, field, name);
    if (!name.includes('/') && !QUOTA_NAMES.has(name) && !name.includes('hugepages-')) {
      report.invalid(field, name, 'must be a standard resource for quota');
    }
    checkAmount(report, field, name, amount);
  }
  checkScopes(report, spec);
  if (old === undefined) return;
  const [now, before] = [list(spec.scopes), list(record(old.spec).scopes)];
  const same = now.every((scope) => before.includes(scope)) && before.every((scope) => now.includes(scope));
  if (!same) report.invalid('spec.scopes', spec.scopes, 'field is immutable');
}

const LIMIT_TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
/** Two fields of a limit that must not be in the wrong order, with the field blamed and the words. */
const ORDERS = [
  { low: 'min', high: 'max', at: 'min', shown: 'min', words: ['min value', 'max value'] },
  {
    low: 'min',
    high: 'defaultRequest',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    words: ['min value', 'default request value'],
  },
  {
    low: 'defaultRequest',
    high: 'max',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    words: ['default request value', 'max value'],
  },
  {
    low: 'defaultRequest',
    high: 'default',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    words: ['default request value', 'default limit value'],
  },
  { low: 'min', high: 'default', at: 'default', shown: 'min', words: ['min value', 'default value'] },
  { low: 'default', high: 'max', at: 'default', shown: 'max', words: ['default value', 'max value'] },
] as const;

export function checkLimitRange(report: Report, range: DraftObject): void {
  const seen = new Set<string>();
  records(record(range.spec).limits).forEach((limit, index) => {
    const at = `spec.limits[${index}]`;
    const type = text(limit.type);
    const faults = qualifiedName(type);
    report.invalidAll(`${at}.type`, type, faults);
    if (faults.length === 0 && !type.includes('/') && !LIMIT_TYPES.has(type)) {
      report.invalid(`${at}.type`, type, 'must be a standard limit type or fully qualified');
    }
    if (seen.has(type)) report.duplicate(`${at}.type`, type);
    seen.add(type);
    checkLimit(report, at, type, limit);
  });
}

function checkLimit(report: Report, at: string, type: string, limit: Fields): void {
  const maps = new Map<string, Fields>();
  for (const field of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']) {
    const amounts = record(limit[field]);
    const unfit = type === 'Pod' && field.startsWith('default');
    if (unfit && Object.keys(amounts).length > 0) {
      report.forbidden(`${at}.${field}`, "may not be specified when `type` is 'Pod'");
    }
    if (unfit) continue;
    maps.set(field, amounts);
    for (const name of Object.keys(amounts)) checkResourceName(report, `${at}.${field}[${name}]`, name);
  }
  const storage = record(limit.min).storage ?? record(limit.max).storage;
  if (type === 'PersistentVolumeClaim' && storage === undefined) {
    report.required(
      `${at}.limits`,
      'either minimum or maximum storage value is required, but neither was provided',
    );
  }
  checkOrders(report, at, maps);
}

function own(maps: ReadonlyMap<string, Fields>, field: string, name: string): unknown {
  const amounts = maps.get(field) ?? {};
  return Object.hasOwn(amounts, name) ? amounts[name] : undefined;
}

/** The smallest before the default before the largest. */
function checkOrders(report: Report, at: string, maps: ReadonlyMap<string, Fields>): void {
  const names = new Set([...maps.values()].flatMap((amounts) => Object.keys(amounts)));
  for (const name of [...names].sort()) {
    for (const order of ORDERS) {
      const [low, high] = [own(maps, order.low, name), own(maps, order.high, name)];
      if (low === undefined || high === undefined || compareQuantities(low, high) <= 0) continue;
      const [first, second] = order.words;
      const words = `${first} ${String(canonicalQuantity(low))} is greater than ${second} ${String(canonicalQuantity(high))}`;
      report.invalid(`${at}.${order.at}[${name}]`, canonicalQuantity(own(maps, order.shown, name)), words);
    }
    const ratio = own(maps, 'maxLimitRequestRatio', name);
    if (ratio !== undefined && compareQuantities(ratio, '1') < 0) {
      const shown = canonicalQuantity(ratio);
      report.invalid(`${at}.maxLimitRequestRatio[${name}]`, shown, `ratio ${String(shown)} is less than 1`);
    }
  }
}

const LARGEST_PRIORITY = 1_000_000_000;
const SYSTEM_PRIORITIES = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
]);

function systemFault(name: string, value: number): string | undefined {
  const known = SYSTEM_PRIORITIES.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  return value === known ? undefined : `value of ${name} PriorityClass must be ${known}`;
}

export function checkPriorityClass(
  report: Report,
  priority: DraftObject,
  old: StoredObject | undefined,
): void {
  checkOneOf(report, 'preemptionPolicy', priority.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  const name = text(priority.metadata?.name);
  const value = Number(priority.value ?? 0);
  if (old !== undefined) {
    if (value !== Number(old.value ?? 0)) report.forbidden('value', 'may not be changed in an update.');
    checkImmutable(report, 'preemptionPolicy', priority.preemptionPolicy, old.preemptionPolicy);
    return;
  }
  if (name.startsWith('system-')) {
    const fault = systemFault(name, value);
    const words = "priority class names with 'system-' prefix are reserved for system use only. error:";
    if (fault !== undefined) report.forbidden('metadata.name', `${words} ${fault}`);
  } else if (value > LARGEST_PRIORITY) {
    report.forbidden('value', `maximum allowed value of a user defined priority is ${LARGEST_PRIORITY}`);
  }
}
