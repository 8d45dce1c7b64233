/** Times and quantities of the API, read from what may be anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../shared/cluster/quantities.ts';
import { parseTime } from '../../../shared/cluster/times.ts';

describe('parseTime', () => {
  it.each([
    ['2026-11-20T10:00:00Z', Date.UTC(2026, 10, 20, 10)],
    ['2026-11-20T10:00:00.123456Z', Date.UTC(2026, 10, 20, 10, 0, 0, 123)],
    ['2026-11-20T10:00:00+02:00', Date.UTC(2026, 10, 20, 8)],
    [null, undefined],
    [undefined, undefined],
    [0, undefined],
    ['', undefined],
    ['2026', undefined],
    ['2026-13-45T10:00:00Z', undefined],
    ['yesterday', undefined],
    [{}, undefined],
  ])('reads %j as %j', (given, expected) => {
    expect(parseTime(given)).toBe(expected);
  });

  it('reads back what Date writes', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

describe('parseQuantity', () => {
  it.each([
    ['100m', 0.1],
    ['1', 1],
    ['0', 0],
    ['1Gi', 2 ** 30],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['64Mi', 64 * 2 ** 20],
    ['1Ki', 1024],
    ['2Ti', 2 ** 41],
    ['1k', 1000],
    ['1M', 1e6],
    ['1E', 1e18],
    ['1e3', 1000],
    ['1E3', 1000],
    ['5e-3', 0.005],
    ['128974848', 128974848],
    ['128974848000m', 128974848],
    ['+3', 3],
    ['-250m', -0.25],
    ['.5', 0.5],
    ['5.', 5],
    ['7n', 7e-9],
    [4, 4],
    ['1K', undefined],
    ['1gi', undefined],
    ['1 Gi', undefined],
    ['', undefined],
    ['Gi', undefined],
    ['1e', undefined],
    ['0x10', undefined],
    ['1,5', undefined],
    [Number.NaN, undefined],
    [null, undefined],
    [{}, undefined],
  ])('reads %j as %j', (given, expected) => {
    if (expected === undefined) expect(parseQuantity(given)).toBeUndefined();
    else expect(parseQuantity(given)).toBeCloseTo(expected, 12);
  });

  it('reads every whole amount with every suffix', () => {
    const factors = { '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(...Object.entries(factors)), (amount, [suffix, factor]) => {
        expect(parseQuantity(`${amount}${suffix}`)).toBeCloseTo(amount * factor, 6);
      }),
    );
  });

  it('never throws and never answers NaN', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseQuantity(value)).not.toBeNaN();
      }),
    );
  });
});
