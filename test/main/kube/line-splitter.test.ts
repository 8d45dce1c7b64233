// Lines out of chunks, whatever their boundaries.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter, LineTooLong } from '../../../src-main/kube/line-splitter.ts';

/** Cuts a buffer at the given fractions of its length. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

describe('createLineSplitter', () => {
  it('gives the same objects for any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue())),
        fc.array(fraction, { maxLength: 40 }),
        (objects, cuts) => {
          const bytes = Buffer.from(objects.map((each) => `${JSON.stringify(each)}\n`).join(''));
          const splitter = createLineSplitter();
          const lines = cutAt(bytes, cuts).flatMap((chunk) => splitter.push(chunk));
          expect(lines).toEqual(objects.map((each) => JSON.stringify(each)));
          expect(splitter.pending).toBe(0);
        },
      ),
    );
  });

  it('keeps a character whole that two chunks share', () => {
    const bytes = Buffer.from('"Grüße, 世界 🦔"\n');
    const splitter = createLineSplitter();
    const lines = [...bytes].flatMap((byte) => splitter.push(Buffer.from([byte])));
    expect(lines).toEqual(['"Grüße, 世界 🦔"']);
  });

  it('tells what is left of a line that did not end', () => {
    const splitter = createLineSplitter();
    expect(splitter.push(Buffer.from('one\ntw'))).toEqual(['one']);
    expect(splitter.pending).toBe(2);
  });

  it('leaves out empty lines', () => {
    expect(createLineSplitter().push(Buffer.from('\n\na\n\n'))).toEqual(['a']);
  });

  it.each([
    ['within a chunk', ['x'.repeat(11), '\n']],
    ['over several chunks', ['x'.repeat(6), 'x'.repeat(6)]],
    ['that ends in the same chunk', [`${'x'.repeat(11)}\n`]],
  ])('refuses a line beyond the limit %s', (_where, chunks) => {
    const splitter = createLineSplitter(10);
    expect(() => chunks.forEach((chunk) => splitter.push(Buffer.from(chunk)))).toThrow(LineTooLong);
  });

  it('takes a line of exactly the limit', () => {
    expect(createLineSplitter(10).push(Buffer.from(`${'x'.repeat(10)}\n`))).toEqual(['x'.repeat(10)]);
  });
});
