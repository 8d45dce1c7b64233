/** Reads, compares and copies JSON of which nothing is known; what has the wrong type counts as absent. */
import { isRecord } from '../../../shared/cluster/narrow.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The object, or undefined for anything else. */
export function fieldsIn(value: unknown): Fields | undefined {
  return isRecord(value) ? value : undefined;
}

/** The number, or undefined. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Walks down by field names; undefined where one is missing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const field of path) {
    if (!isRecord(here) || !Object.hasOwn(here, field)) return undefined;
    here = here[field];
  }
  return here;
}

/** The entries of a map of texts (labels, annotations, selectors), sorted by key. */
export function textEntries(value: unknown): (readonly [key: string, text: string])[] {
  if (!isRecord(value)) return [];
  const entries: (readonly [string, string])[] = [];
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (typeof item === 'string') entries.push([key, item]);
  }
  return entries.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

/** Whether two JSON values are the same; an absent field equals an empty one, as in the API server's comparison. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left === right || (isEmpty(left) && isEmpty(right))) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  for (const key of Object.keys(left)) if (!sameValue(left[key], right[key])) return false;
  for (const key of Object.keys(right)) {
    if (!Object.hasOwn(left, key) && !sameValue(undefined, right[key])) return false;
  }
  return true;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

/** A copy of `object` in which the place at `path` holds `value` (undefined: no such field); objects on the way are made. */
export function withValue(object: unknown, path: readonly string[], value: unknown): Fields {
  const [first, ...rest] = path;
  const copy: Record<string, unknown> = isRecord(object) ? { ...object } : {};
  if (first === undefined) return copy;
  const next = rest.length === 0 ? value : withValue(copy[first], rest, value);
  if (next === undefined) Reflect.deleteProperty(copy, first);
  else copy[first] = next;
  return copy;
}
