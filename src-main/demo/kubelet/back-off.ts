/** Delays between attempts that double, as client-go's Backoff counts them. */

const INITIAL_MS = 10_000;
const MAX_MS = 300_000;

export class BackOff {
  #delayMs = 0;
  #lastUpdateMs = 0;

  /** The delay in force, 0 before the first failure. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** How long yet from `nowMs`, for an attempt after an end at `sinceMs`; 0 if one may be made. */
  leftMs(sinceMs: number, nowMs: number): number {
    if (this.#delayMs === 0 || this.#isExpired(sinceMs)) return 0;
    return Math.max(0, sinceMs + this.#delayMs - nowMs);
  }

  /** Counts an attempt at `nowMs` after an end at `sinceMs`: what ran for ten minutes begins anew. */
  next(sinceMs: number, nowMs: number): void {
    this.#delayMs =
      this.#delayMs === 0 || this.#isExpired(sinceMs) ? INITIAL_MS : Math.min(MAX_MS, this.#delayMs * 2);
    this.#lastUpdateMs = nowMs;
  }

  /** When the last attempt was counted. */
  get lastUpdateMs(): number {
    return this.#lastUpdateMs;
  }

  #isExpired(sinceMs: number): boolean {
    return sinceMs - this.#lastUpdateMs > 2 * MAX_MS;
  }
}

/** `10s`, `1m20s`, `5m0s`: durations as Go prints them. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
