/** The managers of an object's fields: read from and written to `metadata.managedFields`. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import { apiVersionOf, type ManagedFields, type Resource } from '../model.ts';
import { fieldOf } from '../schema/json-object.ts';
import { EMPTY_SET, isEmptySet, readFields, union, writeFields, type FieldSet } from './field-set.ts';

export type Operation = 'Apply' | 'Update';

/** One manager's fields at one version. */
export interface Owner {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly set: FieldSet;
}

/** By identity: what an applier applied last replaces what it applied before, at whatever version. */
export type Owners = ReadonlyMap<string, Owner>;

// Source: `DefaultMaxUpdateManagers` of the API server.
const MAX_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

export function idOf({
  manager,
  operation,
  apiVersion,
  subresource = '',
}: Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/** The owner that a request acts as, without fields. */
export function actingOwner(
  resource: Resource,
  manager: string,
  operation: Operation,
  subresource: string | undefined,
): Owner {
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation,
    apiVersion: apiVersionOf(resource),
    ...(subresource === undefined || subresource === '' ? {} : { subresource }),
    set: EMPTY_SET,
  };
}

function text(entry: unknown, name: string): string {
  const value = fieldOf(entry, name);
  return typeof value === 'string' ? value : '';
}

function readOwner(entry: unknown): Owner | undefined {
  const operation = text(entry, 'operation');
  const set = readFields(fieldOf(entry, 'fieldsV1') ?? {});
  const apiVersion = text(entry, 'apiVersion');
  const isKnown =
    (operation === 'Apply' || operation === 'Update') && text(entry, 'fieldsType') === 'FieldsV1';
  if (!isKnown || apiVersion === '' || set === undefined) return undefined;
  const subresource = text(entry, 'subresource');
  const time = text(entry, 'time');
  return {
    manager: text(entry, 'manager'),
    operation,
    apiVersion,
    set,
    ...(subresource === '' ? {} : { subresource }),
    ...(time === '' ? {} : { time }),
  };
}

/** Reads a list of managed fields; undefined if an entry makes no sense. */
export function readOwners(list: unknown): Owners | undefined {
  const owners = new Map<string, Owner>();
  for (const entry of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    const owner = readOwner(entry);
    if (owner === undefined) return undefined;
    owners.set(idOf(owner), owner);
  }
  return owners;
}

/** A list that says: forget who owns what. */
export function isReset(list: unknown): boolean {
  if (!Array.isArray(list)) return false;
  const only: unknown = list[0];
  return list.length === 0 || (list.length === 1 && isRecord(only) && Object.keys(only).length === 0);
}

function compareOwners(a: Owner, b: Owner): number {
  const keys = (owner: Owner): string[] => [
    owner.operation,
    owner.time ?? '',
    owner.manager,
    owner.apiVersion,
    owner.subresource ?? '',
  ];
  const [left, right] = [keys(a), keys(b)];
  const differs = left.findIndex((key, index) => key !== right[index]);
  return differs < 0 ? 0 : (left[differs] ?? '') < (right[differs] ?? '') ? -1 : 1;
}

/** The list as it is stored: appliers first, then by time. */
export function writeOwners(owners: Owners): ManagedFields[] {
  return [...owners.values()].sort(compareOwners).map(
    ({ manager, operation, apiVersion, time, set, subresource }) =>
      ({
        manager,
        operation,
        apiVersion,
        ...(time === undefined ? {} : { time }),
        fieldsType: 'FieldsV1',
        fieldsV1: writeFields(set),
        ...(subresource === undefined ? {} : { subresource }),
      }) as ManagedFields,
  );
}

/** Keeps the number of updaters within bounds: the oldest of a version become one. */
export function capUpdaters(owners: Owners): Owners {
  const updaters = [...owners.values()].filter(({ operation }) => operation === 'Update').sort(compareOwners);
  let excess = updaters.length - MAX_UPDATERS;
  if (excess <= 0) return owners;
  const out = new Map(owners);
  const firstOf = new Map<string, Owner>();
  for (const owner of updaters) {
    if (excess <= 0) break;
    const first = firstOf.get(owner.apiVersion);
    if (first === undefined) {
      firstOf.set(owner.apiVersion, owner);
      continue;
    }
    const bucket: Owner = {
      manager: ANCIENT,
      operation: 'Update',
      apiVersion: owner.apiVersion,
      set: EMPTY_SET,
    };
    const merged = out.get(idOf(bucket)) ?? first;
    out.delete(idOf(first));
    out.delete(idOf(owner));
    out.set(idOf(bucket), {
      ...bucket,
      set: union(owner.set, merged.set),
      ...(owner.time === undefined ? {} : { time: owner.time }),
    });
    excess -= 1;
  }
  return out;
}

/** Without those that own nothing. */
export function withoutEmpty(owners: Owners): Owners {
  return new Map([...owners].filter(([, { set }]) => !isEmptySet(set)));
}
