/** Small pure functions on JSON values of which nothing is known. */
import { isRecord } from '../../../shared/cluster/narrow.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The object, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

export function objectsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function equalLists(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => equal(item, other[index]));
}

const NONE: readonly string[] = [];

function countPresent(object: Fields, ignored: readonly string[]): number {
  let count = 0;
  for (const name of Object.keys(object))
    if (object[name] !== undefined && !ignored.includes(name)) count += 1;
  return count;
}

/** Deep equality of JSON but for some fields of the outermost objects; a field that is undefined counts as absent. */
export function equalBut(one: Fields, other: Fields, ignored: readonly string[]): boolean {
  for (const name of Object.keys(one)) {
    const value = one[name];
    if (value === undefined || ignored.includes(name)) continue;
    if (!Object.hasOwn(other, name) || !equal(value, other[name])) return false;
  }
  return countPresent(one, ignored) === countPresent(other, ignored);
}

/** Deep equality of JSON; a field that is undefined counts as absent. */
export function equal(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one)) return Array.isArray(other) && equalLists(one, other);
  return isRecord(one) && isRecord(other) && equalBut(one, other, NONE);
}

/** A copy without some fields. */
export function without<T extends object, K extends string>(object: T, ...names: readonly K[]): Omit<T, K> {
  const entries = Object.entries(object).filter(([name]) => !(names as readonly string[]).includes(name));
  return Object.fromEntries(entries) as Omit<T, K>;
}
