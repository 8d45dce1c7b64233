// Hostile and long text on its way to the screen.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capitalise, clean, cutOf, formatCount, plural, shorten } from '../../../src-renderer/parts/text.ts';

describe('clean', () => {
  it.each([
    ['plain text stays', 'Pod shop/web-1', 'Pod shop/web-1'],
    ['colours vanish', '\u001b[1;31mERROR\u001b[0m gone', 'ERROR gone'],
    ['a title sequence vanishes', '\u001b]0;you are root\u0007prompt', 'prompt'],
    ['a lone escape becomes visible', 'a\u001b', 'a\ufffd'],
    ['text cannot be reordered', 'gpj.\u202eexe', 'gpj.\ufffdexe'],
    ['isolates cannot either', '\u2066x\u2069', '\ufffdx\ufffd'],
    ['invisible characters show', 'we\u200bb', 'we\ufffdb'],
    ['tags show', 'a\u{e0041}b', 'a\ufffdb'],
    ['carriage returns cannot overwrite', 'ok\rfail', 'ok\ufffdfail'],
    ['tab and newline stay', 'a\tb\nc', 'a\tb\nc'],
    ['joined emoji stay whole', '\u{1f469}\u200d\u{1f4bb}', '\u{1f469}\u200d\u{1f4bb}'],
    ['a word after a newline is no sequence', '\n[INFO] x', '\n[INFO] x'],
  ])('%s', (_, input, expected) => {
    expect(clean(input)).toBe(expected);
  });

  it('leaves no control or format character but tab, newline and joiners, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(clean(text)).not.toMatch(/(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => clean(clean(text)) === clean(text)));
  });
});

describe('long names', () => {
  it.each([
    ['payments-api-7c9f6d8b5-x2k8p', 8, '-x2k8p'],
    ['short-name', 8, ''],
    ['a'.repeat(40), 8, 'a'.repeat(8)],
    ['arn:aws:eks:eu-central-1:123456789012:cluster/production-blue-2', 8, '-blue-2'],
  ])('%s keeps its end', (text, tail, kept) => {
    expect(text.slice(cutOf(text, tail))).toBe(kept);
  });

  it('shortens in the middle to the length asked for', () => {
    expect(shorten('abcdefghij', 5)).toBe('ab…ij');
    expect(shorten('abc', 5)).toBe('abc');
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 2, max: 50 }),
        (text, max) => shorten(text, max).length <= max,
      ),
    );
  });
});

it('writes numbers and plurals', () => {
  expect(formatCount(1842)).toBe('1,842');
  expect(plural(1, 'pod')).toBe('1 pod');
  expect(plural(0, 'pod')).toBe('0 pods');
  expect(plural(2500, 'watch', 'watches')).toBe('2,500 watches');
  expect(capitalise('exec plugin')).toBe('Exec plugin');
});
