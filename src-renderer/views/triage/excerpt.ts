/** Which lines of a log excerpt are shown at first. */
import type { LogExcerpt, LogLine } from '../../../shared/model/finding.ts';

const BEFORE = 3;
const AFTER = 4;

export interface ShownLine {
  readonly line: LogLine;
  /** The first line that names an error. */
  readonly first: boolean;
}

/** A few lines around the first error, or the last ones where none names an error; all of them on demand. */
export function excerptWindow(log: LogExcerpt, all: boolean): readonly ShownLine[] {
  const lines = log.lines.map((line, index) => ({ line, first: index === log.firstError }));
  if (all || lines.length <= BEFORE + 1 + AFTER) return lines;
  if (log.firstError === undefined) return lines.slice(-(BEFORE + 1 + AFTER));
  const from = Math.max(0, Math.min(log.firstError - BEFORE, lines.length - (BEFORE + 1 + AFTER)));
  return lines.slice(from, from + BEFORE + 1 + AFTER);
}
