/** How a value takes part in a merge: as a leaf, as a map of fields, or as a list of items with identities. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { FieldType } from '../schema/field-type.ts';
import { keyElement, type PathElement } from './field-set.ts';

/** Nothing is known of the type: what the value is decides. */
export const DEDUCED = undefined;

export type MergeType = FieldType | typeof DEDUCED;

export type Atom =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'map'; readonly type: MergeType }
  | { readonly kind: 'list'; readonly type: FieldType };

const LEAF: Atom = { kind: 'leaf' };
const RAW = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** The atom of a value; null takes the form that its type declares. */
export function atomOf(type: MergeType, value: unknown): Atom {
  if (type === undefined) return isRecord(value) ? { kind: 'map', type: DEDUCED } : LEAF;
  switch (type.shape) {
    case 'any':
      return isRecord(value) && type.name !== RAW ? { kind: 'map', type: DEDUCED } : LEAF;
    case 'struct':
    case 'map':
      return type.atomic ? LEAF : { kind: 'map', type };
    case 'list':
      return type.atomic ? LEAF : { kind: 'list', type };
    default:
      return LEAF;
  }
}

/** The type of a map's field. */
export function typeOfField(type: MergeType, name: string): MergeType {
  if (type === undefined) return DEDUCED;
  return type.fields.get(name) ?? (type.shape === 'map' ? type.element : DEDUCED);
}

/** Whether the schema names the field, as it does those of a struct. */
export function isDeclared(type: MergeType, name: string): boolean {
  return type?.fields.has(name) === true;
}

/** Names the reason why an item has no identity. */
export class ItemFailure extends Error {}

/** Identity of a list's item: its keys, with their defaults, or its value. Throws an ItemFailure. */
export function itemElement(type: FieldType, item: unknown): PathElement {
  return type.keys.length === 0 ? valueElement(item) : keysElement(type, item);
}

function valueElement(item: unknown): PathElement {
  if (isRecord(item)) {
    throw new ItemFailure("associative list without keys has an element that's a map type");
  }
  if (Array.isArray(item)) throw new ItemFailure('not supported: associative list with lists as elements');
  if (item === null) {
    throw new ItemFailure("associative list without keys has an element that's an explicit null");
  }
  return `v:${JSON.stringify(item)}`;
}

function keysElement({ keys, element }: FieldType, item: unknown): PathElement {
  if (item === null) throw new ItemFailure('associative list with keys may not have a null element');
  if (!isRecord(item)) throw new ItemFailure('associative list with keys may not have non-map elements');
  const found: Record<string, unknown> = {};
  for (const name of keys) {
    const value = Object.hasOwn(item, name) ? item[name] : element.fields.get(name)?.default;
    if (value !== undefined) found[name] = value;
  }
  if (Object.keys(found).length === 0) {
    const names = `[${keys.map((name) => JSON.stringify(name)).join(' ')}]`;
    throw new ItemFailure(
      `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(found);
}
