/** YAML in which nothing breaks out, read back by a parser of YAML 1.1 and of 1.2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { writeManifests, writeYaml, type Plain } from '../../../shared/rbac/write-yaml.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('no', '1e3', '~', '', '- x', 'a: b', '\u0085x', '\u2028', '2026-01-01', '0x1f'),
);
const { value } = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
}));
/** Halves of surrogate pairs cannot be written. */
const whole = (data: unknown) =>
  JSON.parse(JSON.stringify(data).replace(/\\ud[89a-f]../gi, '\\ufffd')) as unknown;

describe('writeYaml', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(text, value, { minKeys: 1, maxKeys: 4 }), (data) => {
        const yaml = writeYaml(data);
        for (const version of ['1.1', '1.2'] as const) expect(parse(yaml, { version })).toEqual(whole(data));
        expect(yaml).toMatch(/^[\x20-\x7e\n]*$/);
      }),
    );
  });
});

describe('writeManifests', () => {
  it('keeps comments in their lines', () => {
    fc.assert(
      fc.property(fc.array(text), text, (comments, name) => {
        const yaml = writeManifests([
          { comments, object: { kind: 'A', metadata: { name } } },
          { comments, object: { kind: 'B' } },
        ]);
        const documents = parseAllDocuments(yaml, { version: '1.1' });
        expect(documents.map((each) => each.toJS() as unknown)).toEqual([
          { kind: 'A', metadata: { name: whole(name) } },
          { kind: 'B' },
        ]);
      }),
    );
  });
});
