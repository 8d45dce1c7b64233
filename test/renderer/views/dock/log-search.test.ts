// Searching a log: matches, order and the way around its end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogBuffer } from '../../../../src-renderer/views/dock/log-buffer.ts';
import { plainLog } from '../../../../src-renderer/views/dock/log-export.ts';
import { LogSearch, splitHits } from '../../../../src-renderer/views/dock/log-search.ts';

function add(buffer: LogBuffer, ...texts: string[]): void {
  buffer.add(texts.map((text) => ({ pod: 'p', container: 'c', text })));
}

describe('LogSearch', () => {
  it('finds without regard to case, and goes on as lines come and go', () => {
    const buffer = new LogBuffer(4);
    const search = new LogSearch();
    add(buffer, 'one', 'two', 'ONE more');
    expect(search.find(buffer.lines, 'one')).toEqual([0, 2]);
    add(buffer, 'none', 'stone');
    expect(search.find(buffer.lines, 'one')).toEqual([1, 2, 3]);
    expect(search.find(buffer.lines, 'two')).toEqual([0]);
    expect(search.find(buffer.lines, '')).toEqual([]);
  });

  it('finds what a plain search finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.array(text)), fc.array(text, { minLength: 1 }), (batches, queries) => {
        const buffer = new LogBuffer(10);
        const search = new LogSearch();
        batches.forEach((batch, index) => {
          add(buffer, ...batch);
          const query = queries[index % queries.length] ?? '';
          const wanted = buffer.lines.flatMap((line, at) =>
            query !== '' && line.text.toLowerCase().includes(query.toLowerCase()) ? [at] : [],
          );
          expect(search.find(buffer.lines, query)).toEqual(wanted);
        });
      }),
    );
  });
});

describe('splitHits', () => {
  it.each([
    ['GET /get', 'get', ['[GET]', ' /', '[get]']],
    ['aaa', 'aa', ['[aa]', 'a']],
    ['abc', '', ['abc']],
    ['abc', 'x', ['abc']],
    ['', 'x', []],
    ['İx', 'x', ['İx']],
    ['<b>', 'b', ['<', '[b]', '>']],
  ])('%s, %s', (text, query, pieces) => {
    expect(splitHits(text, query).map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))).toEqual(
      pieces,
    );
  });

  it('loses nothing of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ maxLength: 3 }), (text, query) => {
        const pieces = splitHits(text, query);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      }),
    );
  });
});

it('writes a log as text', () => {
  const buffer = new LogBuffer();
  buffer.add([{ pod: 'p', container: 'c', time: '2026-11-21T14:00:00.000Z', text: 'a' }]);
  buffer.mark({ pod: 'p', container: 'c' }, 'c of p restarted');
  add(buffer, 'b');
  expect(plainLog(buffer.lines)).toBe('2026-11-21T14:00:00.000Z p/c a\n--- c of p restarted ---\np/c b\n');
});
