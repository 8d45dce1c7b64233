/** The guard against writes in words. */
import type { WriteGuard } from '../../../shared/model/connection.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import { formatDuration } from '../../parts/time.ts';

/** `Read-only`, `Read-only, blocked`, `Writes unlocked, 9 min`. */
export function describeGuard(guard: WriteGuard, now: Instant): string {
  if (guard.state === 'unlocked')
    return guard.until === undefined
      ? 'Writes unlocked'
      : `Writes unlocked, ${formatDuration(guard.until - now)}`;
  return guard.barred === undefined ? 'Read-only' : 'Read-only, blocked';
}
