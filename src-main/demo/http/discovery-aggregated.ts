/** apidiscovery.k8s.io/v2: all groups, versions and resources in one document. */
import type { Resource, Subresource } from '../model.ts';
import type { Registry } from '../registry/contract.ts';

function subresourceRow(resource: Resource, { name, kind, group, version, verbs }: Subresource): object {
  const custom = resource.custom === undefined ? {} : resource;
  return {
    subresource: name,
    responseKind: {
      group: group ?? ('group' in custom ? custom.group : ''),
      version: version ?? ('version' in custom ? custom.version : ''),
      kind,
    },
    verbs,
  };
}

function resourceRow(resource: Resource): object {
  const { plural, kind, namespaced, singular, verbs, shortNames, categories, subresources, custom } =
    resource;
  // The API server leaves the group and version out where they are those of the list, custom resources aside.
  const responseKind =
    custom === undefined
      ? { group: '', version: '', kind }
      : { group: resource.group, version: resource.version, kind };
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0
      ? {}
      : { subresources: subresources.map((part) => subresourceRow(resource, part)) }),
  };
}

function versionRow({ catalogue }: Registry, group: string, version: string): object {
  const resources = catalogue
    .all()
    .filter((one) => one.group === group && one.version === version)
    .sort((a, b) => (a.plural < b.plural ? -1 : 1));
  return { version, resources: resources.map(resourceRow), freshness: 'Current' };
}

/** `core` for /api, `named` for /apis. */
export function aggregatedDiscovery(registry: Registry, which: 'core' | 'named'): object {
  const groups = registry.catalogue.groups().filter(({ group }) => (group === '') === (which === 'core'));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versions.map((version) => versionRow(registry, group, version)),
    })),
  };
}
