/** Quantities are read exactly and written as the API server writes them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  readQuantity,
} from '../../../../src-main/demo/admission/quantity.ts';

describe('canonicalQuantity', () => {
  it.each([
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1000', '1k'],
    [1000, '1k'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['0.5Ki', '512'],
    ['1e3', '1e3'],
    ['1000Mi', '1000Mi'],
    ['128974848', '128974848'],
    ['0', '0'],
    ['0Mi', '0'],
    ['-1500m', '-1500m'],
    ['100u', '1m'],
    ['1.', '1'],
    ['.5', '500m'],
  ])('writes %s as %s', (given, canonical) => {
    expect(canonicalQuantity(given)).toBe(canonical);
  });

  it.each(['', 'one', '1 Gi', '1gi', 'Gi', '--1', '1e', null, {}, '1'.repeat(200)])(
    'leaves %s alone',
    (given) => {
      expect(canonicalQuantity(given)).toBe(given);
    },
  );
});

const amounts = fc
  .tuple(fc.nat({ max: 10_000_000 }), fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'))
  .map(([number, suffix]) => `${number}${suffix}`);

describe('quantities', () => {
  it('mean the same once they are written', () => {
    fc.assert(
      fc.property(amounts, (given) => {
        const written = canonicalQuantity(given);
        expect(compareQuantities(written, given)).toBe(0);
        expect(canonicalQuantity(written)).toBe(written);
      }),
    );
  });

  it('are never read from what is none, and never throw', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        const quantity = readQuantity(given);
        if (quantity !== undefined) expect(readQuantity(formatQuantity(quantity))?.nano).toBe(quantity.nano);
      }),
    );
  });
});
