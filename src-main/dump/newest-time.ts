/** Finds the newest time in an object: the present of a dump is the last moment it speaks of. */
import { parseTime } from '../../shared/cluster/times.ts';
import type { Instant } from '../../shared/model/ref.ts';

/**
 * Fields in which Kubernetes writes when something was, never when something will be: `deletionTimestamp` lies ahead
 * by the grace period, and annotations hold expiry dates.
 */
const PAST = new Set([
  'creationTimestamp',
  'firstTimestamp',
  'lastTimestamp',
  'deprecatedFirstTimestamp',
  'deprecatedLastTimestamp',
  'eventTime',
  'lastObservedTime',
  'lastTransitionTime',
  'lastUpdateTime',
  'lastProbeTime',
  'lastHeartbeatTime',
  'startedAt',
  'finishedAt',
  'startTime',
  'completionTime',
  'lastScheduleTime',
  'lastSuccessfulTime',
  'renewTime',
  'acquireTime',
  'timeAdded',
  'time',
]);
const MAX_DEPTH = 24;

/** The newest such time anywhere in a value, `undefined` where there is none. */
export function newestTime(value: unknown, depth = 0): Instant | undefined {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
  let newest: Instant | undefined;
  for (const [key, part] of Object.entries(value)) {
    const time =
      typeof part === 'string' ? (PAST.has(key) ? parseTime(part) : undefined) : newestTime(part, depth + 1);
    if (time !== undefined && (newest === undefined || time > newest)) newest = time;
  }
  return newest;
}
