// Waits for a condition by asking again and again, never for a fixed time.
import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 150;

/**
 * Asks until the probe gives a truthy value, and resolves to it.
 * @param describe says, after `timeoutMs`, what was waited for
 */
export async function poll<T>(
  probe: () => Promise<T>,
  timeoutMs: number,
  describe: () => string,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let failure: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) break;
    await delay(INTERVAL_MS);
  }
  const why = failure instanceof Error ? ` Last error: ${failure.message}` : '';
  throw new Error(`${describe()} did not happen within ${String(timeoutMs / 1000)} s.${why}`, {
    cause: failure,
  });
}
