/** Who owns which field of an object after an update, as `metadata.managedFields` tells it. */
import { apiVersionOf, type ManagedFields, type Resource, type StoredObject } from '../model.ts';
import { zeroObject } from '../schema/decode-value.ts';
import { typeOfResource, type FieldType } from '../schema/field-type.ts';
import { fieldOf } from '../schema/json-object.ts';
import { ItemFailure } from './atoms.ts';
import { compare, type Comparison } from './compare.ts';
import { difference, intersection, isEmptySet, prune, setOf, union, type FieldSet } from './field-set.ts';
import {
  actingOwner,
  capUpdaters,
  idOf,
  isReset,
  readOwners,
  withoutEmpty,
  writeOwners,
  type Owner,
  type Owners,
} from './managers.ts';

export interface UpdateInput {
  readonly resource: Resource;
  readonly old: StoredObject | undefined;
  readonly object: StoredObject;
  readonly manager: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  readonly subresource?: string;
}

const meta = (name: string): readonly string[] => ['f:metadata', `f:${name}`];

/** Fields that nobody owns: they name the object, or the server sets them. */
const UNOWNED = setOf(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation'].map(meta),
  meta('managedFields'),
  meta('resourceVersion'),
);

const STATUS = setOf(['f:status']);
const NOT_STATUS = setOf(['f:spec'], meta('deletionTimestamp'), meta('ownerReferences'));

/** Fields that a write through this endpoint cannot change, and so does not come to own. */
function ignoredFields({ subresources }: Resource, subresource: string | undefined): FieldSet {
  if (subresource === 'status') return NOT_STATUS;
  return subresources.some(({ name }) => name === 'status') ? STATUS : setOf();
}

/** An object without its managed fields, for they own themselves not. */
export function withoutManagedFields(
  object: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { managedFields: _, ...metadata } = (object.metadata ?? {}) as Record<string, unknown>;
  return { ...object, metadata };
}

/** What an object of the kind is before it is created. */
export function blankObject(resource: Resource, type: FieldType): Readonly<Record<string, unknown>> {
  return { ...zeroObject(type), apiVersion: apiVersionOf(resource), kind: resource.kind };
}

export function compareOwned(
  resource: Resource,
  subresource: string | undefined,
  before: unknown,
  after: unknown,
): Comparison {
  const { added, modified, removed } = compare(before, after, typeOfResource(resource));
  const ignored = ignoredFields(resource, subresource);
  return {
    added: prune(added, ignored),
    modified: prune(modified, ignored),
    removed: prune(removed, ignored),
  };
}

/** A set without what cannot be owned through this endpoint. */
export function ownable(set: FieldSet, resource: Resource, subresource: string | undefined): FieldSet {
  return prune(set, ignoredFields(resource, subresource));
}

export function stripUnowned(set: FieldSet): FieldSet {
  return difference(set, UNOWNED);
}

/** What the others still own after a change by the owner with this id, and what the change takes from each. */
export function takeFromOthers(
  owners: Owners,
  id: string,
  { added, modified, removed }: Comparison,
): { readonly left: Owners; readonly taken: ReadonlyMap<string, FieldSet> } {
  const changed = union(added, modified);
  const taken = new Map<string, FieldSet>();
  const left = new Map<string, Owner>();
  for (const [each, owner] of owners) {
    if (each === id) {
      left.set(each, owner);
      continue;
    }
    const conflict = intersection(owner.set, changed);
    if (!isEmptySet(conflict)) taken.set(each, conflict);
    left.set(each, { ...owner, set: difference(difference(owner.set, conflict), removed) });
  }
  return { left, taken };
}

/** The owners after `actor` changed the object. */
export function updateOwners(owners: Owners, actor: Owner, change: Comparison, now: string): Owners {
  // The change is first one of nobody: so what the actor owned and lost is taken from it, too.
  const { left } = takeFromOthers(owners, '', change);
  const out = new Map(withoutEmpty(left));
  const own = union(change.modified, change.added);
  if (isEmptySet(own)) return out;
  const id = idOf(actor);
  const stripped = stripUnowned(own);
  const before = out.get(id);
  if (isEmptySet(stripped)) return out;
  // The API server forgets the time of what came by a Scale.
  const time = actor.subresource === 'scale' ? {} : { time: now };
  out.set(id, { ...actor, ...time, set: before === undefined ? stripped : union(stripped, before.set) });
  return out;
}

/** The managed fields that a client sent with an object count, if they make sense; those of a part do not. */
function ownersBefore({ old, object, subresource }: UpdateInput): Owners {
  const stored = readOwners(old?.metadata.managedFields) ?? new Map<string, Owner>();
  if (subresource !== undefined && subresource !== '') return stored;
  const sent: unknown = fieldOf(object.metadata, 'managedFields');
  if (isReset(sent)) return new Map();
  const owners = readOwners(sent);
  return owners === undefined || owners.size === 0 ? stored : owners;
}

/** Undefined where items of the object cannot be told apart: then the server forgets all owners, and validation refuses the object. */
function compareOrForget(
  { resource, subresource, object }: UpdateInput,
  before: unknown,
): Comparison | undefined {
  try {
    return compareOwned(resource, subresource, before, withoutManagedFields(object));
  } catch (error) {
    if (error instanceof ItemFailure) return undefined;
    throw error;
  }
}

/**
 * The managed fields after a create or an update: the manager owns what it added or changed, and nobody else does.
 * An object whose owners were forgotten stays without until somebody applies it.
 * Source: Kubernetes documentation, "Server-Side Apply", field management.
 */
export function trackUpdate(input: UpdateInput): readonly ManagedFields[] {
  const { resource, old, manager, now, subresource } = input;
  const type = typeOfResource(resource);
  const owners = ownersBefore(input);
  if (type === undefined || (owners.size === 0 && old !== undefined)) return [];
  const before = old === undefined ? blankObject(resource, type) : withoutManagedFields(old);
  const change = compareOrForget(input, before);
  if (change === undefined) return [];
  const actor = actingOwner(resource, manager, 'Update', subresource);
  return writeOwners(capUpdaters(updateOwners(owners, actor, change, now)));
}
