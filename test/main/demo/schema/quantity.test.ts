// Quantities and times: the spelling that the API server gives back, and why it refuses others.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalQuantity } from '../../../../src-main/demo/schema/quantity.ts';
import { canonicalTime } from '../../../../src-main/demo/schema/time.ts';

describe('a quantity', () => {
  test.each([
    ['0', '0'],
    ['0Mi', '0'],
    ['1', '1'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['1000m', '1'],
    ['1.5', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.', '1.'],
    ['1.1Ki', '1126400m'],
    ['1.25Ki', '1280'],
    ['8Ei', '9223372036854775807'],
    ['100m', '100m'],
    ['0.1m', '100u'],
    ['0.1n', '1n'],
    ['1024Mi', '1Gi'],
    ['1536Mi', '1536Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['1000M', '1G'],
    ['128974848', '128974848'],
    ['1e3', '1e3'],
    ['1E3', '1E3'],
    ['12e6', '12e6'],
    ['1200e4', '12e6'],
    ['-1.5', '-1500m'],
    ['1.500', '1.500'],
    ['9Ei', '9223372036854775807'],
  ])('%s is written %s', (text, written) => {
    expect(canonicalQuantity(text)).toEqual({ text: written });
  });

  test.each([
    ['0.1m', '1m'],
    ['1u', '1m'],
    ['1.0001', '1001m'],
    ['100m', '100m'],
    ['1Gi', '1Gi'],
  ])('%s is rounded up to %s in a list of resources', (text, written) => {
    expect(canonicalQuantity(text, -3)).toEqual({ text: written });
  });

  test.each([
    ['', /regular expression/],
    ['abc', /regular expression/],
    ['1 Gi', /regular expression/],
    ['1GB', /regular expression/],
    ['1GiM', /suffix/],
    ['1ek', /suffix/],
    ['9'.repeat(200), /regular expression/],
  ])('%s is none', (text, problem) => {
    expect(canonicalQuantity(text)).toEqual({ problem: expect.stringMatching(problem) as unknown });
  });

  test('stays as it is once it is written', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'e-3');
    const digits = fc.stringMatching(/^\d{1,6}(\.\d{1,4})?$/);
    fc.assert(
      fc.property(digits, suffix, (number, unit) => {
        const once = canonicalQuantity(`${number}${unit}`);
        expect(once).toHaveProperty('text');
        if ('text' in once) expect(canonicalQuantity(once.text)).toEqual(once);
      }),
    );
  });

  test('is never a reason to throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Object.keys(canonicalQuantity(text))).toHaveLength(1);
      }),
    );
  });
});

describe('a time', () => {
  test.each([
    ['2020-01-01T00:00:00Z', false, '2020-01-01T00:00:00Z'],
    ['2020-01-01T01:00:00+01:00', false, '2020-01-01T00:00:00Z'],
    ['2020-01-01T00:00:00.999Z', false, '2020-01-01T00:00:00Z'],
    ['2020-01-01T00:00:00.123456Z', true, '2020-01-01T00:00:00.123456Z'],
  ])('%s is written in UTC', (text, micro, written) => {
    expect(canonicalTime(text, micro)).toEqual({ text: written });
  });

  test.each([
    ['2020-13-01T00:00:00Z', false, /out of range/],
    ['2020-01-01 00:00:00Z', false, /cannot parse " 00:00:00Z" as "T"/],
    ['2020-01-01T00:00:00', false, /cannot parse "" as "Z07:00"/],
    ['2020-01-01T00:00:00Z', true, /cannot parse "Z" as ".000000"/],
  ])('%s is refused', (text, micro, problem) => {
    expect(canonicalTime(text, micro)).toEqual({ problem: expect.stringMatching(problem) as unknown });
  });
});
