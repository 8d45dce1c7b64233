/** Names of pod templates: equal templates have equal hashes, in the alphabet of the real controllers. */
import type { PodTemplate } from './objects.ts';
import { same } from './tools.ts';

/** Characters that Kubernetes uses for generated names: neither vowels nor look-alikes. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** FNV-1a of the content, independent of the order of fields; `collisionCount` gives another name for the same. */
export function hashOf(content: unknown, collisionCount = 0): string {
  let hash = 0x811c9dc5;
  for (const character of `${canonical(content)}#${collisionCount}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return [...String(hash)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length] ?? '').join('');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

/** Whether two templates are equal apart from the label with their hash. */
export function sameTemplate(one: PodTemplate, other: PodTemplate): boolean {
  return same(withoutHash(one), withoutHash(other));
}

function withoutHash({ metadata = {}, spec }: PodTemplate): object {
  const { [POD_TEMPLATE_HASH]: _hash, ...labels } = metadata.labels ?? {};
  return { labels, annotations: metadata.annotations ?? {}, spec };
}
