/** What one object uses of a ResourceQuota, and which quotas look at it: for the refusal and for `status.used`. */
import { list, record, records, text } from '../../../shared/cluster/narrow.ts';
import { qualifiedName, type DraftObject, type Resource } from '../model.ts';
import type { Fields } from './json.ts';
import { podAmounts, qosClassOf, type Amounts } from './pod-resources.ts';
import { count, readQuantity, ZERO } from './quantity.ts';

const COUNTED_BY_NAME = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);
const HUGE_PAGES = 'hugepages-';
const BY_CLASS = '.storageclass.storage.k8s.io/';
const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Whether a pod counts only as an object: it is done, or should be gone by now. */
function isOver(pod: DraftObject, nowMs: number): boolean {
  const phase = record(pod.status).phase;
  if (phase === 'Failed' || phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return nowMs > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** The names under which requests and limits are counted: `cpu` and `requests.cpu`, `limits.cpu`. */
function namedUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage: Amounts = new Map();
  for (const [name, quantity] of requests) {
    if (STANDARD.has(name) || name.startsWith(HUGE_PAGES))
      usage.set(name, quantity).set(`requests.${name}`, quantity);
    else if (name.includes('/')) usage.set(`requests.${name}`, quantity);
  }
  for (const [name, quantity] of limits) if (STANDARD.has(name)) usage.set(`limits.${name}`, quantity);
  return usage;
}

function podUsage(pod: DraftObject, nowMs: number): Amounts {
  const usage: Amounts = new Map([['count/pods', count(1)]]);
  if (isOver(pod, nowMs)) return usage;
  const spec = record(pod.spec);
  usage.set('pods', count(1));
  for (const [name, quantity] of namedUsage(podAmounts(spec, 'requests'), podAmounts(spec, 'limits'))) {
    usage.set(name, quantity);
  }
  return usage;
}

function serviceUsage(service: DraftObject): Amounts {
  const spec = record(service.spec);
  const ports = records(spec.ports);
  const balances = spec.type === 'LoadBalancer';
  const chosen = balances && spec.allocateLoadBalancerNodePorts === false;
  const nodePorts = chosen ? ports.filter(({ nodePort }) => Boolean(nodePort)).length : ports.length;
  return new Map([
    ['count/services', count(1)],
    ['services', count(1)],
    ['services.loadbalancers', balances ? count(1) : ZERO],
    ['services.nodeports', balances || spec.type === 'NodePort' ? count(nodePorts) : ZERO],
  ]);
}

function claimUsage(claim: DraftObject): Amounts {
  const spec = record(claim.spec);
  const usage: Amounts = new Map([
    ['count/persistentvolumeclaims', count(1)],
    ['persistentvolumeclaims', count(1)],
  ]);
  const storage = readQuantity(record(record(spec.resources).requests).storage);
  const className = text(spec.storageClassName);
  if (className !== '') usage.set(`${className}${BY_CLASS}persistentvolumeclaims`, count(1));
  if (storage === undefined) return usage;
  usage.set('requests.storage', storage);
  if (className !== '') usage.set(`${className}${BY_CLASS}requests.storage`, storage);
  return usage;
}

/**
 * What an object uses, by the names of a quota's `hard` (pods, requests.cpu, count/deployments.apps, …).
 * `nowMs` (milliseconds) decides whether a pod past its grace period still counts.
 */
export function usageOf(resource: Resource, object: DraftObject, nowMs: number): Amounts {
  if (resource.group === '') {
    if (resource.plural === 'pods') return podUsage(object, nowMs);
    if (resource.plural === 'services') return serviceUsage(object);
    if (resource.plural === 'persistentvolumeclaims') return claimUsage(object);
  }
  const usage: Amounts = new Map([[`count/${qualifiedName(resource)}`, count(1)]]);
  if (resource.group === '' && COUNTED_BY_NAME.has(resource.plural)) usage.set(resource.plural, count(1));
  return usage;
}

const POD_NAMES = new Set([
  ...['pods', 'count/pods', 'cpu', 'memory', 'ephemeral-storage'],
  ...['requests.cpu', 'requests.memory', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
]);
const SERVICE_NAMES = new Set(['count/services', 'services', 'services.loadbalancers', 'services.nodeports']);
const CLAIM_NAMES = new Set(['count/persistentvolumeclaims', 'persistentvolumeclaims', 'requests.storage']);

/** Whether objects of this resource use what a quota counts under `name`. */
export function countsFor(resource: Resource, name: string): boolean {
  if (resource.group === '') {
    if (resource.plural === 'pods') {
      if (POD_NAMES.has(name) || name.startsWith(HUGE_PAGES) || name.startsWith(`requests.${HUGE_PAGES}`))
        return true;
      return name.startsWith('requests.') && name.includes('/');
    }
    if (resource.plural === 'services') return SERVICE_NAMES.has(name);
    if (resource.plural === 'persistentvolumeclaims') return CLAIM_NAMES.has(name) || name.includes(BY_CLASS);
    if (COUNTED_BY_NAME.has(resource.plural) && name === resource.plural) return true;
  }
  return name === `count/${qualifiedName(resource)}`;
}

type Scope = (spec: Fields, requirement: Fields) => boolean;

const isTerminating = (spec: Fields): boolean => Number(spec.activeDeadlineSeconds ?? -1) >= 0;
const isBestEffort = (spec: Fields): boolean => qosClassOf(spec) === 'BestEffort';

const SCOPES: Readonly<Record<string, Scope>> = {
  Terminating: isTerminating,
  NotTerminating: (spec) => !isTerminating(spec),
  BestEffort: isBestEffort,
  NotBestEffort: (spec) => !isBestEffort(spec),
  PriorityClass: (spec, requirement) => matchesClass(text(spec.priorityClassName), requirement),
  CrossNamespacePodAffinity: crossesNamespaces,
};

function matchesClass(name: string, { operator, values }: Fields): boolean {
  const listed = list(values).includes(name);
  if (operator === 'In') return name !== '' && listed;
  if (operator === 'NotIn') return !listed;
  return operator === 'DoesNotExist' ? name === '' : name !== '';
}

function crossesNamespaces(spec: Fields): boolean {
  const affinity = record(spec.affinity);
  return [record(affinity.podAffinity), record(affinity.podAntiAffinity)].some((side) => {
    const terms = [
      ...records(side.requiredDuringSchedulingIgnoredDuringExecution),
      ...records(side.preferredDuringSchedulingIgnoredDuringExecution).map((term) =>
        record(term.podAffinityTerm),
      ),
    ];
    return terms.some((term) => list(term.namespaces).length > 0 || term.namespaceSelector != null);
  });
}

/** Whether an object is in all scopes of a quota. Only pods are in any. */
export function isInScopes(quota: DraftObject, resource: Resource, object: DraftObject): boolean {
  const spec = record(quota.spec);
  const requirements = [
    ...list(spec.scopes).map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...records(record(spec.scopeSelector).matchExpressions),
  ];
  const isPod = resource.group === '' && resource.plural === 'pods';
  return requirements.every((requirement) => {
    const name = text(requirement.scopeName);
    const scope = Object.hasOwn(SCOPES, name) ? SCOPES[name] : undefined;
    return isPod && scope !== undefined && scope(record(object.spec), requirement);
  });
}
