// One cell of the table: what is shown and how it sorts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../../src-renderer/views/resources/cell.ts';
import {
  cellText,
  compareKeys,
  compareNatural,
  parseDuration,
  sortKey,
} from '../../../../src-renderer/views/resources/cell.ts';

describe('parseDuration', () => {
  it.each([
    ['45s', 45],
    ['5d3h', 5 * 86_400 + 3 * 3_600],
    ['2y11d', 2 * 31_536_000 + 11 * 86_400],
    ['3m12s', 192],
    ['1.5s', 1.5],
    ['250ms', 0.25],
    ['', undefined],
    ['5', undefined],
    ['5 d', undefined],
    ['d5', undefined],
    ['-5s', undefined],
    ['5days', undefined],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});

describe('cellText', () => {
  it.each<[Cell | undefined, string]>([
    [null, ''],
    [undefined, ''],
    [0, '0'],
    [false, 'false'],
    ['<none>', 'none'],
    ['<unknown>', 'unknown'],
    ['<b>', '<b>'],
    ['7 (3m ago)', '7'],
    ['7 (an hour late)', '7 (an hour late)'],
  ])('%o', (cell, text) => {
    expect(cellText(cell)).toBe(text);
  });
});

/** The cells in the order that sorting gives them. */
function sorted(cells: readonly Cell[], type = 'string', descending = false): Cell[] {
  return cells.toSorted((a, b) => compareKeys(sortKey(a, type), sortKey(b, type), descending));
}

describe('sorting of cells', () => {
  it.each<[string, Cell[], Cell[]]>([
    ['numbers', [10, 9, null, -1], [-1, 9, 10, null]],
    ['numbers in text', ['10', '9', '<none>', '-1'], ['-1', '9', '10', '<none>']],
    ['restarts', ['12 (3m ago)', '7', '100 (2d ago)'], ['7', '12 (3m ago)', '100 (2d ago)']],
    ['ratios', ['3/3', '0/3', '1/10', '2/3'], ['0/3', '1/10', '2/3', '3/3']],
    ['durations', ['3h', '45s', '5d3h', '3m12s'], ['45s', '3m12s', '3h', '5d3h']],
    ['percentages', ['100%', '9%', '20%'], ['9%', '20%', '100%']],
    ['names with numbers', ['w10', 'w2', 'W1'], ['W1', 'w2', 'w10']],
    ['booleans', [true, false], [false, true]],
    ['mixed', ['text', '5', null], ['5', 'text', null]],
  ])('%s', (_, cells, order) => {
    expect(sorted(cells)).toEqual(order);
  });

  it('sorts dates by time', () => {
    const cells = ['2026-11-20T10:00:00Z', '2026-11-20T09:00:00Z', '2026-11-20T10:30:00+02:00'];
    expect(sorted(cells, 'date')).toEqual([cells[2], cells[1], cells[0]]);
  });

  it('keeps missing cells last in both directions', () => {
    expect(sorted([1, null, 2], 'integer', true)).toEqual([2, 1, null]);
    expect(sorted([1, null, 2], 'integer', false)).toEqual([1, 2, null]);
  });

  it('is a consistent order for any cells', () => {
    const cell = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.string(),
      fc.constantFrom('<none>', '1/3', '5d', '7 (3m ago)', '10%', 'w10', '2026-11-20T10:00:00Z', '-0'),
    );
    fc.assert(
      fc.property(cell, cell, cell, fc.boolean(), (a, b, c, descending) => {
        const compare = (x: Cell, y: Cell) =>
          Math.sign(compareKeys(sortKey(x, 'string'), sortKey(y, 'string'), descending));
        expect(compare(a, b) === -compare(b, a)).toBe(true);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('tells different names apart', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(compareNatural(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
