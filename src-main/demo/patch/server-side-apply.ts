/** Server-side apply: merges what a manager applies into an object, field by field. */
import { apiVersionOf, type DraftObject, type Resource, type StoredObject } from '../model.ts';
import { typeOfResource, type FieldType } from '../schema/field-type.ts';
import { fieldOf, isDeeperThan, isEqualJson, MAX_DEPTH } from '../schema/json-object.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { conflictError, withoutLastApplied } from './apply-conflicts.ts';
import { checkApplied, checkMerged } from './check-applied.ts';
import { fieldSetOf } from './compare.ts';
import { difference, EMPTY_SET, intersection, isEmptySet, union, type FieldSet } from './field-set.ts';
import { hasLastApplied, withLastApplied } from './last-applied.ts';
import {
  blankObject,
  compareOwned,
  ownable,
  stripUnowned,
  takeFromOthers,
  updateOwners,
  withoutManagedFields,
} from './managed-fields.ts';
import {
  actingOwner,
  idOf,
  readOwners,
  withoutEmpty,
  writeOwners,
  type Owner,
  type Owners,
} from './managers.ts';
import { mergeApplied, removeFields, withNamedFields } from './merge-applied.ts';

export interface ApplyInput {
  readonly resource: Resource;
  readonly current: StoredObject | undefined;
  readonly applied: DraftObject;
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  readonly subresource?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const KUBECTL = 'kubectl';
const BEFORE_APPLY = 'before-first-apply';

function checkIdentity({ resource, applied }: ApplyInput): void {
  const { apiVersion = '', kind = '' } = applied;
  if (apiVersion !== apiVersionOf(resource) || kind !== resource.kind) {
    const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
    throw badRequest(`invalid object type: ${version}, Kind=${kind}`);
  }
  if (fieldOf(applied.metadata, 'managedFields') !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
}

/** Takes out what the manager applied last time and does not apply now, unless somebody else owns it. */
function pruneUnapplied(merged: Fields, owners: Owners, last: FieldSet, type: FieldType): Fields {
  if (isEmptySet(last)) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, type);
  const fieldsOf = (value: unknown): FieldSet => named(fieldSetOf(value, type));
  const all = fieldsOf(merged);
  const without = (gone: FieldSet): Fields => (removeFields(merged, gone, type) ?? {}) as Fields;
  const owned = [...owners.values()].map(({ set }) => set).reduce(union, EMPTY_SET);
  const kept = union(fieldsOf(without(named(last))), named(owned));
  const pruned = fieldsOf(without(difference(all, kept)));
  // What goes was the manager's own.
  return without(intersection(difference(all, pruned), named(last)));
}

/** Owners of an object that was never applied: one for all that is there. */
function ownersOf(input: ApplyInput, live: Fields, blank: Fields): Owners {
  const { resource, current, now, subresource } = input;
  const owners = readOwners(current?.metadata.managedFields) ?? new Map<string, Owner>();
  if (owners.size > 0 || current === undefined) return owners;
  const change = compareOwned(resource, subresource, blank, live);
  return updateOwners(owners, actingOwner(resource, BEFORE_APPLY, 'Update', subresource), change, now);
}

interface Outcome {
  readonly object: Fields;
  readonly owners: Owners;
}

function merge(input: ApplyInput, live: Fields, owners: Owners, type: FieldType): Outcome {
  const { resource, applied, manager, subresource, now } = input;
  const actor = actingOwner(resource, manager, 'Apply', subresource);
  const id = idOf(actor);
  const before = owners.get(id);
  const set = ownable(fieldSetOf(applied, type), resource, subresource);
  const withApplied = new Map(owners).set(id, { ...actor, set });
  const merged = mergeApplied(live, applied, type) as Fields;
  const object = pruneUnapplied(merged, withApplied, before?.set ?? EMPTY_SET, type);

  const change = compareOwned(resource, subresource, live, object);
  const { left, taken } = takeFromOthers(withApplied, id, change);
  const conflicts = [...taken].flatMap(([other, fields]) => {
    const owner = owners.get(other);
    return owner === undefined ? [] : [{ owner, fields }];
  });
  const open = input.force ? [] : withoutLastApplied(conflicts, input, live, type);
  if (open.length > 0) throw conflictError(open);
  const isChanged = !isEqualJson(live, object);
  const time = isChanged ? now : before?.time;
  const result = new Map(left).set(id, {
    ...actor,
    set: stripUnowned(set),
    ...(time === undefined ? {} : { time }),
  });
  return { object, owners: withoutEmpty(result) };
}

/**
 * The object after the apply, with its managed fields. Fields that the manager applied before and leaves out now go,
 * unless others own them. Throws 400 for a body of another kind, 409 with a cause FieldManagerConflict for each field
 * that another manager owns at another value, 500 for a body that does not fit the schema.
 */
export function serverSideApply(input: ApplyInput): DraftObject {
  const { resource, current, applied, manager } = input;
  checkIdentity(input);
  if (isDeeperThan(applied, MAX_DEPTH)) throw badRequest('error decoding YAML: exceeded max depth');
  const type = typeOfResource(resource);
  if (type === undefined) throw new StatusError(415, 'UnsupportedMediaType', 'apply is not supported');
  checkApplied(resource, applied, type);
  const blank = blankObject(resource, type);
  const live = current === undefined ? blank : withoutManagedFields(current);
  const { object, owners } = merge(input, live, ownersOf(input, live, blank), type);
  checkMerged(resource, applied, object);
  const synced = manager === KUBECTL && hasLastApplied(object) ? withLastApplied(object, applied) : object;
  const metadata = { ...(synced.metadata as Fields), managedFields: writeOwners(owners) };
  return { ...synced, metadata };
}
