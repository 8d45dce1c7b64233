/** Builds the rows of the table of built-in resources: one call a resource, everything that can be derived left out. */
import type { Resource, Subresource, Verb } from '../model.ts';

const ALL_VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
export const PART_VERBS: readonly Verb[] = ['get', 'patch', 'update'];

/** `get` and `list` of what is computed; `create` of what is asked and never kept. */
export const READ_VERBS: readonly Verb[] = ['get', 'list'];
export const ASK_VERBS: readonly Verb[] = ['create'];

export interface RowOptions {
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs?: readonly Verb[];
  readonly parts?: readonly Subresource[];
  /** Kind has a status subresource. */
  readonly status?: true;
  readonly scale?: true;
  /** Where the objects lie if another version or group names the same ones. */
  readonly storedAs?: string;
  readonly singular?: string;
}

export function part(name: string, kind: string, verbs: readonly Verb[], apiVersion?: string): Subresource {
  const [group = '', version = ''] = apiVersion?.split('/') ?? [];
  return { name, kind, verbs, ...(apiVersion === undefined ? {} : { group, version }) };
}

/** Discovery lists the parts by name. */
function partsOf(kind: string, { status, scale, parts = [] }: RowOptions): readonly Subresource[] {
  return [
    ...parts,
    ...(scale === true ? [part('scale', 'Scale', PART_VERBS, 'autoscaling/v1')] : []),
    ...(status === true ? [part('status', kind, PART_VERBS)] : []),
  ].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function rowOf(
  apiVersion: string,
  namespaced: boolean,
  plural: string,
  kind: string,
  options: RowOptions,
): Resource {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  return {
    group,
    version: apiVersion.slice(slash + 1),
    plural,
    singular: options.singular ?? kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    shortNames: options.short ?? [],
    categories: options.categories ?? [],
    namespaced,
    verbs: options.verbs ?? ALL_VERBS,
    subresources: partsOf(kind, options),
    storedAs: options.storedAs ?? (group === '' ? plural : `${plural}.${group}`),
  };
}

/** Makers of the rows of one group and version. */
export function rowsOf(apiVersion: string): {
  readonly inNamespace: (plural: string, kind: string, options?: RowOptions) => Resource;
  readonly ofCluster: (plural: string, kind: string, options?: RowOptions) => Resource;
} {
  return {
    inNamespace: (plural, kind, options = {}) => rowOf(apiVersion, true, plural, kind, options),
    ofCluster: (plural, kind, options = {}) => rowOf(apiVersion, false, plural, kind, options),
  };
}
