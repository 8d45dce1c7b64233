/** Requests and limits of containers: names of resources, amounts, and no request above its limit. */
import { record } from '../../../../shared/cluster/narrow.ts';
import { canonicalQuantity, compareQuantities, isWhole, readQuantity } from '../quantity.ts';
import { qualifiedName } from './names.ts';
import type { Report } from './report.ts';

const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const HUGE_PAGES = 'hugepages-';

/** Names without a domain that some object knows, though not a container. */
const STANDARD = new Set([
  ...CONTAINER_RESOURCES,
  ...['pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps', 'storage'],
  ...[
    'persistentvolumeclaims',
    'services.nodeports',
    'services.loadbalancers',
    'requests.cpu',
    'requests.memory',
  ],
  ...[
    'requests.storage',
    'requests.ephemeral-storage',
    'limits.cpu',
    'limits.memory',
    'limits.ephemeral-storage',
  ],
]);

function isStandardResource(name: string): boolean {
  return STANDARD.has(name) || name.startsWith(HUGE_PAGES) || name.startsWith(`requests.${HUGE_PAGES}`);
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Whether more may be requested of a resource than there is: all but huge pages and devices. */
function mayOvercommit(name: string): boolean {
  return isNative(name) && !name.startsWith(HUGE_PAGES);
}

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0;
}

/** Name of a resource in a quota, a limit range or a node. */
export function checkResourceName(report: Report, field: string, name: string): void {
  const faults = qualifiedName(name);
  report.invalidAll(field, name, faults);
  if (faults.length === 0 && !name.includes('/') && !isStandardResource(name)) {
    report.invalid(field, name, 'must be a standard resource type or fully qualified');
  }
}

function checkContainerResourceName(report: Report, field: string, name: string): void {
  checkResourceName(report, field, name);
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.has(name) && !name.startsWith(HUGE_PAGES)) {
      report.invalid(field, name, 'must be a standard resource for containers');
    }
  } else if (!isNative(name) && !isExtended(name)) {
    report.invalid(field, name, "doesn't follow extended resource name standard");
  }
}

/** Not negative, and a whole number for what is counted in pieces. */
export function checkAmount(report: Report, field: string, name: string, value: unknown): void {
  const quantity = readQuantity(value);
  if (quantity === undefined) return;
  if (quantity.nano < 0n) {
    report.invalid(field, canonicalQuantity(value), 'must be greater than or equal to 0');
  }
  const counted = isExtended(name) || COUNTED.has(name) || name.startsWith('count/');
  if (counted && !isWhole(quantity)) report.invalid(field, canonicalQuantity(value), 'must be an integer');
}

const COUNTED = new Set([
  ...['pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'],
]);

/** Resources of a container, or of a pod as a whole. */
export function checkResources(report: Report, field: string, value: unknown): void {
  const resources = record(value);
  const [limits, requests] = [record(resources.limits), record(resources.requests)];
  for (const [name, amount] of Object.entries(limits)) {
    const at = `${field}.limits[${name}]`;
    checkContainerResourceName(report, at, name);
    checkAmount(report, at, name, amount);
  }
  for (const [name, amount] of Object.entries(requests)) {
    const at = `${field}.requests[${name}]`;
    checkContainerResourceName(report, at, name);
    checkAmount(report, at, name, amount);
    checkAgainstLimit(report, field, name, amount, Object.hasOwn(limits, name) ? limits[name] : undefined);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const huge = names.some((name) => name.startsWith(HUGE_PAGES));
  if (huge && !names.includes('cpu') && !names.includes('memory')) {
    report.forbidden(field, 'HugePages require cpu or memory');
  }
}

function checkAgainstLimit(
  report: Report,
  field: string,
  name: string,
  amount: unknown,
  limit: unknown,
): void {
  if (limit === undefined) {
    if (!mayOvercommit(name))
      report.required(`${field}.limits`, 'Limit must be set for non overcommitable resources');
    return;
  }
  const difference = compareQuantities(amount, limit);
  const of = `${name} limit of ${String(canonicalQuantity(limit))}`;
  if (difference !== 0 && !mayOvercommit(name)) {
    report.invalid(`${field}.requests`, canonicalQuantity(amount), `must be equal to ${of}`);
  } else if (difference > 0) {
    report.invalid(`${field}.requests`, canonicalQuantity(amount), `must be less than or equal to ${of}`);
  }
}
