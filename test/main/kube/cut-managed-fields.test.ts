// Cutting managedFields out of JSON text: them and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutManagedFields } from '../../../src-main/kube/cut-managed-fields.ts';

const entry = fc.record({
  manager: fc.oneof(fc.string(), fc.constant('a "quoted\\" ]}[{ manager\\\\')),
  operation: fc.constantFrom('Apply', 'Update'),
  fieldsType: fc.constant('FieldsV1'),
  fieldsV1: fc.dictionary(
    fc.oneof(fc.string(), fc.constant('k:{"name":"main"}')),
    fc.jsonValue({ maxDepth: 2 }),
  ),
});
const managedFields = fc.array(entry, { minLength: 1, maxLength: 3 });
const text = fc.oneof(fc.string(), fc.constant('"managedFields":[{"manager":"kubectl","fieldsType":"x"}]'));

describe('cutManagedFields', () => {
  it('takes out managedFields and nothing else, wherever in metadata they stand', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(managedFields, fc.dictionary(text, text), fc.dictionary(text, text)), {
          maxLength: 5,
        }),
        (objects) => {
          const item = (before: object, fields: object, after: object): object => ({
            metadata: { ...before, ...fields, ...after },
          });
          const whole = objects.map(([managed, before, after]) =>
            item(before, { managedFields: managed }, after),
          );
          // A key of its own in `before` or `after` would be no managedFields: it holds text.
          fc.pre(
            objects.every(([, before, after]) => !('managedFields' in before) && !('managedFields' in after)),
          );
          const bare = objects.map(([, before, after]) => item(before, {}, after));
          expect(JSON.parse(cutManagedFields(JSON.stringify(whole)))).toEqual(
            JSON.parse(JSON.stringify(bare)),
          );
        },
      ),
    );
  });

  it.each([
    ['a list of another kind', '{"spec":{"managedFields":[{"host":"a"}]}}'],
    ['a map', '{"managedFields":{"a":1}}'],
    ['the key as text', '{"a":"\\"managedFields\\":[{\\"fieldsType\\":1}]"}'],
    ['an empty list', '{"managedFields":[]}'],
    ['a list of another kind before a real fieldsType', '{"managedFields":[{"host":"a"}],"fieldsType":1}'],
  ])('leaves %s', (_what, json) => {
    expect(cutManagedFields(json)).toBe(json);
  });

  it('leaves text that is no JSON from where it makes no sense', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), (length) => {
        const json =
          '{"metadata":{"managedFields":[{"manager":"a\\"","fieldsType":"FieldsV1","x":{"y":[1,2]}}],"name":"n"}}';
        const cut = cutManagedFields(json.slice(0, length));
        expect(cut.length).toBeLessThanOrEqual(length);
        if (length < json.length) expect(() => JSON.parse(cut) as unknown).toThrow(SyntaxError);
      }),
    );
  });
});
