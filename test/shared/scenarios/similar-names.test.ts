/** Names and labels that were probably meant. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestLabels } from '../../../shared/scenarios/nearest-labels.ts';
import { editDistance, similarNames } from '../../../shared/scenarios/similar-names.ts';

describe('similarNames', () => {
  it.each([
    ['payment-config', ['payments-config', 'orders', 'kube-root-ca.crt'], ['payments-config']],
    ['app-config', ['app-config-7g8h9k2m5t', 'app-secret'], ['app-config-7g8h9k2m5t']],
    ['app-config-7g8h9k2m5t', ['app-config-22hm4t9f7c'], ['app-config-22hm4t9f7c']],
    ['db', ['dbs', 'web'], ['dbs']],
    ['web', ['wbe'], ['wbe']],
    ['web', ['api'], []],
    ['abcdefgh', ['abcdefgi', 'abcdefhi', 'abcdefgh'], ['abcdefgi', 'abcdefhi']],
    ['x', [], []],
  ])('%s among %j: %j', (wanted, names, similar) => {
    expect(similarNames(wanted, names)).toEqual(similar);
  });
});

describe('editDistance', () => {
  it('agrees with the plain definition, up to its limit', () => {
    const plain = (a: string, b: string): number => {
      if (a === '' || b === '') return a.length + b.length;
      if (a[0] === b[0]) return plain(a.slice(1), b.slice(1));
      const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
      return (
        1 +
        Math.min(
          plain(a.slice(1), b),
          plain(a, b.slice(1)),
          plain(a.slice(1), b.slice(1)),
          swapped ? plain(a.slice(2), b.slice(2)) : Infinity,
        )
      );
    };
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(Math.min(plain(a, b), limit + 1));
      }),
    );
  });
});

describe('nearestLabels', () => {
  const candidate = (name: string, labels: Record<string, string>) => ({
    ref: { apiVersion: 'v1', kind: 'Pod', name },
    labels,
  });

  it.each<
    [
      what: string,
      selector: Record<string, string>,
      labels: Record<string, string>[],
      found: string | undefined,
    ]
  >([
    ['a slip in the value', { app: 'web' }, [{ app: 'wbe' }], '0'],
    ['a longer value', { app: 'catalogue' }, [{ app: 'catalog' }], '0'],
    ['another word is not near', { app: 'web' }, [{ app: 'billing' }], undefined],
    ['another key is not near', { app: 'web' }, [{ name: 'web' }], undefined],
    ['one label shared', { app: 'web', track: 'canary' }, [{ app: 'web', track: 'stable' }], '0'],
    ['one label missing', { app: 'web', tier: 'front' }, [{ tier: 'front' }], '0'],
    [
      'fewer differences win',
      { app: 'web', tier: 'a', zone: 'b' },
      [{ app: 'web' }, { app: 'web', tier: 'a' }],
      '1',
    ],
    ['hostile keys do no harm', { constructor: 'x', app: 'web' }, [{ app: 'web' }], '0'],
    ['nothing there', { app: 'web' }, [], undefined],
  ])('%s', (_, selector, labels, found) => {
    const candidates = labels.map((each, index) => candidate(String(index), each));
    expect(nearestLabels(selector, candidates)?.candidate.ref.name).toBe(found);
  });
});
