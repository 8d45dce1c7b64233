/** Single values as Go reads and writes them: numbers in range, base64, times, quantities. */
import type { FieldType } from './field-type.ts';
import { canonicalQuantity } from './quantity.ts';
import { canonicalTime } from './time.ts';

/** The value as it is written back, a problem in the reader's own words, or a mismatch of types. */
export type ScalarResult =
  | { readonly value: unknown }
  | { readonly problem: string }
  | { readonly problem?: undefined; readonly found: string; readonly wanted: string };

/** What Go calls a JSON value in a mismatch. */
export function valueName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : typeof value;
}

function mismatch(value: unknown, wanted: string): ScalarResult {
  return { found: valueName(value), wanted };
}

function readInteger(value: unknown, goType: string): ScalarResult {
  if (typeof value !== 'number') return mismatch(value, goType);
  const limit = goType === 'int32' ? 2 ** 31 : 2 ** 63;
  if (Number.isInteger(value) && value >= -limit && value < limit) return { value };
  return { found: `number ${value}`, wanted: goType };
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Where Go's decoder stops: it skips line ends and counts in groups of four. */
function findBase64Error(text: string): number {
  let at = 0;
  while (at < text.length) {
    let filled = 0;
    while (filled < 4) {
      if (at === text.length) return filled === 0 ? -1 : at - filled;
      const char = text[at++] ?? '';
      if (char === '\n' || char === '\r') continue;
      if (/[A-Za-z0-9+/]/.test(char)) {
        filled++;
        continue;
      }
      return char === '=' && filled >= 2 ? findPaddingError(text, at, filled) : at - 1;
    }
  }
  return -1;
}

function skipLineEnds(text: string, from: number): number {
  let at = from;
  while (text[at] === '\n' || text[at] === '\r') at++;
  return at;
}

function findPaddingError(text: string, from: number, filled: number): number {
  let at = from;
  if (filled === 2) {
    at = skipLineEnds(text, at);
    if (at === text.length) return text.length;
    if (text[at] !== '=') return at - 1;
    at++;
  }
  at = skipLineEnds(text, at);
  return at < text.length ? at : -1;
}

function readBytes(value: unknown, goType: string): ScalarResult {
  if (typeof value !== 'string') return mismatch(value, goType);
  if (BASE64.test(value) && value.length % 4 === 0) return { value };
  const at = findBase64Error(value);
  if (at >= 0) return { problem: `illegal base64 data at input byte ${at}` };
  return { value: Buffer.from(value, 'base64').toString('base64') };
}

function readIntOrString(value: unknown): ScalarResult {
  return typeof value === 'string' ? { value } : readInteger(value, 'int32');
}

function readTime(value: unknown, micro: boolean): ScalarResult {
  if (typeof value !== 'string') return mismatch(value, 'string');
  const read = canonicalTime(value, micro);
  return 'problem' in read ? read : { value: read.text };
}

function readQuantity(value: unknown, finest: -9 | -3): ScalarResult {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const read = canonicalQuantity(text, finest);
  return 'problem' in read ? read : { value: read.text };
}

/** How the quantities in a list of resources are told from others. */
export const RESOURCE = 'resource.Quantity in v1.ResourceList';

/** Reads a value that is no list, map or struct; null is for the caller. */
export function readScalar(value: unknown, type: FieldType, goType: string): ScalarResult {
  switch (type.shape) {
    case 'string':
      return typeof value === 'string' ? { value } : mismatch(value, goType);
    case 'integer':
      return readInteger(value, goType);
    case 'number':
      return typeof value === 'number' ? { value } : mismatch(value, goType);
    case 'boolean':
      return typeof value === 'boolean' ? { value } : mismatch(value, goType);
    case 'bytes':
      return readBytes(value, goType);
    case 'int-or-string':
      return readIntOrString(value);
    case 'time':
      return readTime(value, type.name?.endsWith('MicroTime') === true);
    case 'quantity':
      return readQuantity(value, goType === RESOURCE ? -3 : -9);
    default:
      return { value };
  }
}
