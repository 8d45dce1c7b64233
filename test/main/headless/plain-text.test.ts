/** Text of a cluster on its way to a terminal, a ticket or a JSON reader. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanJson, cleanLine, formatAge, wrapLine } from '../../../src-main/headless/plain-text.ts';

// eslint-disable-next-line no-control-regex -- these must never come through
const HOSTILE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
const anyText = fc.string({ unit: 'binary' });

describe('plain text', () => {
  test('cleanLine leaves one line without control characters, whatever comes', () => {
    fc.assert(
      fc.property(anyText, (text) => !HOSTILE.test(cleanLine(text)) && !cleanLine(text).includes('\n')),
    );
    expect(cleanLine('a\tb\r\nc')).toBe('a b c');
    expect(cleanLine('\u001b]52;c;x\u0007')).toBe('\\u001b]52;c;x\\u0007');
  });

  test('cleanJson parses to the same value and holds nothing that acts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyText, (value, text) => {
        const json = cleanJson({ value, text }, 2);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text })));
        return !HOSTILE.test(json);
      }),
    );
  });

  test('wrapLine loses no word and keeps to the width where words allow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 12, max: 80 }),
        (words, width) => {
          const lines = wrapLine(words.join(' '), width);
          expect(lines.join(' ')).toBe(words.join(' '));
          return lines.every((line) => line.length <= width);
        },
      ),
    );
  });

  test.each([
    [-5, '0 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [3 * 3600_000, '3 h'],
    [72 * 3600_000, '3 d'],
  ])('an age of %i ms is %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});
