/** Label selectors: the rules of the API, and hostile labels. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  labelOf,
  labelPairs,
  matchesSelector,
  meets,
  parseExpression,
  requirementsOf,
} from '../../../shared/cluster/selectors.ts';

const LABELS = { app: 'web', tier: 'front', empty: '' };
const expression = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

describe('matchesSelector', () => {
  it.each([
    ['a plain map', { app: 'web' }, true],
    ['a plain map with another value', { app: 'api' }, false],
    ['a plain map with a label more', { app: 'web', zone: 'a' }, false],
    ['an empty value', { empty: '' }, true],
    ['a missing label against an empty value', { zone: '' }, false],
    ['the empty selector', {}, true],
    ['matchLabels', { matchLabels: { app: 'web', tier: 'front' } }, true],
    ['empty matchLabels', { matchLabels: {} }, true],
    ['null matchLabels', { matchLabels: null }, true],
    [
      'matchLabels and matchExpressions, both',
      { matchLabels: { app: 'web' }, ...expression('tier', 'In', 'back') },
      false,
    ],
    ['a label called matchLabels', { matchLabels: 'x' }, false],
    ['In', expression('app', 'In', 'api', 'web'), true],
    ['In, another', expression('app', 'In', 'api'), false],
    ['In without values', expression('app', 'In'), false],
    ['NotIn', expression('app', 'NotIn', 'api'), true],
    ['NotIn, the same', expression('app', 'NotIn', 'web'), false],
    ['NotIn on a missing label', expression('zone', 'NotIn', 'a'), true],
    ['Exists', expression('empty', 'Exists'), true],
    ['Exists on a missing label', expression('zone', 'Exists'), false],
    ['Exists with values', expression('app', 'Exists', 'web'), false],
    ['DoesNotExist', expression('zone', 'DoesNotExist'), true],
    ['DoesNotExist on a present label', expression('app', 'DoesNotExist'), false],
    ['an unknown operator', expression('app', 'Near', 'web'), false],
    ['an operator of the prototype', expression('app', 'constructor', 'web'), false],
    ['a number as value', { app: 1 }, false],
    ['a list', [], false],
    ['nothing', undefined, false],
    ['null', null, false],
  ])('%s', (_name, selector, expected) => {
    expect(matchesSelector(LABELS, selector as never)).toBe(expected);
  });

  it('knows Gt and Lt of node selectors', () => {
    const gt = parseExpression({ key: 'cores', operator: 'Gt', values: ['4'] });
    const lt = parseExpression({ key: 'cores', operator: 'Lt', values: ['4'] });
    if (gt === undefined || lt === undefined) throw new Error('not parsed');
    expect([meets({ cores: '8' }, [gt]), meets({ cores: '8' }, [lt])]).toEqual([true, false]);
    expect([meets({ cores: 'many' }, [gt]), meets({ cores: 'many' }, [lt]), meets({}, [gt])]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('takes no inherited property for a label', () => {
    const labels: unknown = JSON.parse('{"__proto__": "x", "app": "web"}');
    expect(labelOf({}, 'constructor')).toBeUndefined();
    expect(labelOf(labels, '__proto__')).toBe('x');
    expect(labelPairs(labels)).toEqual([
      ['__proto__', 'x'],
      ['app', 'web'],
    ]);
    expect(matchesSelector({}, { constructor: 'x' })).toBe(false);
  });

  it('matches what it was made of, and In is the union of its values', () => {
    const labels = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(labels, labels, (own, more) => {
        const merged = { ...more, ...own };
        expect(matchesSelector(merged, { matchLabels: own })).toBe(true);
        for (const [key, value] of Object.entries(own)) {
          const values = [value, `${value}x`];
          expect(matchesSelector(own, { matchExpressions: [{ key, operator: 'In', values }] })).toBe(true);
          expect(matchesSelector(own, { matchExpressions: [{ key, operator: 'NotIn', values }] })).toBe(
            false,
          );
        }
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (labels, selector) => {
        expect(typeof matchesSelector(labels, selector as never)).toBe('boolean');
        requirementsOf(selector as never);
      }),
    );
  });
});
