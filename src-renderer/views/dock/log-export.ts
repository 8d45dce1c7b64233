/** A log as plain text, for a file or the clipboard. */
import type { LogLine } from './log-buffer.ts';

/** One line each: time, `pod/container`, text. Markers stand in dashes, so that they are not taken for log lines. */
export function plainLog(lines: readonly LogLine[]): string {
  return lines
    .map((line) => {
      if (line.marker) return `--- ${line.text} ---\n`;
      return `${line.time === undefined ? '' : `${line.time} `}${line.source} ${line.text}\n`;
    })
    .join('');
}
