// The level that a line of a log names, in the forms programs write it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level } from '../../../../src-renderer/views/dock/log-level.ts';
import {
  detectLevel,
  isAtLeast,
  isContinuation,
  LEVELS,
} from '../../../../src-renderer/views/dock/log-level.ts';

describe('detectLevel', () => {
  it.each<[string, Level]>([
    ['INFO starting', 'info'],
    ['2026-11-21T14:00:00.123Z ERROR dial tcp', 'error'],
    ['2026-11-21 14:00:00,123 [main] WARN  o.s.Boot - slow', 'warning'],
    ['2026/11/21 14:00:00 [error] 29#29: *1 open() failed', 'error'],
    ['[Fatal] no store', 'fatal'],
    ['warning: deprecated', 'warning'],
    ['error: no such file', 'error'],
    ['level=error msg="x"', 'error'],
    ['ts=2026 level=warn msg="no ERROR here"', 'warning'],
    ['{"level":"debug","msg":"x"}', 'debug'],
    ['{"time":1,"severity":"CRITICAL"}', 'fatal'],
    ['{"level":50,"msg":"pino"}', 'error'],
    ['{"level":30}', 'info'],
    ['E1120 14:31:41.123456       1 reflector.go:150] x', 'error'],
    ['I1120 14:31:41.123456       1 main.go:1] ERROR in text', 'info'],
    ['panic: runtime error: index out of range', 'error'],
    ['Traceback (most recent call last):', 'error'],
    ['java.lang.IllegalStateException: x', 'error'],
    ['ValueError: bad', 'error'],
    ['Exception in thread "main" java.lang.X', 'error'],
    ['TRACE in', 'debug'],
    ['GET /healthz 200', 'none'],
    ['0 errors, 0 warnings', 'none'],
    ['informed decision', 'none'],
    ['the error was fixed', 'none'],
    ['errors: none', 'none'],
    ['', 'none'],
    [`${'x'.repeat(500)} ERROR`, 'none'],
    ['level=constructor', 'none'],
    ['level=__proto__', 'none'],
  ])('%s', (text, level) => {
    expect(detectLevel(text)).toBe(level);
  });

  it('answers for any text, however long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => {
        expect(LEVELS).toContain(detectLevel(text));
      }),
    );
  });
});

it.each([
  ['  at f (x.js:1)', true],
  ['\tat java.lang', true],
  ['Caused by: x', true],
  ['}', true],
  ['goroutine 1 [running]:', true],
  ['next line', false],
  ['', false],
])('isContinuation %o', (text, answer) => {
  expect(isContinuation(text)).toBe(answer);
});

it.each<[Level, Level, boolean]>([
  ['fatal', 'error', true],
  ['error', 'error', true],
  ['warning', 'error', false],
  ['none', 'debug', false],
  ['none', 'none', true],
])('isAtLeast %s, %s', (level, least, answer) => {
  expect(isAtLeast(level, least)).toBe(answer);
});
