/** Asks a server which kinds it serves, custom ones included. */
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { isBuiltIn } from './built-in-groups.ts';
import type { Discovery, KubeClient } from './contract.ts';
import { staleGroup } from './discovered.ts';
import type { Found, FoundKind } from './discovered.ts';
import { isFields, listOf, textOf, textsOf } from './json.ts';
import type { Fields } from './json.ts';
import { discoverLegacy } from './legacy-discovery.ts';

const AS = 'application/json;g=apidiscovery.k8s.io';
const ACCEPT = `${AS};v=v2;as=APIGroupDiscoveryList,${AS};v=v2beta1;as=APIGroupDiscoveryList,application/json`;

function readAggregatedKind(resource: unknown, group: string, version: string): FoundKind | undefined {
  if (!isFields(resource) || typeof resource.resource !== 'string') return undefined;
  const responseKind = isFields(resource.responseKind) ? resource.responseKind : {};
  return {
    group,
    version,
    resource: resource.resource,
    kind: textOf(responseKind.kind),
    namespaced: resource.scope === 'Namespaced',
    verbs: textsOf(resource.verbs),
    shortNames: textsOf(resource.shortNames),
  };
}

function readAggregated(client: KubeClient, list: Fields): Found {
  const kinds: FoundKind[] = [];
  const problems: AppError[] = [];
  for (const item of listOf(list.items)) {
    if (!isFields(item)) continue;
    const group = isFields(item.metadata) ? textOf(item.metadata.name) : '';
    for (const each of listOf(item.versions)) {
      if (!isFields(each)) continue;
      const version = textOf(each.version);
      if (each.freshness === 'Stale') problems.push(staleGroup(client, group, version));
      for (const resource of listOf(each.resources)) {
        const kind = readAggregatedKind(resource, group, version);
        if (kind !== undefined) kinds.push(kind);
      }
    }
  }
  return { kinds, problems };
}

async function discoverRoot(
  client: KubeClient,
  root: '/api' | '/apis',
  signal: AbortSignal | undefined,
): Promise<Found> {
  const answer = await client.getJson<unknown>(root, { accept: ACCEPT, ...(signal && { signal }) });
  if (isFields(answer) && answer.kind === 'APIGroupDiscoveryList') return readAggregated(client, answer);
  return discoverLegacy(client, root, answer, signal);
}

/** Versions of one resource: the first one wins, for both answers list the preferred version first. */
function preferred(kinds: readonly FoundKind[]): FoundKind[] {
  const first = new Map<string, FoundKind>();
  for (const kind of kinds) {
    const key = `${kind.resource}.${kind.group}`;
    if (kind.kind !== '' && !kind.resource.includes('/') && !first.has(key)) first.set(key, kind);
  }
  return [...first.values()];
}

/** `plural.group` of every CustomResourceDefinition; undefined where they may not be listed. */
async function customNames(
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
  try {
    const list = await client.getJson<unknown>('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      accept,
      ...(signal && { signal }),
    });
    const items = isFields(list) ? listOf(list.items) : [];
    return new Set(
      items.map((item) => (isFields(item) && isFields(item.metadata) ? textOf(item.metadata.name) : '')),
    );
  } catch (cause) {
    if (cause instanceof AppFailure && ['forbidden', 'not-served', 'not-found'].includes(cause.error.code))
      return undefined;
    throw cause;
  }
}

/**
 * Every kind in its preferred version, sorted by group and kind. `custom` follows the CustomResourceDefinitions, or
 * where those may not be listed the group's name. Throws `AppFailure` if the server answers nothing of use.
 */
export async function discoverKinds(client: KubeClient, signal?: AbortSignal): Promise<Discovery> {
  const [core, groups, custom] = await Promise.all([
    discoverRoot(client, '/api', signal),
    discoverRoot(client, '/apis', signal),
    customNames(client, signal),
  ]);
  const kinds = preferred([...core.kinds, ...groups.kinds]).map((kind) => ({
    ...kind,
    custom: custom === undefined ? !isBuiltIn(kind.group) : custom.has(`${kind.resource}.${kind.group}`),
  }));
  kinds.sort((a, b) => (a.group === b.group ? compare(a.kind, b.kind) : compare(a.group, b.group)));
  return { kinds, problems: [...core.problems, ...groups.problems] };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
