// The access matrix: marks, runs of equal neighbours, moving, and what is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellsOf,
  COLUMNS,
  deniedKinds,
  describeLoss,
  linesOf,
  movePlace,
  settlePlace,
} from '../../../../src-renderer/views/access/matrix.ts';
import { isName } from '../../../../src-renderer/views/access/names.ts';
import { describeCell, describeFix, nameSubject } from '../../../../src-renderer/views/access/words.ts';
import { fix, review, row, ROWS } from '../../harness/access-data.ts';

const input = { fabric: 'f', subject: { of: 'me' as const } };

describe('cells', () => {
  it.each([
    ['dddnnn', ['denied', 'denied', 'denied', 'no', 'no', 'no'], [3, 0, 0, 1, 1, 1]],
    ['yddnyn', ['allowed', 'denied', 'denied', 'no', 'allowed', 'no'], [1, 2, 0, 1, 1, 1]],
    ['ppp...', ['partly', 'partly', 'partly', 'none', 'none', 'none'], [3, 0, 0, 1, 1, 1]],
    ['dpu...', ['denied', 'partly', 'unknown', 'none', 'none', 'none'], [1, 1, 1, 1, 1, 1]],
    ['......', ['none', 'none', 'none', 'none', 'none', 'none'], [1, 1, 1, 1, 1, 1]],
  ])('%s', (letters, marks, runs) => {
    const cells = cellsOf(row('', 'pods', letters));
    expect(cells.map((cell) => cell.mark)).toEqual(marks);
    expect(cells.map((cell) => cell.run)).toEqual(runs);
  });

  it('draws each cell exactly once, alone or within a run', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('y', 'd', 'n', 'p', 'u', '.'), { minLength: 6, maxLength: 6 }),
        (letters) => {
          const runs = cellsOf(row('', 'pods', letters.join(''))).map((cell) => cell.run);
          expect(runs.reduce((sum, run) => sum + run, 0)).toBe(6);
        },
      ),
    );
  });

  it('names each cell for assistive technology', () => {
    expect(cellsOf(row('', 'pods', 'ydn.pu')).map(describeCell)).toEqual([
      'get: allowed',
      'list: denied and needed',
      'watch: not allowed, not needed',
      'create: does not apply',
      'patch: partly allowed',
      'delete: cannot tell',
    ]);
  });
});

describe('lines', () => {
  const lines = linesOf(ROWS);
  it('puts kinds below the names of their groups', () => {
    expect(lines.filter((line) => line.kind === 'group')).toHaveLength(6);
    expect(lines[0]).toEqual({ kind: 'group', name: 'Core' });
  });

  it('moves over group names and stays within the table', () => {
    expect(movePlace(lines, { line: 1, column: 0 }, { rows: -1 })).toEqual({ line: 1, column: 0 });
    expect(movePlace(lines, { line: 7, column: 2 }, { rows: 1 })).toEqual({ line: 9, column: 2 });
    expect(movePlace(lines, { line: 9, column: 2 }, { rows: -1 })).toEqual({ line: 7, column: 2 });
    expect(movePlace(lines, { line: 1, column: 0 }, { rows: lines.length }).line).toBe(lines.length - 1);
    expect(movePlace(lines, { line: 1, column: 3 }, { columns: -9 }).column).toBe(0);
    expect(movePlace(lines, { line: 1, column: 3 }, { columns: 9 }).column).toBe(COLUMNS - 1);
  });

  it('settles on a kind when rows went', () => {
    expect(settlePlace(lines, { line: 999, column: 1 })).toEqual({ line: lines.length - 1, column: 1 });
    expect(settlePlace(lines, { line: 0, column: 1 })).toEqual({ line: 1, column: 1 });
    expect(settlePlace([], { line: 4, column: 1 }).line).toBe(0);
  });
});

it('counts what is denied and what that costs', () => {
  expect(deniedKinds(ROWS)).toBe(4);
  expect(describeLoss(review(input))).toBe('4 denied kinds switch off 9 of 141 checks');
  expect(describeLoss(review(input, { incomplete: true }))).toContain('as far as the server tells');
  expect(
    describeLoss(review(input, { rows: [row('', 'pods', 'yyyyyy')], lost: { checks: 0, total: 141 } })),
  ).toBe('Every check may read what it needs');
  expect(
    describeLoss(review(input, { rows: [row('', 'pods', 'dyyyyy')], lost: { checks: 0, total: 141 } })),
  ).toBe('1 denied kind, no check lost');
});

it('names subjects and what a role covers', () => {
  expect(nameSubject({ of: 'me' }, review(input))).toBe('Me: oncall');
  expect(nameSubject({ of: 'me' }, null)).toBe('Me');
  expect(nameSubject({ of: 'service account', namespace: 'shop', name: 'builder' }, null)).toBe(
    'shop/builder',
  );
  expect(describeFix(fix({ fabric: 'f', purpose: 'denials' }, true))).toBe(
    'Covers 4 denials, adds no write verb',
  );
  expect(describeFix({ ...fix({ fabric: 'f', purpose: 'recover' }, true), closes: 0 })).toBe(
    'Closes no denial, adds verbs that write',
  );
});

it.each([
  ['hedgerow', true],
  ['a.b-c', true],
  ['', false],
  ['Upper', false],
  ['-x', false],
  ['x'.repeat(254), false],
  ['a/b', false],
])('knows whether %s is a name', (text, good) => {
  expect(isName(text)).toBe(good);
});
