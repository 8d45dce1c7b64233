/** Warnings for requests to resources and versions that are on their way out. */
import { apiVersionOf, type Resource } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { listAt, textAt, valueAt } from './table/value.ts';

/** The row of a custom resource's version in its definition. */
function versionsOf(registry: Registry, { plural, group }: Resource): readonly unknown[] {
  const definitions = registry.catalogue.byKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  if (definitions === undefined) return [];
  return listAt(registry.find(definitions, undefined, `${plural}.${group}`), 'spec', 'versions');
}

/** Kubernetes orders versions so: v2, v1, v1beta2, v1beta1, v1alpha1. */
function rankOf(version: string): readonly number[] {
  const [, major = '0', stage = '', minor = '0'] = /^v(\d+)(alpha|beta)?(\d+)?$/.exec(version) ?? [];
  return [stage === '' ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor)];
}

function isNewer(a: string, b: string): boolean {
  const [left, right] = [rankOf(a), rankOf(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at !== -1 && (left[at] ?? 0) > (right[at] ?? 0);
}

/** Texts for `Warning` headers; source: API conventions of CustomResourceDefinition `deprecated`. */
export function deprecations(registry: Registry, resource: Resource): readonly string[] {
  if (resource.storedAs === 'endpoints')
    return ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'];
  if (resource.custom === undefined) return [];
  const versions = versionsOf(registry, resource);
  const row = versions.find((one) => textAt(one, 'name') === resource.version);
  if (valueAt(row, 'deprecated') !== true) return [];
  const own = textAt(row, 'deprecationWarning');
  if (own !== '') return [own];
  const { kind, group, version } = resource;
  const better = versions
    .filter((one) => valueAt(one, 'served') === true && valueAt(one, 'deprecated') !== true)
    .map((one) => textAt(one, 'name'))
    .filter((name) => isNewer(name, version))
    .sort((a, b) => (isNewer(a, b) ? -1 : 1))[0];
  const instead = better === undefined ? '' : `; use ${group}/${better} ${kind}`;
  return [`${apiVersionOf(resource)} ${kind} is deprecated${instead}`];
}
