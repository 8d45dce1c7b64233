// The order of rows by any column, ill ones first by default.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row, RowColumn } from '../../../../shared/ipc.ts';
import type { Severity } from '../../../../shared/model/finding.ts';
import type { SortBy } from '../../../../src-renderer/views/resources/order.ts';
import { compareRows, DEFAULT_SORT, holdOrder } from '../../../../src-renderer/views/resources/order.ts';

const COLUMNS: readonly RowColumn[] = [{ name: 'Restarts', type: 'string', description: '', priority: 0 }];

function row(name: string, restarts: string | null, created?: number, namespace = 'shop'): Row {
  return {
    uid: `${namespace}/${name}`,
    name,
    namespace,
    deleting: false,
    cells: [restarts],
    ...(created === undefined ? {} : { created }),
  };
}

const ROWS = [
  row('web-10', '3 (2m ago)', 300),
  row('web-2', '12', 100),
  row('api', null),
  row('web-2', '0', 200, 'lab'),
];
const SEVERITY: Readonly<Record<string, Severity>> = { 'lab/web-2': 'critical', 'shop/web-10': 'low' };
const CONTEXT = {
  columns: COLUMNS,
  now: 1000,
  arrivedOf: () => undefined,
  severityOf: (uid: string) => SEVERITY[uid],
};

describe('compareRows', () => {
  it.each<[string, SortBy, string[]]>([
    ['ill first, then by name', DEFAULT_SORT, ['lab/web-2', 'shop/web-10', 'shop/api', 'shop/web-2']],
    [
      'health turned round',
      { field: 'health', descending: true },
      ['shop/api', 'shop/web-2', 'shop/web-10', 'lab/web-2'],
    ],
    ['name', { field: 'name', descending: false }, ['shop/api', 'lab/web-2', 'shop/web-2', 'shop/web-10']],
    [
      'namespace',
      { field: 'namespace', descending: false },
      ['lab/web-2', 'shop/api', 'shop/web-2', 'shop/web-10'],
    ],
    ['restarts', { field: 0, descending: false }, ['lab/web-2', 'shop/web-10', 'shop/web-2', 'shop/api']],
    [
      'restarts, most first',
      { field: 0, descending: true },
      ['shop/web-2', 'shop/web-10', 'lab/web-2', 'shop/api'],
    ],
    [
      'age, youngest first',
      { field: 'age', descending: false },
      ['shop/web-10', 'lab/web-2', 'shop/web-2', 'shop/api'],
    ],
    [
      'age, oldest first',
      { field: 'age', descending: true },
      ['shop/web-2', 'lab/web-2', 'shop/web-10', 'shop/api'],
    ],
  ])('%s', (_, sort, uids) => {
    expect(ROWS.toSorted(compareRows(sort, CONTEXT)).map(({ uid }) => uid)).toEqual(uids);
  });

  it('gives the same order whatever the order before', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(ROWS, { minLength: ROWS.length }),
        fc.constantFrom<SortBy['field']>('health', 'name', 'age', 0),
        (rows, field) => {
          const compare = compareRows({ field, descending: false }, CONTEXT);
          expect(rows.toSorted(compare)).toEqual(ROWS.toSorted(compare));
        },
      ),
    );
  });
});

describe('holdOrder', () => {
  it.each([
    [['a', 'b', 'c'], ['a', 'b', 'c'], 0, false],
    [['a', 'b', 'c'], ['b', 'a', 'c'], 0, true],
    [['a', 'b', 'c'], ['a', 'c'], 0, false],
    [['a', 'b'], ['n', 'a', 'b', 'm'], 2, false],
    [['a', 'b', 'c'], ['c', 'a', 'n'], 1, true],
    [[], ['a'], 1, false],
  ])('%o then %o', (shown, ideal, fresh, moved) => {
    expect(holdOrder(shown, ideal)).toEqual({ order: shown, fresh, moved });
  });

  it('never moves a row that is shown', () => {
    const uids = fc.uniqueArray(fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(uids, uids, (shown, ideal) => {
        const held = holdOrder(shown, ideal);
        expect(held.order).toEqual(shown);
        expect(held.fresh).toBe(ideal.filter((uid) => !shown.includes(uid)).length);
      }),
    );
  });
});
