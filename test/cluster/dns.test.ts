// The name server answers every query with "no such name", and nothing that is no query.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerNoSuchName } from './dns.ts';

const header = (flags: number, questions: number): number[] => [
  0x12,
  0x34,
  flags >> 8,
  flags & 255,
  0,
  questions,
];
const name = (text: string): number[] => [
  ...text.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]),
  0,
];
const question = [...name('registry.example.invalid'), 0, 1, 0, 1];
const query = Buffer.from([...header(0x0100, 1), 0, 0, 0, 0, 0, 1, ...question, 0, 0, 41, 0, 0]);

test('the answer repeats id and question, and says that there is no such name', () => {
  expect([...(answerNoSuchName(query) ?? [])]).toEqual([...header(0x8183, 1), 0, 0, 0, 0, 0, 0, ...question]);
});

test.each([
  ['a response', Buffer.from([...header(0x8180, 1), 0, 0, 0, 0, 0, 0, ...question])],
  ['a query without question', Buffer.from([...header(0x0100, 0), 0, 0, 0, 0, 0, 0, ...question])],
  ['a query cut off within the name', query.subarray(0, 20)],
  ['nothing', Buffer.alloc(0)],
])('%s is not answered', (_what, message) => {
  expect(answerNoSuchName(message)).toBeUndefined();
});

test('no message makes it fail, and every answer is a response', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const answer = answerNoSuchName(Buffer.from(bytes));
      return answer === undefined || ((answer[2] ?? 0) & 0x80) !== 0;
    }),
  );
});
