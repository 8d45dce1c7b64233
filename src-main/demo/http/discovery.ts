/** Discovery: which groups, versions and resources there are, in the plain and in the aggregated form. */
import { createHash } from 'node:crypto';
import { apiVersionOf, type Resource } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { aggregatedDiscovery } from './discovery-aggregated.ts';
import type { Exchange } from './options.ts';
import { noSuchMethod, noSuchPath } from './refusals.ts';
import { sendJson, sendJsonText, sendNoPage } from './respond.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Like the API server's: the same for as long as objects of the resource are stored in the same form. */
function storageVersionHash({ group, version, kind }: Resource): string {
  return hashOf(`${group}/${version}/${kind}`).subarray(0, 8).toString('base64');
}

function isKept({ verbs }: Resource): boolean {
  return verbs.includes('watch');
}

function rowsOf(resource: Resource): object[] {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories, subresources } = resource;
  const parts = subresources.map(({ name, kind: partKind, group, version, verbs: partVerbs }) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...(group === undefined ? {} : { group }),
    ...(version === undefined ? {} : { version }),
    kind: partKind,
    verbs: partVerbs,
  }));
  const row = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(isKept(resource) ? { storageVersionHash: storageVersionHash(resource) } : {}),
  };
  return [...(verbs.length === 0 ? [] : [row]), ...parts];
}

function resourceList(registry: Registry, group: string, version: string): object | undefined {
  const resources = registry.catalogue
    .all()
    .filter((one) => one.group === group && one.version === version)
    .sort((a, b) => (a.plural < b.plural ? -1 : 1));
  const [first] = resources;
  if (first === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(first),
    resources: resources.flatMap(rowsOf),
  };
}

function groupEntry({
  group,
  versions,
}: {
  readonly group: string;
  readonly versions: readonly string[];
}): object {
  const rows = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: rows, preferredVersion: rows[0] };
}

function namedGroups({ catalogue }: Registry): readonly { group: string; versions: readonly string[] }[] {
  return catalogue.groups().filter(({ group }) => group !== '');
}

function groupObject(registry: Registry, name: string): object | undefined {
  const found = namedGroups(registry).find(({ group }) => group === name);
  return found === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(found) };
}

function coreVersions({ request }: Exchange): object {
  const serverAddress = request.headers.host ?? '127.0.0.1';
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

function allPaths(registry: Registry): object {
  const groups = namedGroups(registry).flatMap(({ group, versions }) => [
    `/apis/${group}`,
    ...versions.map((version) => `/apis/${group}/${version}`),
  ]);
  const paths = [
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...groups,
    '/healthz',
    '/livez',
    '/openapi/v2',
    '/openapi/v3',
    '/readyz',
    '/version',
  ];
  return { paths: paths.sort() };
}

function find({ registry, info }: Exchange): object | undefined {
  const [root = '', group, version] = info.path.replace(/^\/|\/$/g, '').split('/');
  if (root === '') return allPaths(registry);
  if (root === 'api') return resourceList(registry, '', group ?? '');
  if (group === undefined)
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups(registry).map(groupEntry) };
  return version === undefined ? groupObject(registry, group) : resourceList(registry, group, version);
}

/** True for /api and /apis, which alone have the aggregated form. */
function isRoot(path: string): boolean {
  return /^\/apis?\/?$/.test(path);
}

function serveAggregated(exchange: Exchange): void {
  const { registry, info, request, response } = exchange;
  const text = JSON.stringify(
    aggregatedDiscovery(registry, info.path.startsWith('/apis') ? 'named' : 'core'),
  );
  const etag = `"${createHash('sha512').update(text).digest('hex').toUpperCase()}"`;
  const headers = { ETag: etag, Vary: 'Accept' };
  if (request.headers['if-none-match'] !== etag) {
    sendJsonText(request, response, 200, text, { type: AGGREGATED, headers });
    return;
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(304).end();
}

/** Groups of custom resources have no routes of their own. */
function isBuiltInGroup({ registry, info }: Exchange): boolean {
  const [root, name] = info.path.replace(/^\//, '').split('/');
  const group = root === 'api' ? '' : name;
  return registry.catalogue.all().some((one) => one.group === group && one.custom === undefined);
}

export function serveDiscovery(exchange: Exchange): void {
  const { info, request, response, accept } = exchange;
  if (request.method !== 'GET' && !isRoot(info.path)) throw noSuchMethod();
  if (accept.discovery !== undefined && isRoot(info.path)) {
    serveAggregated(exchange);
    return;
  }
  const body = /^\/api\/?$/.test(info.path) ? coreVersions(exchange) : find(exchange);
  if (body === undefined && isBuiltInGroup(exchange)) throw noSuchPath();
  if (body === undefined) sendNoPage(request, response);
  else sendJson(request, response, 200, body, { format: accept.format });
}
