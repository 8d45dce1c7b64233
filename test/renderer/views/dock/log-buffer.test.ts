// The bounded buffer behind a log view: order, limits and what it says was dropped.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../../shared/streams.ts';
import { LogBuffer } from '../../../../src-renderer/views/dock/log-buffer.ts';

const BEGIN = Date.parse('2026-11-21T14:00:00Z');

function entry(pod: string, seconds: number | undefined, text: string, container = 'main'): LogEntry {
  return {
    pod,
    container,
    text,
    ...(seconds === undefined ? {} : { time: new Date(BEGIN + seconds * 1000).toISOString() }),
  };
}

function texts(buffer: LogBuffer): string[] {
  return buffer.lines.map(({ text }) => text);
}

describe('LogBuffer', () => {
  it('merges batches of several pods in the order of time', () => {
    const buffer = new LogBuffer();
    buffer.add([entry('a', 1, 'a1'), entry('a', 3, 'a3'), entry('a', 5, 'a5')]);
    buffer.add([entry('b', 2, 'b2'), entry('b', 4, 'b4'), entry('b', 6, 'b6')]);
    expect(texts(buffer)).toEqual(['a1', 'b2', 'a3', 'b4', 'a5', 'b6']);
  });

  it('keeps the order of arrival for equal times, and lines without a time behind the line before', () => {
    const buffer = new LogBuffer();
    buffer.add([entry('a', 1, '1'), entry('a', 1, '2'), entry('a', undefined, '3'), entry('a', 2, '5')]);
    buffer.add([entry('b', 1, '4')]);
    expect(texts(buffer)).toEqual(['1', '2', '3', '4', '5']);
    expect(buffer.lines[2]?.time).toBeUndefined();
  });

  it('takes a time that cannot be read for none', () => {
    const buffer = new LogBuffer();
    buffer.add([{ pod: 'a', container: 'main', time: 'yesterday', text: 'x' }]);
    expect(buffer.lines[0]).toMatchObject({ text: 'x', time: undefined, at: 0 });
  });

  it('drops the oldest lines and says how many', () => {
    const buffer = new LogBuffer(3);
    buffer.add([1, 2, 3, 4, 5].map((at) => entry('a', at, String(at))));
    expect(texts(buffer)).toEqual(['3', '4', '5']);
    expect(buffer.dropped).toBe(2);
    buffer.clear();
    expect([buffer.lines.length, buffer.dropped]).toEqual([0, 0]);
  });

  it('gives ids that are never used twice, not after clearing either', () => {
    const buffer = new LogBuffer();
    buffer.add([entry('a', 1, 'x')]);
    const before = buffer.newest;
    buffer.clear();
    buffer.add([entry('a', 1, 'y')]);
    expect(buffer.lines[0]?.id).toBe(before + 1);
  });

  it('puts a marker behind what its source said, before what others said later', () => {
    const buffer = new LogBuffer();
    buffer.add([entry('a', 1, 'a1'), entry('b', 5, 'b5')]);
    buffer.mark({ pod: 'a', container: 'main' }, 'restarted');
    expect(texts(buffer)).toEqual(['a1', 'restarted', 'b5']);
    expect(buffer.lines[1]).toMatchObject({ marker: true, level: 'none' });
  });

  it('gives stack frames the level of the line they belong to, per source', () => {
    const buffer = new LogBuffer();
    buffer.add([
      entry('a', 1, 'ERROR boom'),
      entry('b', 1, 'INFO fine'),
      entry('a', 1, '    at f (x.js:1)'),
      entry('b', 1, '  more'),
      entry('a', 1, 'next'),
    ]);
    expect(buffer.lines.map(({ level, continued }) => [level, continued])).toEqual([
      ['error', false],
      ['info', false],
      ['error', true],
      ['info', true],
      ['none', false],
    ]);
  });

  it('strips escape sequences and cuts lines without end', () => {
    const buffer = new LogBuffer();
    buffer.add([
      entry('a', 1, '\u001b[31mred\u001b[0m\u001b]0;title\u0007 \u202etext'),
      entry('a', 2, 'x'.repeat(70_000)),
    ]);
    expect(buffer.lines[0]?.text).toBe('red \ufffdtext');
    expect(buffer.lines[1]?.text).toMatch(/^x{65536} … 4464 more characters$/);
  });

  it('stays sorted, bounded and complete for any batches', () => {
    const batch = fc.array(
      fc.record({ pod: fc.constantFrom('a', 'b'), at: fc.integer({ min: 0, max: 50 }) }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (batches, capacity) => {
        const buffer = new LogBuffer(capacity);
        for (const one of batches) buffer.add(one.map(({ pod, at }) => entry(pod, at, `${pod}${at}`)));
        const total = batches.reduce((sum, one) => sum + one.length, 0);
        const times = buffer.lines.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(buffer.lines.length).toBe(Math.min(total, capacity));
        expect(buffer.lines.length + buffer.dropped).toBe(total);
        expect(new Set(buffer.lines.map(({ id }) => id)).size).toBe(buffer.lines.length);
      }),
    );
  });
});
