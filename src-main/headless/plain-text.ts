/** Makes text from a cluster harmless for a terminal, a ticket and a JSON reader. */

/** C0 and C1 controls, DEL, line and paragraph separators, and the marks that reverse the direction of text. */
// eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** One line without control characters: line breaks and tabs become spaces, all others are spelled out. */
export function cleanLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(HOSTILE, escape);
}

/** JSON in which no character can act on a terminal; it parses to the same value. */
export function cleanJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(HOSTILE, (char) =>
    char === '\n' ? char : escape(char),
  );
}

/** `4 min`, `2 h`, `3 d` for a duration in ms: how findings tell their age. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** Breaks a line at spaces so that it fits `width` columns; words longer than that stay whole. */
export function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
