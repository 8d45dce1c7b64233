/** Sharing of equal parts changes nothing but identity. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share } from '../../../src-main/store/share.ts';

const value = fc.jsonValue({ maxDepth: 5 });
const fields = fc.dictionary(
  fc.oneof(fc.constantFrom('a', 'b', 'spec', '__proto__', 'constructor'), fc.string()),
  value,
  { maxKeys: 6 },
);

describe('share', () => {
  it('never changes the content', () => {
    fc.assert(
      fc.property(fields, fields, (next, sample) => {
        const text = JSON.stringify(next);
        const before = JSON.stringify(sample);
        expect(JSON.stringify(share(JSON.parse(text), JSON.parse(before)))).toBe(text);
        const kept = JSON.parse(before) as object;
        share(JSON.parse(text), kept);
        expect(JSON.stringify(kept)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('answers the sample itself where all is equal, whatever the order of the fields', () => {
    const sample = {
      spec: { containers: [{ name: 'main', image: 'registry/app:1' }] },
      status: { ready: true },
    };
    expect(share(structuredClone(sample), sample)).toBe(sample);
    expect(share({ status: { ready: true }, spec: structuredClone(sample.spec) }, sample)).toBe(sample);
  });

  it('takes over equal parts beside different ones', () => {
    const sample = { spec: { containers: [{ name: 'main' }] }, status: { ready: true } };
    const next = { spec: { containers: [{ name: 'main' }] }, status: { ready: false } };
    expect(share(next, sample)).toBe(next);
    expect(next.spec).toBe(sample.spec);
    expect(next.status).toEqual({ ready: false });
  });

  it.each([
    ['a field more in the sample', { a: 1 }, { a: 1, b: 2 }],
    ['a field more in the new one', { a: 1, b: 2 }, { a: 1 }],
    ['an undefined field against none', { a: undefined }, {}],
    ['a list against an object', { a: [] }, { a: {} }],
    ['a longer list', { a: [1] }, { a: [1, 2] }],
    ['null against an object', { a: null }, { a: {} }],
    ['a name of the prototype', { constructor: {} }, {}],
  ])('keeps apart %s', (_name, next: object, sample: object) => {
    expect(share(next, sample)).toBe(next);
  });

  it('survives nesting without end', () => {
    const deep = (): object => JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as object;
    expect(() => share(deep(), deep())).not.toThrow();
  });
});
