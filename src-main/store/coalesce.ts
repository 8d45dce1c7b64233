/** Runs a task soon after it is asked for, but not more often than its interval allows. */

export interface Coalesced {
  /** Asks for a run: at once (in the next turn) if the last one is long enough ago, else when the interval is over. */
  ask(): void;
  /** Drops a pending run and all later ones. */
  stop(): void;
}

/** `intervalMs` lies between the starts of two runs: 100 means at most ten a second. */
export function coalesce(run: () => void, intervalMs: number): Coalesced {
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;
  let stopped = false;
  return {
    ask() {
      if (timer !== undefined || stopped) return;
      const wait = Math.max(0, last + intervalMs - performance.now());
      timer = setTimeout(() => {
        timer = undefined;
        last = performance.now();
        run();
      }, wait);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
