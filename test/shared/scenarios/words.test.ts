/** Durations, amounts and hostile text in sentences. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clean,
  count,
  enumerate,
  formatAmount,
  formatDuration,
  formatQuantity,
  quote,
} from '../../../shared/scenarios/words.ts';

describe('formatDuration', () => {
  it.each([
    [-5, 'under 1 s'],
    [0, 'under 1 s'],
    [999, 'under 1 s'],
    [1000, '1 s'],
    [40_000, '40 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [18 * 60_000, '18 min'],
    [119 * 60_000, '119 min'],
    [3 * 3_600_000, '3 h'],
    [47 * 3_600_000, '47 h'],
    [5 * 86_400_000, '5 d'],
    [Number.NaN, 'under 1 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatAmount', () => {
  it.each([
    ['cpu', 0.25, '250m'],
    ['cpu', 1.5, '1.5'],
    ['cpu', 64, '64'],
    ['cpu', 0, '0'],
    ['memory', 64 * 1024 ** 2, '64Mi'],
    ['memory', 1.5 * 1024 ** 3, '1.5Gi'],
    ['memory', 1000, '1000'],
    ['memory', 8 * 1024 ** 4, '8Ti'],
    ['ephemeral-storage', 1024, '1Ki'],
    ['hugepages-2Mi', 4 * 1024 ** 2, '4Mi'],
    ['nvidia.com/gpu', 2, '2'],
    ['memory', Number.NaN, 'an unknown amount'],
  ])('%s %d is %s', (resource, amount, text) => {
    expect(formatAmount(resource, amount)).toBe(text);
  });

  it('shows what is no quantity as it stands', () => {
    expect(formatQuantity('memory', '128974848')).toBe('123Mi');
    expect(formatQuantity('memory', 'lots')).toBe('lots');
  });
});

describe('lists and counts', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c', 'd'], 'a, b, c and d'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c, d and 2 more'],
  ])('%j reads %j', (items, text) => {
    expect(enumerate(items)).toBe(text);
  });

  it('counts in singular and plural', () => {
    expect([count(0, 'pod'), count(1, 'pod'), count(2, 'pod'), count(2, 'entry', 'entries')]).toEqual([
      '0 pods',
      '1 pod',
      '2 pods',
      '2 entries',
    ]);
  });
});

describe('text from a cluster', () => {
  it.each([
    ['\u001b[31mred\u001b[0m alert', 'red alert'],
    ['two\nlines\tand\r\nmore', 'two lines and more'],
    ['right\u202eto left', 'right to left'],
    ['zero\u200bwidth', 'zero width'],
    ['\u001b]0;title\u0007text', 'text'],
    [undefined, ''],
    [null, ''],
    [42, ''],
    [{ toString: () => 'x' }, ''],
  ])('%j becomes %j', (value, text) => {
    expect(clean(value)).toBe(text);
  });

  it('is shortened by characters, not in the middle of one', () => {
    expect(clean('😀'.repeat(20), 5)).toBe('😀😀😀😀…');
    expect(quote('a'.repeat(10), 4)).toBe('“aaa…”');
  });

  it('never holds control characters, and never grows past its limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 1, max: 60 }),
        (text, max) => {
          const cleaned = clean(text, max);
          expect([...cleaned].length).toBeLessThanOrEqual(max);
          // eslint-disable-next-line no-control-regex -- that none is left is what is checked
          expect(cleaned).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        },
      ),
    );
  });
});
