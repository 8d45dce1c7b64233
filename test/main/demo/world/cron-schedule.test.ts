/** Schedules of CronJobs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTime, parseSchedule } from '../../../../src-main/demo/world/cron-schedule.ts';

const FROM = Date.parse('2026-11-21T09:00:30Z'); // a Saturday

function next(text: string, timeZone?: string): string | undefined {
  const schedule = parseSchedule(text);
  if (schedule === undefined) return undefined;
  const at = nextTime(schedule, FROM, timeZone);
  return at === undefined ? 'never' : new Date(at).toISOString();
}

describe('the next time of a schedule', () => {
  it.each([
    ['* * * * *', '2026-11-21T09:01:00.000Z'],
    ['*/15 * * * *', '2026-11-21T09:15:00.000Z'],
    ['7/20 * * * *', '2026-11-21T09:07:00.000Z'],
    ['0 * * * *', '2026-11-21T10:00:00.000Z'],
    ['@hourly', '2026-11-21T10:00:00.000Z'],
    ['30 8 * * *', '2026-11-22T08:30:00.000Z'],
    ['0 9-17/4 * * *', '2026-11-21T13:00:00.000Z'],
    ['0 0 1 * *', '2026-12-01T00:00:00.000Z'],
    ['0 12 * * MON-FRI', '2026-11-23T12:00:00.000Z'],
    ['0 12 * * 7', '2026-11-22T12:00:00.000Z'],
    ['0 0 29 feb *', '2028-02-29T00:00:00.000Z'],
    ['0 0 13 * fri', '2026-11-27T00:00:00.000Z'],
    ['0 0 30 2 *', 'never'],
    ['@yearly', '2027-01-01T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(next(text)).toBe(expected);
  });

  it.each([
    ['Europe/Berlin', '2026-11-22T02:30:00.000Z'],
    ['America/New_York', '2026-11-22T08:30:00.000Z'],
    ['UTC', '2026-11-22T03:30:00.000Z'],
  ])('in %s', (zone, expected) => {
    expect(next('30 3 * * *', zone)).toBe(expected);
  });

  it('is a minute that the schedule names, and none before it is', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 5 });
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 });
    const from = fc.integer({ min: 0, max: 86_400 * 400 }).map((seconds) => FROM + seconds * 1000);
    fc.assert(
      fc.property(minutes, hours, from, (minute, hour, after) => {
        const schedule = parseSchedule(`${minute.join(',')} ${hour.join(',')} * * *`);
        const at = schedule === undefined ? undefined : nextTime(schedule, after);
        let expected = Math.floor(after / 60_000) * 60_000 + 60_000;
        const matches = (ms: number): boolean =>
          minute.includes(new Date(ms).getUTCMinutes()) && hour.includes(new Date(ms).getUTCHours());
        while (!matches(expected)) expected += 60_000;
        expect(at).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is no schedule', () => {
  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    'a b c d e',
    '@never',
    '1,,2 * * * *',
  ])('%j', (text) => {
    expect(parseSchedule(text)).toBeUndefined();
  });

  it('a zone that does not exist is refused', () => {
    const schedule = parseSchedule('* * * * *');
    if (schedule === undefined) throw new Error('no schedule');
    expect(() => nextTime(schedule, FROM, 'Mars/Olympus')).toThrow(RangeError);
  });
});
