/** Values as Go's `%v` prints them in error messages. */

/** `map[a:1 b:[x y]]`, names in order. */
export function goFormat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`;
  if (isRecord(value)) {
    const fields = Object.keys(value).sort();
    return `map[${fields.map((name) => `${name}:${goFormat(value[name])}`).join(' ')}]`;
  }
  return value === null ? '<nil>' : typeof value === 'string' ? value : JSON.stringify(value);
}
import { isRecord } from '../../../shared/cluster/narrow.ts';
