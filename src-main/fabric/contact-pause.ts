/** How long to wait after a failed contact before the next one. */
import type { AppError } from '../../shared/errors.ts';
import { backOff, jitter, TIMING } from '../kube/timing.ts';

/** After what will hardly change by itself: a certificate, something that is no API server, a refusal. */
const SLOW_MS = 60_000;
/** The longest Retry-After that is obeyed, ms. */
const LONGEST_MS = 300_000;

/**
 * Doubles from a second to half a minute, with jitter: many fabrics behind one network must not knock together.
 * A server that says when to come back is obeyed (Retry-After of a 429). `failures` in a row, from 1.
 */
export function pauseAfter(error: AppError, failures: number, random: () => number = Math.random): number {
  if (!error.retryable) return jitter(SLOW_MS, random);
  const pause = backOff(failures, { ...TIMING, random });
  const asked = Math.min(LONGEST_MS, Number(error.details?.retryAfterSeconds ?? 0) * 1000);
  return Math.max(pause, Number.isFinite(asked) ? asked : 0);
}
