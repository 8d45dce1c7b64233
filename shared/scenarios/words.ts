/** Puts durations, counts, amounts and untrusted text into sentences. */
import { parseQuantity } from '../cluster/quantities.ts';
import { refOf } from '../cluster/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import { formatRef } from '../model/ref.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Escape sequences, control characters, and characters that reorder or hide text. */
const UNSAFE =
  // eslint-disable-next-line no-control-regex -- control characters are what it removes
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** How much of a text is looked at before it is shortened: a log line may be megabytes long. */
const LOOK_AHEAD = 4;

/**
 * Text from a cluster on one line, without escape sequences, control or direction characters, at most `max`
 * characters. Empty for anything that is no text.
 */
export function clean(value: unknown, max = 160): string {
  if (typeof value !== 'string') return '';
  const line = value
    .slice(0, max * LOOK_AHEAD)
    .replace(UNSAFE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= max
    ? line
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/** `Pod shop/web-1`, made safe: names in a dump need not be names. */
export function nameObject(object: KubeObject): string {
  return clean(formatRef(refOf(object)), 320);
}

/** Text from a cluster as a quotation: cleaned, shortened, in quotes that it hardly holds itself. */
export function quote(value: unknown, max = 160): string {
  return `“${clean(value, max)}”`;
}

/** `40 s`, `18 min`, `3 h`, `2 d`; `under 1 s` for less, and for a clock that runs backwards. */
export function formatDuration(ms: number): string {
  if (!(ms >= SECOND)) return 'under 1 s';
  if (ms < 2 * MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} d`;
}

/** `1 pod`, `3 pods`; the plural is given where it is not the singular with an s. */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}

/** `a`, `a and b`, `a, b and 3 more`: at most `max` items are named. */
export function enumerate(items: readonly string[], max = 4): string {
  if (items.length > max) return `${items.slice(0, max).join(', ')} and ${items.length - max} more`;
  const [last = '', ...others] = [...items].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}

const BINARY_UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'] as const;

/** An amount of a resource as people write it: cores (`250m`, `1.5`), bytes (`64Mi`), pieces (`2`). */
export function formatAmount(resource: string, amount: number): string {
  if (!Number.isFinite(amount)) return 'an unknown amount';
  if (resource === 'cpu') {
    const millis = Math.round(amount * 1000);
    return Math.abs(millis) < 1000 && millis !== 0 ? `${millis}m` : trimZeros(millis / 1000, 2);
  }
  return isBytes(resource) ? formatBytes(amount) : trimZeros(amount, 2);
}

/** A quantity as it stands in an object, in the form of `formatAmount`; as it stands if it is none. */
export function formatQuantity(resource: string, quantity: unknown): string {
  const amount = parseQuantity(quantity);
  return amount === undefined ? clean(quantity, 40) || 'an unknown amount' : formatAmount(resource, amount);
}

function isBytes(resource: string): boolean {
  return resource === 'memory' || resource === 'ephemeral-storage' || resource.startsWith('hugepages-');
}

function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${trimZeros(value, 1)}${BINARY_UNITS[unit] ?? ''}`;
}

function trimZeros(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
