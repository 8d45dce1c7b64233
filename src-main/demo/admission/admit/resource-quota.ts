/** Refuses what would exceed a ResourceQuota of the namespace, and counts at once what is let in. */
import { record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { StoredObject } from '../../model.ts';
import type { Registry } from '../../registry/contract.ts';
import { sameValue, valueAt, withValue, type Fields } from '../json.ts';
import { amountsOf, type Amounts } from '../pod-resources.ts';
import { addQuantities, formatQuantity, ZERO } from '../quantity.ts';
import { countsFor, isInScopes, usageOf } from '../quota.ts';
import { isFor, refuse, type ObjectRequest } from './request.ts';

/** Resources that every container must name where a quota limits them. */
const MUST_BE_NAMED = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'];

const SERVER = { username: 'system:apiserver', groups: ['system:masters'] };

function pretty(amounts: Amounts, names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `${name}=${formatQuantity(amounts.get(name) ?? ZERO)}`)
    .join(',');
}

function names(container: Fields, wanted: string): boolean {
  const { requests, limits } = record(container.resources);
  const [side, name] = wanted.startsWith('limits.')
    ? [limits, wanted.slice(7)]
    : [requests, wanted.replace(/^requests\./, '')];
  return record(side)[name] !== undefined;
}

function unnamed(spec: Fields, hard: readonly string[]): string {
  const pod = record(spec.resources);
  if (Object.keys(record(pod.requests)).length + Object.keys(record(pod.limits)).length > 0) return '';
  const containers = [...records(spec.containers), ...records(spec.initContainers)];
  return MUST_BE_NAMED.filter((name) => hard.includes(name))
    .flatMap((name) => {
      const without = containers
        .filter((container) => !names(container, name))
        .map(({ name: own }) => text(own));
      return without.length === 0 ? [] : [`${name} for: ${[...new Set(without)].sort().join(',')}`];
    })
    .join('; ');
}

/** What the write adds: everything for a creation, what grew for an update. */
function addedBy(request: ObjectRequest, quota: StoredObject, nowMs: number): Amounts {
  const usage = usageOf(request.resource, request.object, nowMs);
  const { old } = request;
  if (old === undefined || !isInScopes(quota, request.resource, old)) return usage;
  const before = usageOf(request.resource, old, nowMs);
  const grown: Amounts = new Map();
  for (const [name, quantity] of usage) {
    const nano = quantity.nano - (before.get(name)?.nano ?? 0n);
    if (nano > 0n) grown.set(name, { ...quantity, nano });
  }
  return grown;
}

function isCounted(request: ObjectRequest): boolean {
  const { operation, old, object, context } = request;
  if (context.subresource) return false;
  if (operation === 'create') return true;
  if (isFor(request, '', 'services') || isFor(request, '', 'persistentvolumeclaims')) return true;
  // A pod that gets a deadline moves between the scopes Terminating and NotTerminating.
  const deadline = (pod: unknown): boolean =>
    Number(valueAt(pod, 'spec', 'activeDeadlineSeconds') ?? -1) >= 0;
  return isFor(request, '', 'pods') && deadline(old) !== deadline(object);
}

/**
 * Throws 403 `exceeded quota: …` or `failed quota: …`. Otherwise counts the object in `status.used` of every quota that
 * looks at it (not in a dry run), so that the next write sees it.
 */
export function checkQuotas(request: ObjectRequest, registry: Registry): void {
  const { namespace, resource, object } = request;
  if (namespace === undefined || namespace === '' || !isCounted(request)) return;
  const quotaResource = registry.catalogue.builtIn('v1', 'ResourceQuota');
  const counted: [quota: StoredObject, used: Amounts][] = [];
  for (const quota of registry.list(quotaResource, namespace)) {
    const hard = amountsOf(valueAt(quota.status, 'hard'));
    const limited = [...hard.keys()].filter((name) => countsFor(resource, name));
    if (limited.length === 0 || !isInScopes(quota, resource, object)) continue;
    const name = quota.metadata.name;
    const missing = isFor(request, '', 'pods') ? unnamed(record(object.spec), limited) : '';
    if (missing !== '') throw refuse(request, `failed quota: ${name}: must specify ${missing}`);
    const used = amountsOf(valueAt(quota.status, 'used'));
    if (limited.some((counter) => !used.has(counter))) {
      throw refuse(request, `status unknown for quota: ${name}, resources: ${limited.sort().join(',')}`);
    }
    const added = addedBy(request, quota, registry.now());
    const after: Amounts = new Map(used);
    for (const counter of limited) {
      const more = added.get(counter);
      if (more !== undefined) after.set(counter, addQuantities(used.get(counter) ?? ZERO, more));
    }
    const over = limited.filter((counter) => {
      const more = added.get(counter);
      return (
        more !== undefined &&
        more.nano > 0n &&
        (after.get(counter)?.nano ?? 0n) > (hard.get(counter)?.nano ?? 0n)
      );
    });
    if (over.length > 0) {
      const figures = `requested: ${pretty(added, over)}, used: ${pretty(used, over)}, limited: ${pretty(hard, over)}`;
      throw refuse(request, `exceeded quota: ${name}, ${figures}`);
    }
    counted.push([quota, after]);
  }
  if (request.context.dryRun !== true)
    for (const [quota, used] of counted) recordUsage(quota, used, registry);
}

function recordUsage(quota: StoredObject, used: Amounts, registry: Registry): void {
  const texts = Object.fromEntries([...used].map(([name, quantity]) => [name, formatQuantity(quantity)]));
  if (sameValue(texts, valueAt(quota.status, 'used'))) return;
  const { name, namespace } = quota.metadata;
  registry.update(
    registry.catalogue.builtIn('v1', 'ResourceQuota'),
    namespace,
    name,
    (current) => withValue(current ?? quota, ['status', 'used'], texts),
    { caller: SERVER, internal: true, subresource: 'status' },
  );
}
