// Server-side apply: a run of applies as the real server answered it, conflicts, the takeover from client-side apply.
import { describe, expect, test } from 'vitest';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import { serverSideApply } from '../../../../src-main/demo/patch/server-side-apply.ts';
import { StatusError } from '../../../../src-main/demo/status-error.ts';
import { CONFIG_MAP } from '../schema/resources.ts';
import { configMap, data, entry, T1, T2 } from './owned-objects.ts';

describe('a run of applies', () => {
  interface Step {
    readonly manager: string;
    readonly force?: boolean;
    readonly applies: Record<string, string>;
    readonly data?: Record<string, string>;
    /** Fields by applier, as the real server answered; `-` before those whose time is not set. */
    readonly owners?: Record<string, string[]>;
    readonly conflict?: string;
  }

  const STEPS: readonly Step[] = [
    { manager: 'one', applies: { a: '1', b: '2' }, data: { a: '1', b: '2' }, owners: { one: ['a', 'b'] } },
    {
      manager: 'two',
      applies: { a: '1' },
      data: { a: '1', b: '2' },
      owners: { two: ['-', 'a'], one: ['a', 'b'] },
    },
    {
      manager: 'two',
      applies: { a: '2' },
      conflict: 'Apply failed with 1 conflict: conflict with "one": .data.a',
    },
    {
      manager: 'two',
      applies: { a: '2', b: '3' },
      conflict: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    },
    {
      manager: 'two',
      force: true,
      applies: { a: '2' },
      data: { a: '2', b: '2' },
      owners: { one: ['b'], two: ['a'] },
    },
    { manager: 'one', applies: { b: '2' }, data: { a: '2', b: '2' }, owners: { one: ['b'], two: ['a'] } },
    { manager: 'one', applies: {}, data: { a: '2' }, owners: { one: [], two: ['a'] } },
    { manager: 'two', applies: { a: '2' }, data: { a: '2' }, owners: { one: [], two: ['a'] } },
  ];

  test('is what the real server made of it', () => {
    let current: StoredObject | undefined;
    for (const { manager, force = false, applies, conflict, ...expected } of STEPS) {
      const applied: DraftObject = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c' },
        data: applies,
      };
      const run = (): DraftObject =>
        serverSideApply({ resource: CONFIG_MAP, current, applied, manager, force, now: T1 });
      if (conflict !== undefined) {
        expect(run).toThrow(new StatusError(409, 'Conflict', conflict).message);
        continue;
      }
      const object = run();
      const owners = object.metadata?.managedFields?.map(({ manager: name, fieldsV1, ...rest }) => {
        const fields = Object.keys(fieldsV1['f:data'] ?? {}).map((field) => field.slice(2));
        return [name, 'time' in rest ? fields : ['-', ...fields]];
      });
      expect({ data: object.data, owners: Object.fromEntries(owners ?? []) as unknown }).toEqual(expected);
      current = object as StoredObject;
    }
  });

  test('names each conflict as a cause', () => {
    const current = configMap(
      { a: '1' },
      { managedFields: [entry('edit', data('a'), { subresource: 'status' })] },
    );
    const applied: DraftObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { a: '2' },
    };
    const input = { resource: CONFIG_MAP, current, applied, manager: 'one', force: false, now: T2 };
    expect(() => serverSideApply(input)).toThrow(
      expect.objectContaining({
        status: expect.objectContaining({
          code: 409,
          reason: 'Conflict',
          details: {
            causes: [
              {
                reason: 'FieldManagerConflict',
                message: 'conflict with "edit" with subresource "status" using v1',
                field: '.data.a',
              },
            ],
          },
        }) as unknown,
      }) as Error,
    );
  });

  test('takes over from a client-side apply, and keeps its annotation true', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const last = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '1' } };
    const old = configMap(
      { a: '1' },
      { managedFields: [entry('kubectl-client-side-apply', data('.', 'a'))] },
    );
    const current = {
      ...old,
      metadata: { ...old.metadata, annotations: { [annotation]: JSON.stringify(last) } },
    };
    const applied: DraftObject = { ...last, data: { a: '2' } };
    const run = (manager: string): DraftObject =>
      serverSideApply({ resource: CONFIG_MAP, current, applied, manager, force: false, now: T2 });
    expect(() => run('other')).toThrow('conflict with "kubectl-client-side-apply" using v1: .data.a');
    const object = run('kubectl');
    expect(object.data).toEqual({ a: '2' });
    expect(object.metadata?.annotations?.[annotation]).toBe(
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"c"}}\n',
    );
  });

  test.each([
    [{ apiVersion: 'v1', kind: 'Pod' }, 400, 'invalid object type: /v1, Kind=Pod'],
    [{ kind: 'ConfigMap' }, 400, 'invalid object type: /, Kind=ConfigMap'],
    [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { managedFields: [] } },
      400,
      'metadata.managedFields must be nil',
    ],
    [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, binaryData: { a: 'x' } },
      500,
      'failed to convert new object (/c; /v1, Kind=ConfigMap) to proper version: unable to convert unstructured object to /v1, Kind=ConfigMap: error decoding from json: illegal base64 data at input byte 0',
    ],
  ])('of %j is refused', (applied, code, message) => {
    const input = { resource: CONFIG_MAP, current: undefined, applied, manager: 'm', force: false, now: T1 };
    expect(() => serverSideApply(input)).toThrow(
      expect.objectContaining({ status: expect.objectContaining({ code, message }) as unknown }) as Error,
    );
  });
});
