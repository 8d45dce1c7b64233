/** Finds the line of a log that names the failure. */
import { isRecord, text } from '../cluster/narrow.ts';

/** How sure a line is to name a failure: by its level, by a word alone, or not at all. */
type Weight = 'certain' | 'word' | 'none';

const BAD_LEVEL = /^(?:e|err|error|f|fatal|crit|critical|panic|alert|emerg|emergency|severe|dpanic)$/i;
const GOOD_LEVEL = /^(?:i|info|information|d|debug|t|trace|v|verbose|n|notice|w|warn|warning|fine|config)$/i;
/** Syslog and bunyan/pino write levels as numbers: bunyan 50 and 60 are errors, and syslog 0-3. */
const BUNYAN_ERROR = 50;

const LEVEL_FIELDS = ['level', 'severity', 'lvl', 'log.level', 'loglevel', 'levelname', '@level'] as const;
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s/;
const LOGFMT_LEVEL = /(?:^|\s)(?:level|lvl|severity)="?([A-Za-z]+)"?(?=\s|$)/;
/** A level as loggers set it: alone between spaces, brackets, bars or colons, near the start of the line. */
const LEVEL_WORD =
  /(?:^|[\s[(|<:,-])(ERROR|ERR|FATAL|CRITICAL|CRIT|PANIC|SEVERE|ALERT|EMERG|INFO|DEBUG|TRACE|WARN|WARNING|NOTICE|error|fatal|critical|panic|info|debug|trace|warn|warning|notice|emerg|crit|alert)(?=[\s\])|>:,]|$)/;
const LEVEL_REACH = 120;

const NAMED_FAILURE =
  /^(?:panic|fatal|fatal error|error|err|runtime error|segmentation fault|segfault|unhandled|uncaught)\b(?!=)|\b(?:[A-Z]\w*(?:Exception|Error)|Uncaught|Unhandled)\b(?=[:\s(]|$)|\bException in thread\b|\b(?:error|fatal|panic): |\bsegmentation fault\b|\bcore dumped\b|\bexec format error\b|\bno such file or directory\b|\bpermission denied\b|\bcommand not found\b|\bcannot (?:open|find|connect|load|read|execute)\b/i;
const FAILURE_WORD =
  /\b(?:error|errors|failed|failure|fatal|exception|cannot|could not|unable to|refused|denied|not found)\b/i;
/** Phrases with an error word that say there is none. */
const NO_FAILURE =
  /\b(?:0|no|zero|without(?: any)?) (?:errors?|failures?|exceptions?)\b|\b(?:err|error|errors|failed|failures?)["']?\s?[=:]\s?["']?(?:<?nil>?|null|none|0|false|"")(?=[\s,;.}"'\])]|$)/gi;

const TRACEBACK = /^\s*Traceback \(most recent call last\):\s*$/;

/**
 * Index of the first line that names an error: by its level (plain, logfmt, JSON, klog), by an exception or panic; of a
 * Python traceback its last line. Only where no line does, the first with an error word in it, INFO lines included.
 * `undefined` where nothing in the log speaks of a failure.
 */
export function findErrorLine(lines: readonly string[]): number | undefined {
  let word: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (TRACEBACK.test(line)) return endOfTraceback(lines, index);
    const weight = weigh(line);
    if (weight === 'certain') return index;
    if (weight === 'word') word ??= index;
  }
  return word;
}

function weigh(line: string): Weight {
  const said = line.replace(NO_FAILURE, ' ');
  const level = levelOf(line);
  if (level !== undefined && BAD_LEVEL.test(level))
    return mentionsNothingBad(line, said) ? 'none' : 'certain';
  const good = level !== undefined && GOOD_LEVEL.test(level);
  if (!good && NAMED_FAILURE.test(said)) return 'certain';
  return FAILURE_WORD.test(said) ? 'word' : 'none';
}

/** `error: nil` and the like: the level was only the name of a field that is empty. */
function mentionsNothingBad(line: string, said: string): boolean {
  return said !== line && levelOf(said) === undefined && !FAILURE_WORD.test(said);
}

function levelOf(line: string): string | undefined {
  const json = levelOfJson(line);
  if (json !== undefined) return json;
  return (
    KLOG.exec(line)?.[1] ?? LOGFMT_LEVEL.exec(line)?.[1] ?? LEVEL_WORD.exec(line.slice(0, LEVEL_REACH))?.[1]
  );
}

/** The level of a line that is one JSON object; an empty text where it has none that is known. */
function levelOfJson(line: string): string | undefined {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(entry)) return undefined;
  for (const field of LEVEL_FIELDS) {
    const level = Object.hasOwn(entry, field) ? entry[field] : undefined;
    if (typeof level === 'number') return level >= BUNYAN_ERROR ? 'error' : 'info';
    if (text(level) !== '') return text(level);
  }
  const nested = isRecord(entry.log) ? text(entry.log.level) : '';
  return nested === '' ? undefined : nested;
}

/** The first line behind the stack that is not indented: `ValueError: …`; the last line there is, if cut off. */
function endOfTraceback(lines: readonly string[], start: number): number {
  for (let index = start + 1; index < lines.length; index += 1) {
    if (/^\S/.test(lines[index] ?? '')) return index;
  }
  return lines.length > start + 1 ? lines.length - 1 : start;
}
