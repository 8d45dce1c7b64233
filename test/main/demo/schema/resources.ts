// Resources as the catalogue has them, for tests of schemas and patches.
import type { JsonObject, Resource, Subresource } from '../../../../src-main/demo/model.ts';

const STATUS: Subresource = { name: 'status', kind: '', verbs: ['get', 'update', 'patch'] };

/** A namespaced resource; `group` is '' for core. */
export function resourceOf(
  group: string,
  version: string,
  kind: string,
  { status = true, schema }: { status?: boolean; schema?: JsonObject } = {},
): Resource {
  const plural = `${kind.toLowerCase()}s`;
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    subresources: status ? [{ ...STATUS, kind }] : [],
    storedAs: group === '' ? plural : `${plural}.${group}`,
    ...(schema === undefined ? {} : { custom: { schema, columns: [] } }),
  };
}

export const CONFIG_MAP = resourceOf('', 'v1', 'ConfigMap', { status: false });
export const DEPLOYMENT = resourceOf('apps', 'v1', 'Deployment');
export const POD = resourceOf('', 'v1', 'Pod');
export const SECRET = resourceOf('', 'v1', 'Secret', { status: false });
export const SERVICE = resourceOf('', 'v1', 'Service');
