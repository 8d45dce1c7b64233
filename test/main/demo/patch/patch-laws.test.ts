// What holds for any patch: it changes no input, twice is once, hostile names are mere names.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import { applyPatch } from '../../../../src-main/demo/patch/apply-patch.ts';
import { applyJsonPatch, JsonPatchFailure } from '../../../../src-main/demo/patch/json-patch.ts';
import { mergeInOrder } from '../../../../src-main/demo/patch/list-order.ts';
import { mergePatch } from '../../../../src-main/demo/patch/merge-patch.ts';
import { serverSideApply } from '../../../../src-main/demo/patch/server-side-apply.ts';
import { strategicMerge } from '../../../../src-main/demo/patch/strategic-merge.ts';
import { typeOfResource } from '../../../../src-main/demo/schema/field-type.ts';
import { CONFIG_MAP, POD, resourceOf } from '../schema/resources.ts';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>;
const fields = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString'), json);

const env = fc.record({ name: fc.constantFrom('A', 'B', 'C', 'D'), value: fc.constantFrom('1', '2') });
const unique = <T extends { name: string }>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { selector: ({ name }) => name, maxLength: 4 });
const container = fc.record({
  name: fc.constantFrom('x', 'y', 'z'),
  image: fc.constantFrom('i', 'j'),
  env: unique(env),
});
const spec = fc.record({
  containers: unique(container),
  nodeSelector: fc.dictionary(fc.constantFrom('k', 'l'), fc.constantFrom('1', '2')),
});

const metadata = {
  name: 'p',
  namespace: 'n',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2030-01-01T00:00:00Z',
};
const podOf = (of: unknown): StoredObject => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec: of });
const byName = (list: readonly { name: string }[]): unknown[] =>
  [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

describe('a merge patch', () => {
  test('twice is once, takes nothing from its inputs, and leaves no null', () => {
    fc.assert(
      fc.property(fields, fields, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
        expect(mergePatch(once, patch)).toEqual(once);
        for (const name of Object.keys(patch)) {
          expect(Object.hasOwn(once as object, name)).toBe(patch[name] !== null);
        }
      }),
    );
  });
});

describe('a JSON patch', () => {
  const path = fc.constantFrom(
    '/a',
    '/b',
    '/a/b',
    '/a/0',
    '/a/-',
    '/__proto__',
    '/__proto__/x',
    '/constructor/prototype/x',
    'a',
    '',
  );
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path,
    from: path,
    value: json,
  });

  test('applies as a whole or fails, changes no input and reaches no prototype', () => {
    fc.assert(
      fc.property(fields, fc.array(operation, { maxLength: 5 }), (target, operations) => {
        const before = JSON.stringify([target, operations]);
        try {
          applyJsonPatch(target, operations);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonPatchFailure);
        }
        expect(JSON.stringify([target, operations])).toBe(before);
        expect(({} as Record<string, unknown>).x).toBeUndefined();
      }),
    );
  });

  test('that copies a list twice does not make two of one', () => {
    const copied = applyJsonPatch({ a: ['x'] }, [
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/-', value: 'y' },
    ]);
    expect(copied).toEqual({ a: ['x'], b: ['x', 'y'] });
  });

  test('that does more than 10,000 things is too large', () => {
    const body = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '', value: {} }));
    const input = { resource: POD, current: podOf({}), type: 'json', body } as const;
    expect(() => applyPatch(input)).toThrow(
      'The allowed maximum operations in a JSON patch is 10000, got 10001',
    );
  });
});

describe('a patch without end', () => {
  const body = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as object;

  test.each(['merge', 'strategic', 'json'] as const)('is refused as a %s patch', (type) => {
    const input = {
      resource: POD,
      current: podOf({}),
      type,
      body: type === 'json' ? [{ value: body }] : body,
    };
    expect(() => applyPatch(input)).toThrow('error decoding patch: exceeded max depth');
  });

  test('is refused when applied', () => {
    const applied = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: body } as DraftObject;
    const input = { resource: POD, current: undefined, applied, manager: 'm', force: false, now: '' };
    expect(() => serverSideApply(input)).toThrow('exceeded max depth');
  });
});

describe('a strategic merge patch', () => {
  const type = typeOfResource(POD);

  test('twice is once, and changes no input', () => {
    fc.assert(
      fc.property(spec, spec, (live, patch) => {
        const before = JSON.stringify([live, patch]);
        const once = strategicMerge({ spec: live }, { spec: patch }, type);
        expect(strategicMerge(once, { spec: patch }, type)).toEqual(once);
        expect(JSON.stringify([live, patch])).toBe(before);
      }),
    );
  });

  test('merges items by name: all of both are there, once', () => {
    fc.assert(
      fc.property(spec, spec, (live, patch) => {
        const { containers } = strategicMerge({ spec: live }, { spec: patch }, type).spec as typeof live;
        const names = new Set([...live.containers, ...patch.containers].map(({ name }) => name));
        expect(containers.map(({ name }) => name).sort()).toEqual([...names].sort());
        for (const { name, image } of patch.containers) {
          expect(containers.find((each) => each.name === name)?.image).toBe(image);
        }
      }),
    );
  });

  test('is refused for custom resources', () => {
    const resource = resourceOf('stable.example.com', 'v1', 'Widget', { schema: { type: 'object' } });
    expect(() => applyPatch({ resource, current: podOf({}), type: 'strategic', body: {} })).toThrow(
      expect.objectContaining({ status: expect.objectContaining({ code: 415 }) as unknown }) as Error,
    );
  });
});

describe('the order of a merged list', () => {
  const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));

  test('is the order asked for, and the old one among the others', () => {
    fc.assert(
      fc.property(list, list, list, (items, order, before) => {
        const sorted = mergeInOrder(items, order, before, undefined);
        expect([...sorted].sort()).toEqual([...items].sort());
        const asked = order.filter((each) => items.includes(each));
        expect(sorted.filter((each) => order.includes(each))).toEqual(asked);
        const others = before.filter((each) => items.includes(each) && !order.includes(each));
        expect(sorted.filter((each) => others.includes(each))).toEqual(others);
      }),
    );
  });
});

describe('server-side apply', () => {
  const apply = (
    current: StoredObject | undefined,
    of: unknown,
    manager: string,
    force = true,
  ): StoredObject => {
    const applied: DraftObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: of };
    const now = '2030-01-01T00:00:00Z';
    return serverSideApply({ resource: POD, current, applied, manager, force, now }) as StoredObject;
  };

  test('of the same twice changes nothing the second time', () => {
    fc.assert(
      fc.property(spec, spec, (live, applied) => {
        const once = apply(podOf(live), applied, 'one');
        expect(apply(once, applied, 'one')).toEqual(once);
      }),
    );
  });

  test('of an object created and applied empty leaves nothing of it', () => {
    fc.assert(
      fc.property(spec, (applied) => {
        const emptied = apply(apply(undefined, applied, 'one'), undefined, 'one');
        expect(emptied.spec ?? {}).toEqual(
          expect.not.objectContaining({ nodeSelector: expect.anything() as unknown }),
        );
        expect((emptied.spec as { containers?: unknown[] } | undefined)?.containers ?? []).toEqual([]);
      }),
    );
  });

  test('of two managers keeps what either applies, and only that', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const both = apply(apply(undefined, first, 'one'), second, 'two');
        const { containers = [] } = both.spec as Partial<typeof first>;
        const names = new Set([...first.containers, ...second.containers].map(({ name }) => name));
        expect(byName(containers).map((each) => (each as { name: string }).name)).toEqual([...names].sort());
      }),
    );
  });

  test('takes hostile names for names', () => {
    const data = JSON.parse('{"__proto__":"x","constructor":"y"}') as unknown;
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data } as DraftObject;
    const now = '2030-01-01T00:00:00Z';
    const made = serverSideApply({
      resource: CONFIG_MAP,
      current: undefined,
      applied,
      manager: 'm',
      force: false,
      now,
    });
    expect(Object.keys(made.data as object).sort()).toEqual(['__proto__', 'constructor']);
    expect(JSON.stringify(made.metadata?.managedFields?.[0]?.fieldsV1)).toBe(
      '{"f:data":{"f:__proto__":{},"f:constructor":{}}}',
    );
  });
});
