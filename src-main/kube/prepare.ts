/** What is left of an object on its way into the store: no managedFields, no secret values, nothing that no rule reads. */
import { LARGE_VALUES } from '../../shared/lint/configmap-rules.ts';
import type { KindRow } from '../../shared/kinds/kinds.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import { isFields } from './json.ts';
import type { Fields } from './json.ts';

/** The map without some keys: a new one, for V8 keeps a map it had to delete from in a form several times as large. */
function without(fields: Fields, dropped: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !dropped.has(key)));
}

const hasAny = (fields: Fields, keys: ReadonlySet<string>): boolean => {
  for (const key of keys) if (Object.hasOwn(fields, key)) return true;
  return false;
};

interface Drops {
  readonly top: ReadonlySet<string>;
  readonly metadata: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
}

/** `metadata.annotations.KEY`, `metadata.FIELD` or `FIELD`; an annotation's key may hold dots. */
function readPaths(paths: readonly string[]): Drops {
  const under = (prefix: string, from: readonly string[]): string[] =>
    from.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  const annotations = under('metadata.annotations.', paths);
  const metadata = under('metadata.', paths).filter((path) => !path.startsWith('annotations.'));
  return {
    top: new Set(paths.filter((path) => !path.startsWith('metadata.'))),
    metadata: new Set(['managedFields', ...metadata]),
    annotations: new Set(annotations),
  };
}

/** The keys of a Secret or ConfigMap tell what is missing; the values are nobody's business, the size of many is. */
function emptyValues(object: Fields): void {
  let length = 0;
  for (const field of ['data', 'binaryData', 'stringData']) {
    if (!Object.hasOwn(object, field)) continue;
    const values = object[field];
    if (isFields(values))
      for (const value of Object.values(values)) if (typeof value === 'string') length += value.length;
    object[field] = isFields(values) ? Object.fromEntries(Object.keys(values).map((key) => [key, ''])) : {};
  }
  delete object.valuesLength;
  if (length >= LARGE_VALUES) object.valuesLength = length;
}

/** One entry per variable name, shared by all pods. */
const plainVariables = new Map<string, { readonly name: string }>();
const MAX_SHARED = 50_000;

function plainVariable(name: string): { readonly name: string } {
  const known = plainVariables.get(name);
  if (known !== undefined) return known;
  const entry = { name };
  // A bound, for names come from outside.
  if (plainVariables.size < MAX_SHARED) plainVariables.set(name, entry);
  return entry;
}

/**
 * Literal values of environment variables go: no rule reads them, they may be secrets, and with 24 of them they are a
 * third of a pod's heap. The list keeps its length, since evidence points into it by index.
 */
function trimVariables(containers: unknown): void {
  if (!Array.isArray(containers)) return;
  for (const container of containers as unknown[]) {
    if (!isFields(container) || !Array.isArray(container.env)) continue;
    container.env = (container.env as unknown[]).map((entry) =>
      isFields(entry) && typeof entry.name === 'string' && entry.valueFrom === undefined
        ? plainVariable(entry.name)
        : entry,
    );
  }
}

/**
 * The preparation for a row of KINDS. The function changes and returns the object it is given; what is of another
 * shape than expected stays as it is.
 */
export function prepareFor(row: KindRow): (object: KubeObject) => KubeObject {
  const drops = readPaths(row.strip);
  return (object) => {
    let metadata: Fields = object.metadata as unknown as Fields;
    if (hasAny(metadata, drops.metadata)) metadata = without(metadata, drops.metadata);
    if (isFields(metadata.annotations) && hasAny(metadata.annotations, drops.annotations)) {
      const annotations = without(metadata.annotations, drops.annotations);
      if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
      else metadata = without(metadata, new Set(['annotations']));
    }
    const result = hasAny(object, drops.top) ? (without(object, drops.top) as KubeObject) : object;
    result.metadata = metadata as unknown as KubeObject['metadata'];
    if (row.keysOnly) emptyValues(result);
    if (row.id === 'Pod' && isFields(result.spec)) {
      trimVariables(result.spec.containers);
      trimVariables(result.spec.initContainers);
    }
    return result;
  };
}
