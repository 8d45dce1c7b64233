/** Makes the excerpt of a container's log that findings carry: clean, short, without secrets, the error marked. */
import type { LogExcerpt, LogLine } from '../model/finding.ts';
import type { Ref } from '../model/ref.ts';
import { findErrorLine } from './error-line.ts';
import { maskLines } from './mask-secrets.ts';

/** Lines an excerpt holds at most, and how many of them stand before the error. */
const MAX_LINES = 40;
const LINES_BEFORE = 8;
/** Characters shown of a line, and those looked at before: a line may be megabytes long. */
const MAX_LINE = 500;
const MAX_READ = 4000;
/** Lines looked at from the end of what was read. */
const MAX_TAIL = 2000;

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?/;
const ESCAPES =
  // eslint-disable-next-line no-control-regex -- control characters are what it removes
  /\u001b\[[0-9;:?<=>]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export interface LogText {
  readonly pod: Ref;
  readonly container: string;
  readonly previous: boolean;
  /** The tail of the log as the kubelet serves it, with or without its time stamps. */
  readonly text: string;
}

/**
 * The excerpt of a log tail: at most 40 lines around the first line that names an error, or the last 40 where none
 * does; then `firstError` is missing. Line numbers count from 1 within `text`. Escape sequences and control
 * characters are gone, likely secrets are hidden, long lines end in `…`.
 */
export function buildLogExcerpt({ pod, container, previous, text }: LogText): LogExcerpt {
  const raw = text.split('\n');
  if (raw.at(-1) === '') raw.pop();
  const offset = Math.max(0, raw.length - MAX_TAIL);
  const split = raw.slice(offset).map(splitStamp);
  const clean = maskLines(split.map(({ text: line }) => cleanLine(line)));
  const lines = clean.map((line, index): LogLine => {
    const time = split[index]?.time;
    return { number: offset + index + 1, ...(time === undefined ? {} : { time }), text: shorten(line) };
  });
  const error = findErrorLine(clean);
  const [from, to] = windowOf(lines.length, error);
  return {
    pod,
    container,
    previous,
    lines: lines.slice(from, to),
    ...(error === undefined ? {} : { firstError: error - from }),
  };
}

function splitStamp(line: string): { time?: string; text: string } {
  const match = STAMP.exec(line);
  return match?.[1] === undefined ? { text: line } : { time: match[1], text: line.slice(match[0].length) };
}

/** Without control characters and with tabs as spaces; of a line that rewrites itself (progress bars) the last state. */
function cleanLine(line: string): string {
  const read = line.slice(0, MAX_READ).replace(/\r+$/, '');
  return read
    .slice(read.lastIndexOf('\r') + 1)
    .replace(ESCAPES, '')
    .replaceAll('\t', '    ')
    .trimEnd();
}

function shorten(line: string): string {
  const characters = line.length <= MAX_LINE ? undefined : [...line];
  return characters === undefined ? line : `${characters.slice(0, MAX_LINE - 1).join('')}…`;
}

function windowOf(count: number, error: number | undefined): [from: number, to: number] {
  if (error === undefined) return [Math.max(0, count - MAX_LINES), count];
  const from = Math.max(0, Math.min(error - LINES_BEFORE, count - MAX_LINES));
  return [from, Math.min(count, from + MAX_LINES)];
}
