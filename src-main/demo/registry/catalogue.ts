/** The list of the resources served now, found by name or by kind. */
import { apiVersionOf, type Resource } from '../model.ts';
import type { Catalogue } from './contract.ts';

interface Tables {
  readonly all: readonly Resource[];
  readonly byName: ReadonlyMap<string, Resource>;
  readonly byKind: ReadonlyMap<string, Resource>;
  readonly groups: readonly { readonly group: string; readonly versions: readonly string[] }[];
}

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES = ['alpha', 'beta', undefined];

function rank(version: string): readonly [number, number, number] {
  const match = VERSION.exec(version);
  if (match === null) return [-1, 0, 0];
  return [STAGES.indexOf(match[2]), Number(match[1]), Number(match[3] ?? 0)];
}

/** Kubernetes' order of versions, the most stable and newest first: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name. */
export function compareVersions(one: string, other: string): number {
  const [stage, major, minor] = rank(one);
  const [otherStage, otherMajor, otherMinor] = rank(other);
  return otherStage - stage || otherMajor - major || otherMinor - minor || (one < other ? -1 : 1);
}

function groupsOf(all: readonly Resource[]): Tables['groups'] {
  const groups = new Map<string, Set<string>>();
  for (const { group, version } of all) {
    const versions = groups.get(group);
    if (versions === undefined) groups.set(group, new Set([version]));
    else versions.add(version);
  }
  return [...groups].map(([group, versions]) => ({ group, versions: [...versions].sort(compareVersions) }));
}

function tablesOf(all: readonly Resource[]): Tables {
  return {
    all,
    byName: new Map(all.map((row) => [`${row.group}/${row.version}/${row.plural}`, row])),
    byKind: new Map(all.map((row) => [`${apiVersionOf(row)} ${row.kind}`, row])),
    groups: groupsOf(all),
  };
}

/** The catalogue, and the function that replaces its custom part. */
export function createCatalogue(
  builtIn: readonly Resource[],
  report: (error: unknown) => void,
): { readonly catalogue: Catalogue; readonly setCustom: (custom: readonly Resource[]) => void } {
  const own = tablesOf(builtIn);
  const listeners = new Set<() => void>();
  let tables = own;
  const catalogue: Catalogue = {
    all: () => tables.all,
    find: (group, version, plural) => tables.byName.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) => tables.byKind.get(`${apiVersion} ${kind}`),
    builtIn(apiVersion, kind) {
      const row = own.byKind.get(`${apiVersion} ${kind}`);
      if (row === undefined) throw new RangeError(`${apiVersion} ${kind} is not a built-in kind.`);
      return row;
    },
    groups: () => tables.groups,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    catalogue,
    setCustom(custom) {
      tables = tablesOf([...builtIn, ...custom]);
      for (const listener of listeners) {
        try {
          listener();
        } catch (error) {
          report(error);
        }
      }
    },
  };
}
