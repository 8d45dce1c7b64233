// What follows each failure of a list-watch, and when.
import { describe, expect, it } from 'vitest';
import type { AppError, ErrorCode } from '../../../shared/errors.ts';
import { planRetry } from '../../../src-main/kube/retry-plan.ts';
import { backOff, createSleeper, jitter, TIMING } from '../../../src-main/kube/timing.ts';

const LONGEST = { ...TIMING, random: () => 1 };
const error = (code: ErrorCode, more: Partial<AppError> = {}): AppError => ({
  code,
  message: 'x',
  retryable: true,
  ...more,
});

describe('planRetry', () => {
  it.each([
    [error('unreachable'), 1, false, { phase: 'stale', pause: 1000, relist: false }],
    [error('stream-closed'), 3, true, { phase: 'stale', pause: 4000, relist: true }],
    [error('unreachable'), 3, false, { phase: 'stale', pause: 4000, relist: false }],
    [error('timeout'), 99, false, { phase: 'stale', pause: 30_000 }],
    [error('expired'), 1, true, { phase: 'expired', pause: 0, relist: true }],
    [error('expired'), 3, true, { phase: 'expired', pause: 4000, relist: true }],
    [
      error('server-error', { status: 504, details: { cause: 'ResourceVersionTooLarge' } }),
      1,
      false,
      { phase: 'expired', relist: true },
    ],
    [error('forbidden', { status: 403 }), 1, false, { phase: 'denied', pause: 300_000, relist: true }],
    [error('not-served', { status: 405 }), 1, true, { phase: 'denied', pause: 300_000 }],
    [error('not-served', { status: 404 }), 1, false, { phase: 'absent', pause: 300_000 }],
    [error('unauthorized', { status: 403 }), 1, false, { phase: 'stale', pause: 60_000 }],
    [error('not-kubernetes', { status: 403 }), 1, false, { phase: 'stale', pause: 60_000 }],
    [error('unauthorized', { status: 401 }), 5, true, { phase: 'stale', pause: 60_000, relist: false }],
    [error('credentials-failed'), 1, false, { phase: 'stale', pause: 60_000 }],
    [error('throttled', { details: { retryAfterSeconds: '7' } }), 1, false, { phase: 'stale', pause: 7000 }],
    [
      error('throttled', { details: { retryAfterSeconds: '7' } }),
      9,
      false,
      { phase: 'stale', pause: 30_000 },
    ],
    [
      error('throttled', { details: { retryAfterSeconds: '99999' } }),
      1,
      false,
      { phase: 'stale', pause: 300_000 },
    ],
    [error('throttled'), 1, false, { phase: 'stale', pause: 1000 }],
  ])('%j, failure %i, open: %s', (failure, failures, open, plan) => {
    expect(planRetry(failure, failures, open, LONGEST)).toMatchObject(plan);
  });
});

it('waits between half of and the whole pause, doubling up to the longest', () => {
  expect([1, 2, 3, 4, 5, 6, 1000].map((failures) => backOff(failures, LONGEST))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
  expect([0, 0.5, 1].map((random) => jitter(1000, () => random))).toEqual([500, 750, 1000]);
});

it('wakes a sleeper early, and ends it with the signal', async () => {
  const controller = new AbortController();
  const sleeper = createSleeper(controller.signal);
  expect(sleeper.wake()).toBe(false);
  const first = sleeper.sleep(600_000);
  expect(sleeper.wake()).toBe(true);
  await first;
  const second = sleeper.sleep(600_000);
  controller.abort();
  await second;
  await sleeper.sleep(600_000);
});
