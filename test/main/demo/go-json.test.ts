// Complaints about what is no JSON: in the words of Go's decoder, and exactly where JSON.parse has one too.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goJsonComplaint } from '../../../src-main/demo/go-json.ts';

test.for([
  ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a":1} more', "invalid character 'm' after top-level value"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{', 'unexpected end of JSON input'],
  ['', 'unexpected end of JSON input'],
  ['tru', 'unexpected end of JSON input'],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
  ['"\n"', "invalid character '\\n' in string literal"],
  ['"\u0001"', "invalid character '\\x01' in string literal"],
  ['-x', "invalid character 'x' in numeric literal"],
  ['1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['1ex', "invalid character 'x' in exponent of numeric literal"],
  ['01', "invalid character '1' after top-level value"],
  ['\u{FEFF}{}', "invalid character 'ï' looking for beginning of value"],
  ["'a'", "invalid character '\\'' looking for beginning of value"],
  ['\u009e', "invalid character 'Â' looking for beginning of value"],
] as const)('%j: %s', ([text, complaint]) => {
  expect(goJsonComplaint(text)).toBe(complaint);
});

test('nesting has an end', () => {
  expect(goJsonComplaint(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toBeUndefined();
  expect(goJsonComplaint('['.repeat(10_001))).toBe("invalid character '[' exceeded max depth");
});

test('there is a complaint exactly where JSON.parse has one', () => {
  const refused = (text: string): boolean => {
    try {
      JSON.parse(text);
      return false;
    } catch {
      return true;
    }
  };
  const scraps = fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ \n019.-+eEtrufalsn\u00e9'), maxLength: 12 });
  const cut = fc
    .tuple(fc.json(), fc.nat({ max: 40 }), fc.string({ maxLength: 2 }))
    .map(([text, at, scrap]) => text.slice(0, at) + scrap + text.slice(at));
  fc.assert(
    fc.property(fc.oneof(scraps, fc.json(), cut), (text) => {
      expect(goJsonComplaint(text) !== undefined).toBe(refused(text));
    }),
  );
});
