// Times and ages as they are written on screen.
import { expect, it } from 'vitest';
import {
  formatAge,
  formatBrief,
  formatDuration,
  formatInstant,
  formatLogTime,
} from '../../../src-renderer/parts/time.ts';

const NOW = new Date(2026, 10, 20, 14, 32, 8).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

it.each([
  [-5, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [MINUTE, '1 min'],
  [59 * MINUTE + 59_999, '59 min'],
  [60 * MINUTE, '1 h'],
  [DAY - 1, '23 h'],
  [DAY, '1 d'],
  [729 * DAY, '729 d'],
  [731 * DAY, '2 y'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('writes an age, and does not call the future an age', () => {
  expect(formatAge(NOW - 18 * MINUTE, NOW)).toBe('18 min');
  expect(formatAge(NOW + 30_000, NOW)).toBe('0 s');
  expect(formatAge(NOW + 5 * MINUTE, NOW)).toBe('in 5 min');
});

it('writes the day only where it is not today', () => {
  expect(formatInstant(NOW, NOW)).toBe('14:32:08');
  expect(formatInstant(NOW - DAY, NOW)).toBe('19 Nov 14:32:08');
  expect(formatInstant(NOW - 400 * DAY, NOW)).toBe('16 Oct 2025 14:32:08');
  expect(formatInstant(Number.NaN, NOW)).toBe('unknown time');
  expect(formatBrief(NOW, NOW)).toBe('14:32:08');
  expect(formatBrief(NOW - DAY, NOW)).toBe('19 Nov');
  expect(formatBrief(NOW - 400 * DAY, NOW)).toBe('16 Oct 2025');
});

it('writes the time of a log line with tenths, and nothing for what is no time', () => {
  expect(formatLogTime(new Date(2026, 10, 20, 4, 3, 2, 987).toISOString())).toBe('04:03:02.9');
  expect(formatLogTime('yesterday')).toBe('');
  expect(formatLogTime(undefined)).toBe('');
});
