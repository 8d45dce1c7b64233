// The rows of the triage list, and moving among them.
import { expect, it } from 'vitest';
import { buildForest } from '../../../../src-renderer/state/forest.ts';
import { listRows, optionFrom } from '../../../../src-renderer/views/triage/rows.ts';
import { linkFindings, makeFinding } from '../../make-finding.ts';

const effects = (count: number) =>
  Array.from({ length: count }, (_, number) => makeFinding(`e${String(number)}`, { rootCause: 'root' }));
const none = { unfolded: new Set<string>(), all: new Set<string>() };

function forest(count: number) {
  const byId = linkFindings(
    makeFinding('root', { severity: 'critical' }),
    ...effects(count),
    makeFinding('low', { severity: 'low' }),
  );
  return buildForest([...byId.keys()], byId).roots;
}
const keys = (rows: readonly { key: string }[]) => rows.map((row) => row.key);

it('draws headings and folded roots', () => {
  expect(keys(listRows(forest(2), none))).toEqual(['group:critical', 'root', 'group:low', 'low']);
});

it('unfolds up to four effects, and counts the rest beyond', () => {
  const unfolded = new Set(['root']);
  expect(keys(listRows(forest(4), { ...none, unfolded }))).toEqual([
    'group:critical',
    'root',
    'e0',
    'e1',
    'e2',
    'e3',
    'group:low',
    'low',
  ]);
  const rows = listRows(forest(6), { ...none, unfolded });
  expect(keys(rows)).toEqual(['group:critical', 'root', 'e0', 'e1', 'e2', 'more:root', 'group:low', 'low']);
  expect(rows[5]).toMatchObject({ count: 3 });
  expect(listRows(forest(6), { unfolded, all: unfolded })).toHaveLength(10);
});

it('nests effects of effects', () => {
  const byId = linkFindings(
    makeFinding('a'),
    makeFinding('b', { rootCause: 'a' }),
    makeFinding('c', { rootCause: 'b' }),
  );
  const rows = listRows(buildForest(['a', 'b', 'c'], byId).roots, { ...none, unfolded: new Set(['a']) });
  expect(rows.slice(2)).toMatchObject([
    { id: 'b', depth: 1, root: 'a' },
    { id: 'c', depth: 2, root: 'a' },
  ]);
});

it('moves over headings and stops at the ends', () => {
  const rows = listRows(forest(0), none);
  expect(optionFrom(rows, 'root', 1)?.key).toBe('low');
  expect(optionFrom(rows, 'low', 1)?.key).toBe('low');
  expect(optionFrom(rows, 'low', -Infinity)?.key).toBe('root');
  expect(optionFrom(rows, 'gone', 1)?.key).toBe('root');
  expect(optionFrom(rows, null, -1)?.key).toBe('low');
  expect(optionFrom([], null, 1)).toBeUndefined();
});
