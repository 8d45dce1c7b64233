// The smallest change from one text to another, which keeps the place in an open YAML.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimalChange } from '../../../../src-renderer/views/resources/text-change.ts';

/** The text after the change. */
function apply(before: string, after: string): string {
  const change = minimalChange(before, after);
  return change ? before.slice(0, change.from) + change.insert + before.slice(change.to) : before;
}

describe('minimalChange', () => {
  it.each([
    ['a: 1\nb: 2\n', 'a: 1\nb: 2\n', undefined],
    ['a: 1\nb: 2\n', 'a: 1\nb: 3\n', { from: 8, to: 9, insert: '3' }],
    ['aa', 'aaa', { from: 2, to: 2, insert: 'a' }],
    ['', 'x', { from: 0, to: 0, insert: 'x' }],
    ['x', '', { from: 0, to: 1, insert: '' }],
    ['😀', '😁', { from: 0, to: 2, insert: '😁' }],
  ])('%o to %o', (before, after, change) => {
    expect(minimalChange(before, after)).toEqual(change);
  });

  it('turns any text into any other', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁') });
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(apply(before, after)).toBe(after);
      }),
      { numRuns: 1000 },
    );
  });

  it('never splits a pair of surrogates', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '😀', '😁', '🤀') });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
        expect(lone.test(minimalChange(before, after)?.insert ?? '')).toBe(false);
      }),
    );
  });
});
