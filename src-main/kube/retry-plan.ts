/** One table from a failure of a list-watch to its phase, the pause before the next attempt and what that begins with. */
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { WatchPhase } from '../../shared/model/fabric.ts';
import { backOff, jitter } from './timing.ts';
import type { Timing } from './timing.ts';

export interface RetryPlan {
  readonly phase: Extract<WatchPhase, 'stale' | 'denied' | 'absent' | 'expired'>;
  /** Milliseconds. */
  readonly pause: number;
  /** The next attempt begins with a list: what is known of the resource version is of no use. */
  readonly relist: boolean;
  /** True for failures that a prompt retry often cures. */
  readonly usual: boolean;
}

/** Failures that last until somebody does something. */
const SLOW: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unauthorized',
  'credentials-failed',
  'context-broken',
  'tls-untrusted',
  'not-kubernetes',
]);

/** Consecutive failures of an open watch after which its resource version is mistrusted. */
const MISTRUST = 3;
/** The longest Retry-After that is obeyed, ms. */
const LONGEST_WAIT = 300_000;

/** `failures` in a row, from 1; `open` if the watch had been answered. */
export function planRetry(error: AppError, failures: number, open: boolean, timing: Timing): RetryPlan {
  const pause = backOff(failures, timing);
  // "Too large resource version" (504): the server's data is older than ours, restored from a backup.
  const ahead = error.details?.cause?.includes('ResourceVersionTooLarge') ?? false;
  if (error.code === 'expired' || ahead) {
    return { phase: 'expired', pause: failures === 1 ? 0 : pause, relist: true, usual: false };
  }
  if (error.code === 'forbidden' || error.status === 405) {
    return { phase: 'denied', pause: jitter(timing.rare, timing.random), relist: true, usual: false };
  }
  if (error.code === 'not-served') {
    return { phase: 'absent', pause: jitter(timing.rare, timing.random), relist: true, usual: false };
  }
  if (error.code === 'throttled') {
    const asked = Math.min(LONGEST_WAIT, Number(error.details?.retryAfterSeconds ?? 0) * 1000);
    return { phase: 'stale', pause: Math.max(pause, asked), relist: false, usual: false };
  }
  if (SLOW.has(error.code))
    return { phase: 'stale', pause: jitter(timing.slow, timing.random), relist: false, usual: false };
  return { phase: 'stale', pause, relist: open && failures >= MISTRUST, usual: true };
}
