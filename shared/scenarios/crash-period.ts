/** How often a looping container is started. */
import { parseQuantity } from '../cluster/quantities.ts';
import { runTime } from './containers.ts';
import type { CrashLoop } from './crashes.ts';

const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = { h: 3600 * SECOND, m: 60 * SECOND, s: SECOND, ms: 1 };

/** Between two starts no loop takes longer than a run of ten minutes and a back-off of five. */
const LONGEST_PERIOD = 15 * 60 * SECOND;

/**
 * The time in ms from one start or end of the container to the next, as far as its status tells: between the last two
 * ends or starts, or else the length of the last run with the back-off the kubelet names. `undefined` if it does not.
 */
export function loopPeriod({ container, ended, phase }: CrashLoop): number | undefined {
  if (ended === undefined) return undefined;
  let period: number | undefined;
  if (phase === 'running') period = between(ended.startedAt, container.running?.startedAt);
  else if (phase === 'ended') period = between(container.lastEnded?.finishedAt, ended.finishedAt);
  else {
    const pause = readBackOff(container.waiting?.message ?? '');
    period = pause === undefined ? undefined : pause + (runTime(ended) ?? 0);
  }
  return period === undefined || period < SECOND || period > LONGEST_PERIOD ? undefined : period;
}

/** The pause in ms of `back-off 2m40s restarting failed container=…`. */
export function readBackOff(message: string): number | undefined {
  const duration = /\bback-off ((?:\d+(?:\.\d+)?(?:h|ms|m|s))+) restarting/i.exec(message)?.[1];
  if (duration === undefined) return undefined;
  let sum = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/gi)) {
    sum += (parseQuantity(amount) ?? 0) * (UNITS[(unit ?? '').toLowerCase()] ?? 0);
  }
  return sum;
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}
