// Owners of fields after creates and updates, and the sets of fields that they own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ManagedFields, StoredObject } from '../../../../src-main/demo/model.ts';
import {
  difference,
  intersection,
  isEmptySet,
  pathsOf,
  printPath,
  readFields,
  setOf,
  union,
  writeFields,
} from '../../../../src-main/demo/patch/field-set.ts';
import { trackUpdate } from '../../../../src-main/demo/patch/managed-fields.ts';
import { CONFIG_MAP, DEPLOYMENT } from '../schema/resources.ts';
import { configMap, data, entry, T2 } from './owned-objects.ts';

function update(
  old: StoredObject | undefined,
  object: StoredObject,
  manager: string,
  now = T2,
): readonly ManagedFields[] {
  return trackUpdate({ resource: CONFIG_MAP, old, object, manager, now });
}

describe('after a create', () => {
  const { live } = JSON.parse(readFileSync(join(import.meta.dirname, 'patches.json'), 'utf8')) as {
    live: [StoredObject, StoredObject];
  };

  test.each([
    ['ConfigMap', live[0], CONFIG_MAP],
    ['Deployment', live[1], DEPLOYMENT],
  ])('the creator of a %s owns what the real server says', (_kind, object, resource) => {
    const owned = object.metadata.managedFields?.find(({ manager }) => manager === 'maker');
    const { 'deployment.kubernetes.io/revision': _, ...annotations } = object.metadata.annotations ?? {};
    const { managedFields: __, annotations: ___, ...metadata } = object.metadata;
    const created = {
      ...object,
      metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    };
    const input = { resource, old: undefined, object: created, manager: 'maker', now: owned?.time ?? '' };
    expect(trackUpdate(input)).toEqual([owned]);
  });
});

describe('after an update', () => {
  const first = configMap({ a: '1', b: '2' }, { managedFields: [entry('one', data('.', 'a', 'b'))] });

  test('who changes or adds a field owns it, alone', () => {
    expect(update(first, configMap({ a: '9', b: '2', c: '3' }), 'two')).toEqual([
      entry('one', data('.', 'b')),
      entry('two', data('a', 'c'), { time: T2 }),
    ]);
  });

  test('a field that is gone has no owner, and a manager without fields no entry', () => {
    expect(update(first, configMap({ b: '2' }), 'two')).toEqual([entry('one', data('.', 'b'))]);
    expect(update(first, configMap(undefined), 'two')).toEqual([]);
  });

  test('without a change nothing changes, not even the time', () => {
    expect(update(first, configMap({ a: '1', b: '2' }), 'one')).toEqual(first.metadata.managedFields);
    expect(update(first, configMap({ b: '2', a: '1' }), 'two')).toEqual(first.metadata.managedFields);
  });

  test('what a manager owned before and owns now is one entry with the new time', () => {
    expect(update(first, configMap({ a: '9', b: '2' }), 'one')).toEqual([
      entry('one', data('.', 'a', 'b'), { time: T2 }),
    ]);
  });

  test('through the status, the spec is not owned, and the entry names the subresource', () => {
    const deployment = (spec: object, status: object): StoredObject => ({
      ...configMap(undefined, { managedFields: [entry('one', { 'f:spec': { 'f:replicas': {} } })] }),
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec,
      status,
    });
    const [old, object] = [deployment({ replicas: 1 }, {}), deployment({ replicas: 2 }, { replicas: 1 })];
    const input = { resource: DEPLOYMENT, old, object, manager: 'kcm', now: T2, subresource: 'status' };
    expect(trackUpdate(input).at(-1)).toEqual(
      entry(
        'kcm',
        { 'f:status': { 'f:replicas': {} } },
        { apiVersion: 'apps/v1', time: T2, subresource: 'status' },
      ),
    );
  });

  test('an object whose owners were forgotten stays without, and so does one that asks for it', () => {
    expect(update(configMap({ a: '1' }), configMap({ a: '2' }), 'two')).toEqual([]);
    expect(update(first, configMap({ a: '1', b: '2' }, { managedFields: [] }), 'two')).toEqual([]);
    expect(update(first, configMap({ a: '1', b: '2' }, { managedFields: [{}] }), 'two')).toEqual([]);
  });

  test('entries that a client sends count, unless they make no sense', () => {
    const sent = [entry('other', data('a'))];
    expect(update(first, configMap({ a: '1', b: '2' }, { managedFields: sent }), 'two')).toEqual(sent);
    for (const broken of [
      { fieldsType: 'FieldsV2' },
      { operation: 'X' },
      { apiVersion: '' },
      { fieldsV1: { x: 5 } },
    ]) {
      const managedFields = [{ ...entry('other', data('a')), ...broken }];
      expect(update(first, configMap({ a: '1', b: '2' }, { managedFields }), 'two')).toEqual(
        first.metadata.managedFields,
      );
    }
  });

  test('of the eleventh updater the two oldest become one', () => {
    const names = Array.from({ length: 10 }, (_, index) => `k${String(index)}`);
    const managedFields = names.map((name, index) =>
      entry(`m${String(index)}`, data(name), { time: `2030-01-01T00:00:0${String(index)}Z` }),
    );
    const old = configMap(Object.fromEntries(names.map((name) => [name, '1'])), { managedFields });
    const after = update(
      old,
      configMap({ ...(old.data as Record<string, string>), z: '1' }),
      'new',
      '2030-01-01T00:01:00Z',
    );
    expect(after).toHaveLength(10);
    expect(after[0]).toEqual(entry('ancient-changes', data('k0', 'k1'), { time: '2030-01-01T00:00:01Z' }));
    expect(after.at(-1)?.manager).toBe('new');
  });
});

describe('a set of fields', () => {
  const element = fc.constantFrom('f:a', 'f:b', 'f:__proto__', 'k:{"name":"x"}', 'v:"y"', 'i:0');
  const set = fc
    .array(fc.array(element, { minLength: 1, maxLength: 3 }), { maxLength: 6 })
    .map((paths) => setOf(...paths));

  test('is read as it was written', () => {
    fc.assert(
      fc.property(set, (fields) => {
        const written = JSON.parse(JSON.stringify(writeFields(fields))) as unknown;
        expect(pathsOf(readFields(written) ?? setOf())).toEqual(pathsOf(fields));
      }),
    );
  });

  test('keeps the laws of sets', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(isEmptySet(difference(a, a))).toBe(true);
        expect(pathsOf(union(a, b))).toEqual(pathsOf(union(b, a)));
        expect(pathsOf(intersection(a, b))).toEqual(pathsOf(intersection(b, a)));
        expect(pathsOf(union(difference(a, b), intersection(a, b)))).toEqual(pathsOf(a));
      }),
    );
  });

  test('prints its paths as conflicts name them, whatever the spelling of keys', () => {
    const fields = readFields({
      'f:spec': { 'f:ports': { 'k:{"protocol": "TCP", "port": 80}': { 'f:name': {} } } },
    });
    expect(pathsOf(fields ?? setOf()).map(printPath)).toEqual(['.spec.ports[port=80,protocol="TCP"].name']);
  });
});
