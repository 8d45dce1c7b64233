/** Lines of a log: however the bytes are cut, and wherever a stream broke off and was taken up again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTimes, readLines, ResumePoint, type TimedLine } from '../../../src-main/streams/log-lines.ts';

async function* chunksOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

async function linesOf(parts: readonly Uint8Array[]): Promise<TimedLine[]> {
  const lines: TimedLine[] = [];
  for await (const some of readLines(chunksOf(parts))) lines.push(...some);
  return lines;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('readLines', () => {
  test('takes the time of the kubelet off, in any offset, and leaves other text alone', async () => {
    const text =
      '2026-11-20T10:00:00.123456789Z one\n2026-11-20T12:00:00+02:00 two\nno time\n2026-11-20 10:00:00 not ours\n2026-11-20T10:00:00Z \n';
    expect(await linesOf([bytes(text)])).toEqual([
      { time: '2026-11-20T10:00:00.123456789Z', text: 'one' },
      { time: '2026-11-20T12:00:00+02:00', text: 'two' },
      { text: 'no time' },
      { text: '2026-11-20 10:00:00 not ours' },
      { time: '2026-11-20T10:00:00Z', text: '' },
    ]);
  });

  test('cut anywhere, within characters too, the lines are the same', async () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\n\r]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.array(fc.nat(400)), async (lines, cuts) => {
        const all = bytes(`${lines.join('\n')}\n`);
        const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, all.length)), all.length])].sort(
          (a, b) => a - b,
        );
        const parts = at.slice(1).map((end, index) => all.subarray(at[index], end));
        expect(await linesOf(parts)).toEqual(await linesOf([all]));
      }),
    );
  });

  test('a last line without a line break is a line, and invalid UTF-8 is replaced', async () => {
    expect(await linesOf([bytes('a\nb')])).toEqual([{ text: 'a' }, { text: 'b' }]);
    expect(await linesOf([Uint8Array.of(0xff, 0x61, 0x0a)])).toEqual([{ text: '\ufffda' }]);
  });

  test('a line without end is cut, not gathered for ever', async () => {
    const lines = await linesOf(Array.from({ length: 20 }, () => bytes('x'.repeat(100_000))));
    expect(lines.length).toBeGreaterThan(1);
    for (const { text } of lines) expect(text.length).toBeLessThan(70_000);
  });
});

describe('compareTimes', () => {
  test.each([
    ['2026-11-20T10:00:00.1Z', '2026-11-20T10:00:00.12Z', -1],
    ['2026-11-20T10:00:00.123456789Z', '2026-11-20T10:00:00.123456788Z', 1],
    ['2026-11-20T12:00:00+02:00', '2026-11-20T10:00:00Z', 0],
    ['2026-11-20T10:00:01Z', '2026-11-20T10:00:00.999999999Z', 1],
    [undefined, '2026-11-20T10:00:00Z', 0],
    ['nonsense', '2026-11-20T10:00:00Z', 0],
  ])('%s ~ %s', (a, b, order) => {
    expect(Math.sign(compareTimes(a, b))).toBe(order);
  });
});

describe('ResumePoint', () => {
  const second = (at: number) => `2026-11-20T10:00:0${at}Z`;

  test('lines that go back in time within one request are not lost', () => {
    const resume = new ResumePoint();
    resume.begin();
    const log = [3, 1, 2, 4].map((at) => ({ time: second(at), text: String(at) }));
    expect(resume.take(log)).toEqual(log);
    resume.begin();
    expect(
      resume
        .take([
          { time: second(4), text: '4' },
          { time: second(3), text: 'late' },
        ])
        .map(({ text }) => text),
    ).toEqual([]);
    expect(
      resume
        .take([
          { time: second(5), text: '5' },
          { time: second(4), text: 'late' },
        ])
        .map(({ text }) => text),
    ).toEqual(['5', 'late']);
  });

  test('resuming where a stream broke off repeats no line and loses none, equal times included', () => {
    // Lines of one container never go back in time; several may bear the same one.
    const times = fc
      .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 })
      .map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, fc.array(fc.nat(20), { maxLength: 4 }), (all, breaks) => {
        const log = all.map((at, index): TimedLine => ({ time: second(at), text: String(index) }));
        const resume = new ResumePoint();
        const got: TimedLine[] = [];
        for (const end of [...breaks.sort((a, b) => a - b), log.length]) {
          const since = resume.sinceTime;
          resume.begin();
          // The kubelet sends everything from that time on, that time included.
          const from = since === undefined ? 0 : log.findIndex(({ time }) => compareTimes(time, since) >= 0);
          got.push(...resume.take(log.slice(from, Math.max(end, from))));
        }
        expect(got).toEqual(log);
      }),
    );
  });
});
