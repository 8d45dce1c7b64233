/** The line of a container's log that names the failure, in a form that fits into a sentence. */
import { refOf } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Evidence, LogExcerpt } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import { neverStarted, type CrashLoop } from './crashes.ts';
import { clean } from './words.ts';

export interface CrashLog {
  readonly excerpt: LogExcerpt;
  /** The first line that names an error, else the last line; without time stamp; empty if the log is. */
  readonly line: string;
  /** What the line says in two or three words, for a few well-known failures. */
  readonly hint: string | undefined;
  readonly evidence: Evidence | undefined;
}

const LONGEST_QUOTE = 200;

/** Times at the start of a line, which differ from run to run: RFC 3339, `2026/11/20 10:00:00`, klog, epochs. */
const STAMP =
  /^(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|\s?[+-]\d\d:?\d\d)?\]?|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?|\d{10}(?:\.\d+)?)[\s:|-]*/;

/** The first that matches says it; the more precise ones stand first. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/exec format error/i, 'wrong processor architecture'],
  [/panic: /, 'Go panic'],
  [/^Traceback \(most recent call last\)/, 'Python exception'],
  [/OutOfMemoryError|heap out of memory|Cannot allocate memory/i, 'out of memory inside the program'],
  [
    /password authentication failed|access denied for user|authentication failed|invalid credentials/i,
    'login refused',
  ],
  [/connection refused|ECONNREFUSED/i, 'connection refused'],
  [/no such host|ENOTFOUND|EAI_AGAIN|name resolution|Name or service not known/i, 'host name not found'],
  [/i\/o timeout|ETIMEDOUT|connection timed out|deadline exceeded/i, 'connection timed out'],
  [/x509:|certificate (?:verify failed|has expired)/i, 'certificate refused'],
  [/address already in use|EADDRINUSE/i, 'port already in use'],
  [/is forbidden: User "system:serviceaccount/i, 'API access denied'],
  [/no space left on device/i, 'disk full'],
  [/read-only file system/i, 'read-only file system'],
  [/command not found|: not found$/i, 'command not found'],
  [/permission denied|EACCES|operation not permitted/i, 'permission denied'],
  [
    /config\w* (?:file )?(?:is )?(?:missing|not found|invalid)|(?:missing|invalid|cannot open|no) config/i,
    'config missing',
  ],
  [/environment variable|env(?:ironment)? var\b/i, 'environment variable missing'],
  [/no such file or directory|ENOENT|FileNotFound/i, 'file missing'],
  [/unknown flag|unrecognized (?:option|argument)|invalid option|unknown option/i, 'unknown option'],
];

/**
 * The log of the run that failed, if it is at hand; asking is what has it fetched. Where the container has ended, that
 * run is the current log, otherwise the previous one (catalogue, pods, rule 1). A run that never began has none.
 */
export function readCrashLog(pod: Pod, loop: CrashLoop, cluster: ClusterView): CrashLog | undefined {
  const { container, phase } = loop;
  if (neverStarted(loop)) return undefined;
  const answer = cluster.logOf(pod, container.name, phase !== 'ended');
  if (answer.state !== 'ready') return undefined;
  const { excerpt } = answer;
  const marked = excerpt.firstError === undefined ? undefined : excerpt.lines[excerpt.firstError];
  const quoted = marked ?? excerpt.lines.findLast(({ text }) => clean(text) !== '');
  const line = quoted === undefined ? '' : quotable(quoted.text);
  if (line === '') return { excerpt, line, hint: undefined, evidence: undefined };
  const why =
    marked === undefined
      ? 'The last line of the log of the run that failed.'
      : 'The first error in the log of the run that failed.';
  return {
    excerpt,
    line,
    hint: HINTS.find(([pattern]) => pattern.test(line))?.[1],
    evidence: { ref: refOf(pod), path: 'log', observed: line, why },
  };
}

/** A log line for a sentence: shortened, without its time. Excerpts hold no credentials any more. */
export function quotable(text: string): string {
  return clean(clean(text, LONGEST_QUOTE * 2).replace(STAMP, ''), LONGEST_QUOTE);
}
