/** The part of the metadata that belongs to the API server: identity, times, generation, the order of the fields. */
import {
  apiVersionOf,
  type DraftObject,
  type ManagedFields,
  type ObjectMeta,
  type Resource,
  type StoredObject,
} from '../model.ts';
import { equal, equalBut, without } from './json.ts';
import type { Strategy } from './strategies.ts';

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
/** Longest start of a generated name: 63 less the suffix. */
const LONGEST_BASE = 58;

/** RFC 3339 in whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function generateName(base: string, random: () => number): string {
  let name = base.slice(0, LONGEST_BASE);
  for (let count = 0; count < SUFFIX_LENGTH; count += 1) {
    name += SUFFIX_LETTERS.charAt(Math.floor(random() * SUFFIX_LETTERS.length));
  }
  return name;
}

function hex(random: () => number, digits: number): string {
  return Math.floor(random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');
}

/** A version 4 UUID. */
export function generateUid(random: () => number): string {
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-${variant}${hex(random, 3)}-${hex(random, 12)}`;
}

const LABELS_AND_OTHERS = [
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

/** The fields a client may set, those that hold something, in the server's order. */
function givenBy(draft: Partial<ObjectMeta>): Partial<ObjectMeta> {
  return Object.fromEntries(
    LABELS_AND_OTHERS.map((field) => [field, draft[field]] as const).filter(([, value]) => !isEmpty(value)),
  );
}

/** A new object's identity; the resourceVersion is empty until it is stored. */
export interface Identity {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339. */
  readonly now: string;
}

/** A complete object out of a new draft. */
export function completeNew(
  resource: Resource,
  draft: DraftObject,
  strategy: Strategy,
  { namespace, name, uid, now }: Identity,
): StoredObject {
  const given = draft.metadata ?? {};
  const { generateName = '' } = given;
  const generation = strategy.generation === undefined ? given.generation : 1;
  const metadata: ObjectMeta = {
    name,
    ...(generateName === '' ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    resourceVersion: '',
    ...(generation === undefined ? {} : { generation }),
    creationTimestamp: now,
    ...givenBy(given),
  };
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, ...rest(draft) };
}

function rest(draft: DraftObject): Readonly<Record<string, unknown>> {
  return without(draft, 'apiVersion', 'kind', 'metadata');
}

function isChanged(object: StoredObject, old: StoredObject, strategy: Strategy): boolean {
  const { generation, generationMetadata: part } = strategy;
  if (generation === undefined) return false;
  if (part !== undefined && !equal(object.metadata[part] ?? {}, old.metadata[part] ?? {})) return true;
  if (generation !== 'all') return generation.some((field) => !equal(object[field], old[field]));
  const ignored = ['apiVersion', 'kind', 'metadata', ...(strategy.ownStatus ? ['status'] : [])];
  return !equalBut(object, old, ignored);
}

/**
 * What an update may not touch is taken over from `old`, and the generation raised where the wish changed, unless the
 * write is one to a part that does not count (`countsAsWish` false).
 */
export function completeUpdated(
  draft: DraftObject,
  old: StoredObject,
  strategy: Strategy,
  countsAsWish: boolean,
): StoredObject {
  const { name, generateName: _generateName, ...kept } = without(old.metadata, ...LABELS_AND_OTHERS);
  const { generateName = '', ...given } = draft.metadata ?? {};
  const metadata: ObjectMeta = {
    name,
    ...(generateName === '' ? {} : { generateName }),
    ...kept,
    ...givenBy(given),
  };
  const object = { apiVersion: old.apiVersion, kind: old.kind, metadata, ...rest(draft) };
  if (!countsAsWish || !isChanged(object, old, strategy)) return object;
  return { ...object, metadata: { ...metadata, generation: (kept.generation ?? 0) + 1 } };
}

function untimed(fields: readonly ManagedFields[] = []): readonly object[] {
  return fields.map((entry) => without(entry, 'time'));
}

/** Equal but for the resourceVersion and the times in managedFields: nothing to write. */
export function isSame(object: StoredObject, old: StoredObject): boolean {
  if (!equalBut(object, old, ['metadata'])) return false;
  const { metadata } = object;
  if (!equalBut({ ...metadata }, { ...old.metadata }, ['resourceVersion', 'managedFields'])) return false;
  if (metadata.managedFields === old.metadata.managedFields) return true;
  return equal(untimed(metadata.managedFields), untimed(old.metadata.managedFields));
}
