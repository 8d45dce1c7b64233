/** Requests to a part of an object: status, scale, eviction, binding, tokens, logs. */
import type { Subresource, Verb } from '../model.ts';
import { badRequest, notFound } from '../status-error.ts';
import { handleGet } from './get.ts';
import { nodeOf, servePodLog } from './pod-log.ts';
import { serveBinding, serveEviction } from './pod-requests.ts';
import { noSuchMethod, noSuchPath } from './refusals.ts';
import type { ResourceExchange, ResourceHandler } from './resource-context.ts';
import { scaleHandlers } from './scale.ts';
import { serveTokenRequest } from './token-request.ts';
import { handlePatch, handleUpdate } from './write.ts';

const VERBS: Readonly<Record<string, Verb>> = {
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  POST: 'create',
  DELETE: 'delete',
};

type Handlers = Readonly<Partial<Record<Verb, ResourceHandler>>>;

/** Parts that are written like the whole object; the registry knows what of it they may change. */
const SAME_KIND: Handlers = { get: handleGet, update: handleUpdate, patch: handlePatch };

/** Streams over a connection of their own, which a plain request does not open. */
function needsUpgrade({ registry, resource, namespace, name }: ResourceExchange): never {
  const pod = registry.get(resource, namespace, name);
  if (nodeOf(pod) === '') throw badRequest(`pod ${name} does not have a host assigned`);
  throw badRequest('Upgrade request required');
}

const CONNECT: Handlers = { get: needsUpgrade, create: needsUpgrade };

const HANDLERS: Readonly<Record<string, Handlers>> = {
  scale: scaleHandlers,
  eviction: { create: serveEviction },
  binding: { create: serveBinding },
  token: { create: serveTokenRequest },
  log: {
    get: (exchange) => {
      servePodLog(exchange.request, exchange.response, exchange);
    },
  },
  exec: CONNECT,
  attach: CONNECT,
  portforward: CONNECT,
};

function handlersOf({ resource }: ResourceExchange, part: Subresource): Handlers {
  const own = Object.hasOwn(HANDLERS, part.name) ? HANDLERS[part.name] : undefined;
  if (own !== undefined) return own;
  return part.kind === resource.kind ? SAME_KIND : {};
}

export async function serveSubresource(exchange: ResourceExchange): Promise<void> {
  const { resource, info, request } = exchange;
  const part = resource.subresources.find(({ name }) => name === info.subresource);
  const misplaced = resource.namespaced ? info.namespace === '' : false;
  if (part === undefined && resource.custom !== undefined) throw notFound(resource, exchange.name);
  if (part === undefined || misplaced || exchange.name === '') throw noSuchPath();
  const verb = VERBS[request.method ?? ''];
  if (verb === undefined || !part.verbs.includes(verb)) throw noSuchMethod();
  const handler = handlersOf(exchange, part)[verb];
  if (handler === undefined) throw noSuchMethod();
  await handler(exchange);
}
