/** Limits of a namespace: default requests and limits for containers, and the refusal of what is too small or too large. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { StoredObject } from '../../model.ts';
import type { Registry } from '../../registry/contract.ts';
import { valueAt, withValue, type Fields } from '../json.ts';
import { amountsOf, podAmounts, type Amounts } from '../pod-resources.ts';
import { formatQuantity, readQuantity, type Quantity } from '../quantity.ts';
import { isFor, refuse, type Admit, type ObjectRequest } from './request.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

function rangesOf({ namespace }: ObjectRequest, registry: Registry): readonly StoredObject[] {
  return registry.list(registry.catalogue.builtIn('v1', 'LimitRange'), namespace);
}

function limitsOf(range: StoredObject): readonly Fields[] {
  return records(valueAt(range.spec, 'limits'));
}

function fill(container: Fields, limits: Fields, requests: Fields, word: string, notes: string[]): Fields {
  const resources = record(container.resources);
  const [hasRequests, hasLimits] = [record(resources.requests), record(resources.limits)];
  const missing = (wanted: Fields, present: Fields): string[] =>
    Object.keys(wanted).filter((name) => !Object.hasOwn(present, name));
  const [newRequests, newLimits] = [missing(requests, hasRequests), missing(limits, hasLimits)];
  const name = text(container.name);
  if (newRequests.length > 0) notes.push(`${newRequests.sort().join(', ')} request for ${word} ${name}`);
  if (newLimits.length > 0) notes.push(`${newLimits.sort().join(', ')} limit for ${word} ${name}`);
  if (newRequests.length === 0 && newLimits.length === 0) return container;
  const both = { limits: { ...limits, ...hasLimits }, requests: { ...requests, ...hasRequests } };
  const filled = Object.fromEntries(Object.entries(both).filter(([, map]) => Object.keys(map).length > 0));
  return { ...container, resources: { ...resources, ...filled } };
}

/** Fills in the defaults of each LimitRange of the namespace and notes them in an annotation. */
export const admitLimits: Admit = (request, registry) => {
  let { object: pod } = request;
  if (request.operation !== 'create' || !isFor(request, '', 'pods')) return pod;
  for (const range of rangesOf(request, registry)) {
    const containerLimits = limitsOf(range).filter(({ type }) => type === 'Container');
    const limits = Object.assign({}, ...containerLimits.map((limit) => record(limit.default))) as Fields;
    const requests = Object.assign(
      {},
      ...containerLimits.map((limit) => record(limit.defaultRequest)),
    ) as Fields;
    const notes: string[] = [];
    const spec = record(pod.spec);
    const filled = (containers: unknown, word: string): readonly unknown[] =>
      list(containers).map((item) => (isRecord(item) ? fill(item, limits, requests, word, notes) : item));
    const containers = filled(spec.containers, 'container');
    const initContainers =
      spec.initContainers === undefined
        ? {}
        : { initContainers: filled(spec.initContainers, 'init container') };
    if (notes.length === 0) continue;
    const note = `LimitRanger plugin set: ${notes.join('; ')}`;
    pod = withValue(
      { ...pod, spec: { ...spec, containers, ...initContainers } },
      ['metadata', 'annotations', ANNOTATION],
      note,
    );
  }
  return pod;
};

interface Subject {
  readonly type: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

type Complaint = (subject: Subject, name: string, bound: Quantity) => string | undefined;

const complainMin: Complaint = ({ type, requests, limits }, name, bound) => {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const rule = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  if (request.nano < bound.nano) return `${rule}, but request is ${formatQuantity(request)}`;
  return limit !== undefined && limit.nano < bound.nano
    ? `${rule}, but limit is ${formatQuantity(limit)}`
    : undefined;
};

const complainMax: Complaint = ({ type, requests, limits }, name, bound) => {
  const [request, limit] = [requests.get(name), limits.get(name)];
  const rule = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (type === 'PersistentVolumeClaim') {
    if (request === undefined) return `${rule}.  No request is specified`;
    return request.nano > bound.nano ? `${rule}, but request is ${formatQuantity(request)}` : undefined;
  }
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (limit.nano > bound.nano) return `${rule}, but limit is ${formatQuantity(limit)}`;
  if (request !== undefined && request.nano > bound.nano)
    return `${rule}, but request is ${formatQuantity(request)}`;
  return undefined;
};

const complainRatio: Complaint = ({ type, requests, limits }, name, bound) => {
  if (type === 'PersistentVolumeClaim') return undefined;
  const [request, limit] = [requests.get(name)?.nano ?? 0n, limits.get(name)?.nano ?? 0n];
  const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
  if (request === 0n) return `${rule}, but no request is specified or request is 0`;
  if (limit === 0n) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = Number(limit) / Number(request);
  return ratio * 1e9 > Number(bound.nano) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
};

const COMPLAINTS: readonly (readonly [field: string, complain: Complaint])[] = [
  ['min', complainMin],
  ['max', complainMax],
  ['maxLimitRequestRatio', complainRatio],
];

function subjectsOf({ object }: ObjectRequest, type: unknown, isPod: boolean): readonly Subject[] {
  const spec = record(object.spec);
  if (isPod && type === 'Container') {
    return [...records(spec.containers), ...records(spec.initContainers)].map(({ resources }) => ({
      type: 'Container',
      requests: amountsOf(record(resources).requests),
      limits: amountsOf(record(resources).limits),
    }));
  }
  if (isPod && type === 'Pod') {
    return [{ type: 'Pod', requests: podAmounts(spec, 'requests'), limits: podAmounts(spec, 'limits') }];
  }
  if (!isPod && type === 'PersistentVolumeClaim') {
    return [{ type, requests: amountsOf(valueAt(spec, 'resources', 'requests')), limits: new Map() }];
  }
  return [];
}

/** Throws 403 with every bound that the pod or claim breaks. */
export function checkLimits(request: ObjectRequest, registry: Registry): void {
  const isPod = isFor(request, '', 'pods') && request.operation === 'create';
  if (!isPod && !isFor(request, '', 'persistentvolumeclaims')) return;
  if (request.old?.metadata.deletionTimestamp !== undefined) return;
  for (const range of rangesOf(request, registry)) {
    const complaints = limitsOf(range).flatMap((limit) =>
      subjectsOf(request, limit.type, isPod).flatMap((subject) => complaintsAbout(subject, limit)),
    );
    const distinct = [...new Set(complaints)];
    if (distinct.length === 1) throw refuse(request, distinct.join(''));
    if (distinct.length > 1) throw refuse(request, `[${distinct.join(', ')}]`);
  }
}

function complaintsAbout(subject: Subject, limit: Fields): string[] {
  return COMPLAINTS.flatMap(([field, complain]) =>
    Object.entries(record(limit[field])).flatMap(([name, value]) => {
      const bound = readQuantity(value);
      return (bound === undefined ? undefined : complain(subject, name, bound)) ?? [];
    }),
  );
}
