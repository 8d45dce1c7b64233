/** Finds the resource and the handler of a request, and refuses methods and paths that a resource does not have. */
import type { Resource, Verb } from '../model.ts';
import { badRequest } from '../status-error.ts';
import { deprecations } from './deprecations.ts';
import { handleDelete, handleDeleteCollection } from './delete.ts';
import { handleGet } from './get.ts';
import { handleList } from './list.ts';
import type { Exchange } from './options.ts';
import { asksWatch } from './request/request-info.ts';
import { noSuchMethod, noSuchPath } from './refusals.ts';
import type { ResourceExchange, ResourceHandler } from './resource-context.ts';
import { sendNoPage } from './respond.ts';
import { serveSubresource } from './subresources.ts';
import { serveVirtual } from './virtual-resources.ts';
import { handleWatch } from './watch.ts';
import { handleCreate, handlePatch, handleUpdate } from './write.ts';

const COLLECTION: Readonly<Record<string, readonly [Verb, ResourceHandler]>> = {
  GET: ['list', handleList],
  POST: ['create', handleCreate],
  DELETE: ['deletecollection', handleDeleteCollection],
};

const ITEM: Readonly<Record<string, readonly [Verb, ResourceHandler]>> = {
  GET: ['get', handleGet],
  PUT: ['update', handleUpdate],
  PATCH: ['patch', handlePatch],
  DELETE: ['delete', handleDelete],
};

/** True where the path has a namespace and should not, or has none and needs one. */
function isMisplaced({ info }: Exchange, { namespaced, plural, custom }: Resource): boolean {
  // A namespace stands for itself, and for no other: access was decided for the one in the path.
  if (!namespaced) return info.namespace !== (plural === 'namespaces' ? info.name : '');
  if (info.namespace !== '') return false;
  return custom === undefined ? info.name !== '' : info.verb !== 'list' && info.verb !== 'watch';
}

/** The handler of a whole object or a collection. Throws 405. */
function handlerOf({ info, request, query }: Exchange, resource: Resource): ResourceHandler {
  const { name, namespace } = info;
  const table = name === '' ? COLLECTION : ITEM;
  const method = request.method ?? '';
  const row = Object.hasOwn(table, method) ? table[method] : undefined;
  if (row === undefined || !resource.verbs.includes(row[0])) throw noSuchMethod();
  if (resource.namespaced && namespace === '' && method !== 'GET') throw noSuchMethod();
  const watches = method === 'GET' && (info.verb === 'watch' || (name === '' && asksWatch(query)));
  if (watches && !resource.verbs.includes('watch')) throw noSuchMethod();
  return watches ? handleWatch : row[1];
}

/** Throws 400 for what cannot be a part of a path. */
function checkName(name: string): void {
  if (name === '.' || name === '..')
    throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: may not be '${name}'`);
}

export async function serveResource(exchange: Exchange): Promise<void> {
  const { info, registry, request, response } = exchange;
  const { group, version, resource: plural, rest, subresource } = info;
  const resource = registry.catalogue.find(group, version, plural);
  if (resource === undefined || isMisplaced(exchange, resource)) {
    // Groups of custom resources have no routes of their own.
    const builtIn = registry.catalogue.all().some((one) => one.group === group && one.custom === undefined);
    if (builtIn) throw noSuchPath();
    sendNoPage(request, response);
    return;
  }
  if (rest.length > 0 && subresource !== 'proxy') throw noSuchPath();
  if (subresource === '') checkName(info.name);
  // The old form of watches has nothing else.
  if (info.verb === 'watch' && subresource !== '') throw noSuchPath();
  if (info.verb === 'watch' && request.method !== 'GET') throw noSuchMethod();
  const namespace = resource.namespaced && info.namespace !== '' ? info.namespace : undefined;
  const full: ResourceExchange = { ...exchange, resource, namespace, name: info.name };
  exchange.warnings.push(...deprecations(registry, resource));
  if (subresource !== '') {
    await serveSubresource(full);
    return;
  }
  if (await serveVirtual(full)) return;
  await handlerOf(exchange, resource)(full);
}
