/** Values as Go's `%v` prints them in error messages. */
import { isObject } from '../schema/json-object.ts';

/** `map[a:1 b:[x y]]`, names in order. */
export function goFormat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`;
  if (isObject(value)) {
    const fields = Object.keys(value).sort();
    return `map[${fields.map((name) => `${name}:${goFormat(value[name])}`).join(' ')}]`;
  }
  return value === null ? '<nil>' : typeof value === 'string' ? value : JSON.stringify(value);
}
