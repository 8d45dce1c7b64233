// ConfigMaps and entries of managed fields, for tests of who owns what.
import type { JsonObject, ManagedFields, StoredObject } from '../../../../src-main/demo/model.ts';

export const T1 = '2030-01-01T00:00:01Z';
export const T2 = '2030-01-01T00:00:02Z';

interface Options {
  readonly managedFields?: readonly unknown[];
  readonly labels?: Record<string, string>;
}

/** A ConfigMap as it is stored. */
export function configMap(
  data: Record<string, string> | undefined,
  { managedFields, labels }: Options = {},
): StoredObject {
  const metadata = {
    name: 'c',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: T1,
    ...(labels === undefined ? {} : { labels }),
    ...(managedFields === undefined ? {} : { managedFields: managedFields as readonly ManagedFields[] }),
  };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...(data === undefined ? {} : { data }) };
}

/** An entry of managed fields, of an update at T1. */
export function entry(
  manager: string,
  fieldsV1: JsonObject,
  rest: Partial<ManagedFields> = {},
): ManagedFields {
  const base = {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: T1,
    fieldsType: 'FieldsV1',
    fieldsV1,
  } as const;
  return { ...base, ...rest };
}

/** The fields of a ConfigMap's data; `.` is the data itself. */
export const data = (...names: string[]): JsonObject => ({
  'f:data': Object.fromEntries(names.map((name) => [name === '.' ? '.' : `f:${name}`, {}])),
});
