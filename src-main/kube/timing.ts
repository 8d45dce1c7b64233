/** The durations of a list-watch in one place, and the waits between its attempts. */

/** All in ms but `random`. Tests use shorter ones. */
export interface Timing {
  /** First and longest pause after failures; it doubles in between. */
  readonly minBackOff: number;
  readonly maxBackOff: number;
  /** Pause where a retry is unlikely to help soon: credentials, certificates, another server. */
  readonly slow: number;
  /** Pause after a refusal (403, 405) or where the kind is not served. */
  readonly rare: number;
  /** Where a kind may be listed and not watched, it is listed anew so often. */
  readonly poll: number;
  /** A watch without event or bookmark for so long may be dead, and is opened anew: bookmarks come about every minute. */
  readonly silence: number;
  /** A watch that is opened anew as a matter of routine stays live for this long without an answer. */
  readonly grace: number;
  /** A watch that lived this long is reconnected at once when it breaks. */
  readonly steady: number;
  /** Limit for the answer to a request. */
  readonly answer: number;
  /** Time after which the server ends a watch, at least; at most twice that. */
  readonly watch: number;
  /** 0 … 1. */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const TIMING: Timing = {
  minBackOff: 1_000,
  maxBackOff: 30_000,
  slow: 60_000,
  rare: 300_000,
  poll: 30_000,
  silence: 90_000,
  grace: 2_000,
  steady: 5_000,
  answer: 30_000,
  watch: 300_000,
  random: Math.random,
  now: Date.now,
};

/** Between half of and the whole of `ms`: many clients that failed together must not come back together. */
export function jitter(ms: number, random: () => number): number {
  return Math.round(ms * (0.5 + random() / 2));
}

/** The pause after failure number `failures` (from 1) in a row. */
export function backOff(failures: number, timing: Timing): number {
  const full = Math.min(timing.maxBackOff, timing.minBackOff * 2 ** Math.min(failures - 1, 20));
  return jitter(full, timing.random);
}

/** A wait that ends early by `wake` or by the signal. */
export interface Sleeper {
  sleep(ms: number): Promise<void>;
  /** Ends a sleep under way; true if there was one. */
  wake(): boolean;
}

export function createSleeper(signal: AbortSignal): Sleeper {
  let end: (() => void) | undefined;
  const wake = (): boolean => {
    const awake = end;
    end = undefined;
    awake?.();
    return awake !== undefined;
  };
  signal.addEventListener('abort', wake, { once: true });
  return {
    wake,
    sleep: (ms) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const timer = setTimeout(wake, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
