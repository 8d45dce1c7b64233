/** What fits on a fabric's tile: its worst counts, its credentials, and two letters where it is collapsed. */
import type { FabricSummary } from '../../../shared/model/fabric.ts';
import { SEVERITIES, type Severity } from '../../../shared/model/finding.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import { formatDuration } from '../../parts/time.ts';

export interface TileCount {
  readonly severity: Severity;
  readonly count: number;
  /** ` critical`, or empty where there is no room for words. */
  readonly word: string;
}

/** The worst severities that occur, as many as fit; with words up to two of them, else glyph and number alone. */
export function tileCounts(counts: Readonly<Record<Severity, number>>): readonly TileCount[] {
  const present = SEVERITIES.filter((severity) => counts[severity] > 0);
  const digits = present.reduce((sum, severity) => sum + String(counts[severity]).length, 0);
  const words = present.length === 1 || (present.length === 2 && digits <= 3);
  const shown = digits > 6 ? present.slice(0, 3) : present;
  return shown.map((severity) => ({ severity, count: counts[severity], word: words ? ` ${severity}` : '' }));
}

/** `prod-fra1` → `PF`, `kind` → `KI`, for the collapsed rail. */
export function initialsOf(context: string): string {
  const parts = context.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  const [first = '?', second] = parts;
  const letters = second === undefined ? first.slice(0, 2) : `${first.charAt(0)}${second.charAt(0)}`;
  return letters.toUpperCase();
}

const DAY = 24 * 3600_000;

/**
 * `token 6 d left`, where credentials end within 14 days or have ended; coloured within 3. What a program or a file
 * renews by itself within the day is not worth a word.
 */
export function describeCredentials(
  fabric: Pick<FabricSummary, 'credentialsEndAt' | 'signIn'>,
  now: Instant,
): { readonly text: string; readonly near: boolean } | undefined {
  const { credentialsEndAt: end, signIn } = fabric;
  if (end === undefined) return undefined;
  const what = signIn === 'client certificate' ? 'certificate' : 'token';
  const left = end - now;
  const renewed = signIn === 'exec plugin' || signIn === 'auth provider' || signIn === 'token file';
  if (left <= 0) return renewed ? undefined : { text: `${what} expired`, near: true };
  if (left > 14 * DAY || (renewed && left < DAY)) return undefined;
  return { text: `${what} ${formatDuration(left)} left`, near: left < 3 * DAY };
}
