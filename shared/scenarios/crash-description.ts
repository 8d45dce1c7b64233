/** Says in words why a container loops: predicate, cause and next step, by the way its last run ended. */
import type { ClusterView } from '../cluster/view.ts';
import { maskSecrets } from '../diagnosis/mask-secrets.ts';
import type { Pod } from '../model/kube.ts';
import { mayBeProbeKill } from './container-kills.ts';
import { nameContainer, type Ended, type PodContainer } from './containers.ts';
import type { CrashLog } from './crash-log.ts';
import { isSigkill, type CrashLoop } from './crashes.ts';
import { decodeExit } from './exit-codes.ts';
import { clean, quote } from './words.ts';

export interface CrashDescription {
  /** Continues `container main …`: `exits with 3`. */
  readonly predicate: string;
  /** In brackets behind the predicate, with the space before it; or empty. */
  readonly brief: string;
  readonly cause: string;
  readonly advice: string;
  /** What pods of one finding share. */
  readonly same: string;
}

const RUNTIME_CODES = 125;
const UNSTARTABLE: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun', 'RunContainerError']);

export function describeCrash(
  pod: Pod,
  loop: CrashLoop,
  log: CrashLog | undefined,
  cluster: ClusterView,
): CrashDescription {
  const { container, ended, kill, phase } = loop;
  const who = nameContainer(container);
  if (kill?.by === 'hook') return describeHook(who, container);
  if (kill !== undefined) return describeProbe(who, kill.by, kill.symptom?.message ?? '', ended);
  if (ended === undefined || UNSTARTABLE.has(ended.reason)) {
    return describeRefusal(who, ended?.message || container.waiting?.message || '', ended, phase);
  }
  if (ended.exitCode === 0 && container.type !== 'init') {
    return describeCompletion(who, container, mayHaveBeenKilled(pod, loop, cluster));
  }
  return describeExit(who, ended, log, mayHaveBeenKilled(pod, loop, cluster));
}

function describeExit(
  who: string,
  ended: Ended,
  log: CrashLog | undefined,
  doubtful: boolean,
): CrashDescription {
  const { meaning, hint } = decodeExit(ended.exitCode);
  // Below 125 a code is the program's own, and its log says more than the code.
  const ofLog = log?.hint ?? '';
  const brief = ended.exitCode < RUNTIME_CODES ? ofLog || meaning : meaning || ofLog;
  const doubt = doubtful ? 'A failing probe may have ended it: events cannot be read.' : '';
  return {
    predicate: `exits with ${ended.exitCode}`,
    brief: brief === '' ? '' : ` (${brief})`,
    cause: sentences(hint, quoteLog(log), quoteMessage(ended), doubt),
    advice: `Read the log of ${who} up to its first error, and mend what it names.`,
    same: `exit ${ended.exitCode} ${ended.reason}`.trim(),
  };
}

function describeHook(who: string, container: PodContainer): CrashDescription {
  const said =
    container.waiting?.reason === 'PostStartHookError' ? clean(container.waiting.message, 200) : '';
  return {
    predicate: 'is ended because its postStart hook fails',
    brief: '',
    cause: sentences(
      'The kubelet ends a container whose postStart hook fails, whatever the program does.',
      said,
    ),
    advice: `Run the command of the postStart hook of ${who} by hand, and mend or remove it.`,
    same: 'postStart hook',
  };
}

function describeProbe(
  who: string,
  by: 'liveness' | 'startup',
  symptom: string,
  ended: Ended | undefined,
): CrashDescription {
  const saw = clean(symptom, 200);
  const end =
    ended === undefined || !isSigkill(ended)
      ? ''
      : 'It did not end within its grace period and was killed with SIGKILL; this is no lack of memory.';
  const advice =
    by === 'startup'
      ? `Raise failureThreshold of the startup probe of ${who} to the time a start takes, or mend what keeps it from answering.`
      : `Compare path, port and timeout of the liveness probe of ${who} with what the program serves; a slow start needs a startup probe.`;
  return {
    predicate: `is killed by its ${by} probe`,
    brief: '',
    cause: sentences(
      `The kubelet restarts it because its ${by} probe fails: it does not crash by itself.`,
      saw === '' ? '' : `The probe saw: ${quote(withoutAddresses(saw), 200)}.`,
      end,
    ),
    advice,
    same: `${by} probe`,
  };
}

function describeRefusal(
  who: string,
  message: string,
  ended: Ended | undefined,
  phase: CrashLoop['phase'],
): CrashDescription {
  const reason = startFailure(message);
  const said = clean(message, 300);
  return {
    predicate: 'cannot be started',
    brief: reason === '' ? '' : ` (${reason})`,
    cause: sentences(
      'The container runtime cannot start the program, so it leaves no log.',
      said === '' ? '' : `It says: ${quote(withoutIds(said), 300)}.`,
      said === '' && phase === 'backing-off' ? 'It does not say why.' : '',
    ),
    advice: `Compare command, args and workingDir of ${who} with what is in its image.`,
    same: `start ${reason} ${ended?.exitCode ?? ''}`.trim(),
  };
}

function describeCompletion(who: string, container: PodContainer, doubtful: boolean): CrashDescription {
  const probe = doubtful
    ? 'A failing probe may have asked it to end as well: events cannot be read.'
    : 'No probe or hook ended it.';
  return {
    predicate: 'ends with success and is started again',
    brief: ' (exit 0)',
    cause: `It does its work and exits with 0, but ${container.type === 'sidecar' ? 'a sidecar' : 'restartPolicy Always'} means that it is to run for ever. ${probe}`,
    advice: `Make it a Job or CronJob if ${who} is to end; else start the program in the foreground.`,
    same: 'completed',
  };
}

/** Events cannot be read, and the container has a probe that might have ended it. */
function mayHaveBeenKilled(pod: Pod, { container, ended }: CrashLoop, cluster: ClusterView): boolean {
  if (ended === undefined || !mayBeProbeKill(container, ended)) return false;
  const events = cluster.knowledge('Event', pod.metadata.namespace);
  return events !== 'known' && events !== 'absent';
}

const START_FAILURES: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/executable file not found|no such file or directory/i, 'command not found in the image'],
  [/exec format error/i, 'wrong processor architecture'],
  [/permission denied/i, 'not executable'],
  [/no such user|unable to find user|unable to find group/i, 'unknown user'],
  [/mkdir|chdir|working directory/i, 'working directory'],
  [/read-only file system/i, 'read-only file system'],
  [/mount/i, 'mount failed'],
];

/** What keeps the runtime from starting a program, in a few words; empty if its message is none of the known ones. */
export function startFailure(message: string): string {
  return START_FAILURES.find(([pattern]) => pattern.test(message))?.[1] ?? '';
}

function quoteLog(log: CrashLog | undefined): string {
  if (log === undefined) return '';
  if (log.line === '') return 'Its log is empty.';
  const which = log.excerpt.firstError === undefined ? 'Its log ends with' : 'Its log says first';
  return `${which}: ${quote(log.line, 200)}.`;
}

function quoteMessage({ message }: Ended): string {
  return clean(message) === '' ? '' : `It left the message ${quote(maskSecrets(message), 200)}.`;
}

/** Pod addresses differ from pod to pod, and the sentence speaks for all of them. */
function withoutAddresses(text: string): string {
  return text.replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, 'the pod').replace(/\[[0-9a-f:]+\]/gi, 'the pod');
}

/** Container ids and paths below them differ from run to run. */
function withoutIds(text: string): string {
  return text.replace(/\b[0-9a-f]{12,64}\b/g, '…');
}

function sentences(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
