/** What fits on a fabric's tile: its worst counts, and two letters where it is collapsed. */
import { SEVERITIES, type Severity } from '../../../shared/model/finding.ts';

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
