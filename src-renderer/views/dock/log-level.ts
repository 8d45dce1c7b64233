/** Finds the level that a log line names. */

/** Worst first; `none` where a line names no level. */
export const LEVELS = ['fatal', 'error', 'warning', 'info', 'debug', 'none'] as const;
export type Level = (typeof LEVELS)[number];

const WORDS: Readonly<Record<string, Level>> = {
  fatal: 'fatal',
  panic: 'fatal',
  crit: 'fatal',
  critical: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  alert: 'fatal',
  severe: 'error',
  error: 'error',
  err: 'error',
  exception: 'error',
  warning: 'warning',
  warn: 'warning',
  notice: 'info',
  info: 'info',
  information: 'info',
  informational: 'info',
  debug: 'debug',
  dbg: 'debug',
  trace: 'debug',
  verbose: 'debug',
};

// `level=error`, `"severity":"ERROR"`, `lvl: warn`: says it outright, wherever it stands.
const FIELD = /["']?\b(?:level|lvl|severity|loglevel|log\.level)["']?\s*[=:]\s*["']?([A-Za-z]+)\b/i;
// `I1120 14:31:41.123456`: klog's letter, date and time.
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d\./;
const KLOG_LEVELS: Readonly<Record<string, Level>> = { I: 'info', W: 'warning', E: 'error', F: 'fatal' };
// Pino and bunyan write numbers.
const NUMBERED = /"level"\s*:\s*(10|20|30|40|50|60)\b/;
const NUMBERS: Readonly<Record<string, Level>> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'fatal',
};
// A word in upper case, or any case right after the time, in brackets or before a colon at the start of the line.
const CAPITALS =
  /\b(FATAL|PANIC|CRITICAL|CRIT|EMERG|ALERT|SEVERE|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)\b/;
const LEADING = /^[\s\d\-:.,TZ+/]*[[(<]?([A-Za-z]{3,13})[\])>]?(?=[:\s\]|]|$)/;
const BRACKETED = /[[<(](fatal|panic|critical|crit|error|err|warning|warn|notice|info|debug|trace)[\])>]/i;
const RAISED =
  /^(?:panic:|fatal error:|Unhandled|Uncaught|Traceback \(most recent call last\)|Exception in thread)|^(?:[\w$]+\.)*[\w$]*(?:Error|Exception)(?::|$)/;
// Only the beginning is looked at: a level stands there, and a line may be a megabyte long.
const LOOK_AT = 400;

/** The level a line names by field, by klog prefix or by word; `none` where it names none. */
export function detectLevel(text: string): Level {
  const head = text.length > LOOK_AT ? text.slice(0, LOOK_AT) : text;
  const klog = KLOG.exec(head)?.[1];
  if (klog !== undefined) return KLOG_LEVELS[klog] ?? 'none';
  const number = NUMBERED.exec(head)?.[1];
  if (number !== undefined) return NUMBERS[number] ?? 'none';
  const field = lookUp(FIELD.exec(head)?.[1]);
  if (field) return field;
  if (RAISED.test(head)) return 'error';
  return (
    lookUp(LEADING.exec(head)?.[1]) ??
    lookUp(CAPITALS.exec(head)?.[1]) ??
    lookUp(BRACKETED.exec(head)?.[1]) ??
    'none'
  );
}

function lookUp(word: string | undefined): Level | undefined {
  if (word === undefined) return undefined;
  const key = word.toLowerCase();
  return Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
}

const CONTINUED = /^(?:\s|[)}\]]|Caused by|\.\.\.|at |goroutine \d)/;

/** True for lines that belong to the one before: stack frames and other indented text. They share its level. */
export function isContinuation(text: string): boolean {
  return CONTINUED.test(text);
}

/** True where a level is as bad as `least`, or worse; a line without level only passes `none`. */
export function isAtLeast(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(least);
}
