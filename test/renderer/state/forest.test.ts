// From ranked findings to root causes with their effects.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildForest, filterForest, groupBySeverity, idsOf } from '../../../src-renderer/state/forest.ts';
import { linkFindings, makeFinding } from '../make-finding.ts';

describe('buildForest', () => {
  it('hangs effects below their causes at any depth, in rank order', () => {
    const byId = linkFindings(
      makeFinding('node'),
      makeFinding('pod', { rootCause: 'node' }),
      makeFinding('service', { rootCause: 'pod' }),
      makeFinding('job', { rootCause: 'node' }),
      makeFinding('other'),
    );
    const forest = buildForest(['node', 'other', 'job', 'pod', 'service'], byId);
    expect(forest.roots.map((root) => [root.id, root.below])).toEqual([
      ['node', 3],
      ['other', 0],
    ]);
    expect(forest.roots[0]?.children.map((child) => child.id)).toEqual(['job', 'pod']);
    expect(forest.symptoms).toBe(3);
  });

  it('makes a root of a finding whose cause is not there, and of one that names itself', () => {
    const byId = linkFindings(makeFinding('a', { rootCause: 'gone' }), makeFinding('b', { rootCause: 'b' }));
    expect(buildForest(['a', 'b'], byId).roots.map((root) => root.id)).toEqual(['a', 'b']);
  });

  it('keeps a circle of causes on screen, once', () => {
    const byId = linkFindings(makeFinding('a', { rootCause: 'b' }), makeFinding('b', { rootCause: 'a' }));
    expect(idsOf(buildForest(['a', 'b'], byId).roots)).toEqual(['a', 'b']);
  });

  it('loses nothing and doubles nothing, whatever the causes', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.constantFrom(...names)), { minLength: 6, maxLength: 6 }),
        (causes) => {
          const byId = linkFindings(
            ...names.map((id, index) => makeFinding(id, { rootCause: causes[index] ?? null })),
          );
          const forest = buildForest(names, byId);
          expect(idsOf(forest.roots).toSorted()).toEqual(names);
          expect(forest.symptoms + forest.roots.length).toBe(names.length);
        },
      ),
    );
  });

  it('ignores ids in the order that it does not know', () => {
    expect(buildForest(['x'], new Map()).roots).toEqual([]);
  });
});

it('groups by severity, worst first, and leaves empty groups out', () => {
  const byId = linkFindings(
    makeFinding('l', { severity: 'low' }),
    makeFinding('c1', { severity: 'critical' }),
    makeFinding('c2', { severity: 'critical' }),
  );
  const groups = groupBySeverity(buildForest(['l', 'c1', 'c2'], byId).roots);
  expect(groups.map((group) => [group.severity, group.roots.map((root) => root.id)])).toEqual([
    ['critical', ['c1', 'c2']],
    ['low', ['l']],
  ]);
});

it('keeps a root with all its effects where one of them matches', () => {
  const byId = linkFindings(makeFinding('a'), makeFinding('b', { rootCause: 'a' }), makeFinding('c'));
  const forest = filterForest(buildForest(['a', 'b', 'c'], byId), (id) => id === 'b');
  expect(idsOf(forest.roots)).toEqual(['a', 'b']);
  expect(forest.symptoms).toBe(1);
});
