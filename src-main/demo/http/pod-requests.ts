/** Two requests about pods that are no plain writes: eviction, which budgets may refuse, and binding to a node. */
import type { DraftObject, Resource, StoredObject } from '../model.ts';
import type { WriteContext } from '../registry/contract.ts';
import { badRequest, conflict, forbidden, StatusError } from '../status-error.ts';
import { bodyKind, decodeOther } from './decode-draft.ts';
import { parseDeleteOptions } from './delete-options.ts';
import { readBody } from './request/body.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendJson } from './respond.ts';
import { countAt, entriesAt, listAt, textAt, valueAt } from './table/value.ts';
import { matchesSelector } from './selectors/object-selector.ts';
import { readWriteContext } from './write-options.ts';

const EVICTION = bodyKind('policy', 'v1', 'Eviction');
const BINDING = bodyKind('', 'v1', 'Binding');

function sendSuccess({ request, response, accept, warnings }: ResourceExchange): void {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  sendJson(request, response, 201, body, { format: accept.format, warnings });
}

function conditionOf(object: StoredObject, type: string): unknown {
  return listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type);
}

/** The object with one condition of its status set. */
function withCondition(object: StoredObject, condition: Readonly<Record<string, unknown>>): DraftObject {
  const status = valueAt(object, 'status');
  const others = listAt(status, 'conditions').filter((one) => textAt(one, 'type') !== condition.type);
  const base = typeof status === 'object' && status !== null ? status : {};
  return { ...object, status: { ...base, conditions: [...others, condition] } };
}

function isReady(pod: StoredObject): boolean {
  return textAt(conditionOf(pod, 'Ready'), 'status') === 'True';
}

/** Pods that disturb nobody when they go: finished, not yet running, or going already. */
function ignoresBudgets(pod: StoredObject): boolean {
  const phase = textAt(pod, 'status', 'phase');
  return ['Succeeded', 'Failed', 'Pending'].includes(phase) || pod.metadata.deletionTimestamp !== undefined;
}

const TOO_MANY = "Cannot evict pod as it would violate the pod's disruption budget.";

function violated(message: string, retryAfterSeconds?: number): StatusError {
  return new StatusError(429, 'TooManyRequests', TOO_MANY, {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function allowsUnhealthy(budget: StoredObject): boolean {
  if (textAt(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const desired = countAt(budget, 'status', 'desiredHealthy');
  return desired > 0 && countAt(budget, 'status', 'currentHealthy') >= desired;
}

/** Throws 429 or 403 where the budget does not allow one more disruption. */
function checkBudget(resource: Resource, budget: StoredObject): void {
  const { name, generation = 0 } = budget.metadata;
  if (countAt(budget, 'status', 'observedGeneration') < generation)
    throw violated(`The disruption budget ${name} is still being processed by the server.`, 10);
  const allowed = countAt(budget, 'status', 'disruptionsAllowed');
  if (allowed < 0) throw forbidden(resource, name, 'pdb disruptions allowed is negative');
  if (allowed > 0) return;
  const condition = conditionOf(budget, 'DisruptionAllowed');
  if (textAt(condition, 'status') === 'False' && textAt(condition, 'reason') === 'SyncFailed')
    throw violated(
      `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${textAt(condition, 'message')}`,
    );
  const desired = countAt(budget, 'status', 'desiredHealthy');
  const current = countAt(budget, 'status', 'currentHealthy');
  throw violated(
    current <= desired
      ? `The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`
      : `The disruption budget ${name} does not allow evicting pods currently`,
  );
}

/** The budget's word on whether one more disruption is allowed; it keeps its time while it says the same. */
function disruptionCondition(
  budget: StoredObject,
  allowed: number,
  now: string,
): Readonly<Record<string, unknown>> {
  const before = conditionOf(budget, 'DisruptionAllowed');
  const status = allowed > 0 ? 'True' : 'False';
  const since = textAt(before, 'status') === status ? textAt(before, 'lastTransitionTime') : now;
  return {
    type: 'DisruptionAllowed',
    status,
    observedGeneration: countAt(budget, 'status', 'observedGeneration'),
    lastTransitionTime: since,
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
}

function useBudget(exchange: ResourceExchange, pod: StoredObject, context: WriteContext): void {
  const { registry, namespace } = exchange;
  const resource = registry.catalogue.builtIn('policy/v1', 'PodDisruptionBudget');
  const budgets = registry
    .list(resource, namespace)
    .filter((budget) => matchesSelector(valueAt(budget, 'spec', 'selector'), pod.metadata.labels));
  const [budget, second] = budgets;
  if (budget === undefined) return;
  if (second !== undefined)
    throw new StatusError(
      500,
      undefined,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  if (!isReady(pod) && allowsUnhealthy(budget)) return;
  checkBudget(resource, budget);
  const time = new Date(registry.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const decrement = (current: StoredObject | undefined): DraftObject => {
    const present = current ?? budget;
    const status = Object.fromEntries(entriesAt(present, 'status'));
    const disruptedPods = {
      ...Object.fromEntries(entriesAt(status, 'disruptedPods')),
      [pod.metadata.name]: time,
    };
    const disruptionsAllowed = countAt(status, 'disruptionsAllowed') - 1;
    const changed = { ...present, status: { ...status, disruptionsAllowed, disruptedPods } };
    return withCondition(changed, disruptionCondition(present, disruptionsAllowed, time));
  };
  registry.update(resource, namespace, budget.metadata.name, decrement, {
    ...context,
    subresource: 'status',
    internal: true,
  });
}

function markEvicted(exchange: ResourceExchange, context: WriteContext): void {
  const { registry, resource, namespace, name } = exchange;
  const lastTransitionTime = new Date(registry.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastProbeTime: null,
    lastTransitionTime,
  };
  registry.update(
    resource,
    namespace,
    name,
    (current) => (current === undefined ? {} : withCondition(current, condition)),
    { ...context, subresource: 'status', internal: true },
  );
}

export async function serveEviction(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace, name, request } = exchange;
  const bytes = await readBody(request);
  const given = readWriteContext(exchange, 'CreateOptions');
  const body = decodeOther(exchange, bytes, EVICTION, given);
  if (textAt(body, 'metadata', 'name') !== name)
    throw badRequest('name in URL does not match name in Eviction object');
  const {
    dryRun,
    waits: _waits,
    ...options
  } = parseDeleteOptions(Object.fromEntries(entriesAt(body, 'deleteOptions')));
  const context: WriteContext = { ...given, dryRun: given.dryRun === true || dryRun };
  const pod = registry.get(resource, namespace, name);
  if (!ignoresBudgets(pod)) useBudget(exchange, pod, context);
  if (context.dryRun !== true && pod.metadata.deletionTimestamp === undefined) markEvicted(exchange, context);
  const { subresource: _subresource, ...deletion } = context;
  registry.delete(resource, namespace, name, options, deletion);
  sendSuccess(exchange);
}

export async function serveBinding(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace, name, request } = exchange;
  const bytes = await readBody(request);
  const context = readWriteContext(exchange, 'CreateOptions');
  const body = decodeOther(exchange, bytes, BINDING, context);
  const target = textAt(body, 'target', 'name');
  if (target === '') throw new StatusError(500, undefined, 'target.name: Required value');
  const lastTransitionTime = new Date(registry.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime };
  const part = { group: '', plural: 'pods/binding' };
  registry.update(
    resource,
    namespace,
    name,
    (current) => {
      if (current === undefined) return {};
      const node = textAt(current, 'spec', 'nodeName');
      if (node !== '') throw conflict(part, name, `pod ${name} is already assigned to node "${node}"`);
      if (current.metadata.deletionTimestamp !== undefined)
        throw conflict(part, name, `pod ${name} is being deleted, cannot be assigned to a host`);
      const spec = { ...Object.fromEntries(entriesAt(current, 'spec')), nodeName: target };
      return { ...withCondition(current, scheduled), spec };
    },
    { ...context, subresource: 'binding', internal: true },
  );
  sendSuccess(exchange);
}
