// Waits for what must come, with more patience than vitest has by itself: machines are busy.
import { expect } from 'vitest';

/** `expect.poll` for up to 4.5 s, which is within the time of a test; it goes on as soon as the matcher holds. */
export const eventually: typeof expect.poll = (probe, options) =>
  expect.poll(probe, { timeout: 4500, interval: 5, ...options });
