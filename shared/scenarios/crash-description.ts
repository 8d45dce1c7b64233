/** Says in words why a container loops: predicate, cause and next step, by the way its last run ended. */
import type { ClusterView } from '../cluster/view.ts';
import { maskSecrets } from '../diagnosis/mask-secrets.ts';
import type { Pod } from '../model/kube.ts';
import { suspectKill, type Suspicion } from './container-kills.ts';
import { nameContainer, type Ended, type PodContainer } from './containers.ts';
import type { CrashLog } from './crash-log.ts';
import { isSigkill, neverStarted, type CrashLoop } from './crashes.ts';
import { decodeExit } from './exit-codes.ts';
import { startFailure } from './start-failures.ts';
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
  /** Something else may have ended it. */
  readonly doubtful?: boolean;
}

const RUNTIME_CODES = 125;

export function describeCrash(
  pod: Pod,
  loop: CrashLoop,
  log: CrashLog | undefined,
  cluster: ClusterView,
): CrashDescription {
  const { container, ended, kill } = loop;
  const who = nameContainer(container);
  if (kill?.by === 'hook') return describeHook(who, container);
  if (kill !== undefined) return describeProbe(who, kill.by, kill.symptom?.message ?? '', ended);
  if (neverStarted(loop)) return describeRefusal(who, loop);
  if (ended === undefined) return describeUnknown(who);
  const suspicion = suspectKill(pod, container, ended, cluster);
  if (ended.exitCode === 0 && container.type !== 'init') {
    return describeCompletion(who, container, suspicion);
  }
  return describeExit(who, ended, log, suspicion);
}

function describeExit(
  who: string,
  ended: Ended,
  log: CrashLog | undefined,
  suspicion: Suspicion | undefined,
): CrashDescription {
  const { meaning, hint } = decodeExit(ended.exitCode);
  // Below 125 a code is the program's own, and its log says more than the code.
  const ofLog = log?.hint ?? '';
  const brief = ended.exitCode < RUNTIME_CODES ? ofLog || meaning : meaning || ofLog;
  const doubt = suspicion && `Its ${suspicion.by} may be what ended it: ${suspicion.because}.`;
  return {
    predicate: `exits with ${ended.exitCode}`,
    brief: brief === '' ? '' : ` (${brief})`,
    cause: sentences(
      quoteLog(log),
      quoteMessage(ended),
      meaning === '' && log !== undefined ? '' : hint,
      doubt ?? '',
    ),
    advice:
      suspicion === undefined
        ? `Read the log of ${who} up to its first error, and mend what it names.`
        : `Check the ${suspicion.by} of ${who} first; if it is well, read the log up to its first error.`,
    // The same whether or not an event of the kill is still left.
    same: suspicion?.by ?? `exit ${ended.exitCode} ${ended.reason}`.trim(),
    doubtful: suspicion !== undefined,
  };
}

function describeHook(who: string, container: PodContainer): CrashDescription {
  const said = container.waiting?.reason === 'PostStartHookError' ? container.waiting.message : '';
  return {
    predicate: 'is ended because its postStart hook fails',
    brief: '',
    cause: sentences(
      'The kubelet ends a container whose postStart hook fails, whatever the program does.',
      clean(said) === '' ? '' : `It says: ${quote(maskSecrets(withoutIds(said)), 200)}.`,
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

function describeRefusal(who: string, { container, ended, phase }: CrashLoop): CrashDescription {
  const message =
    phase === 'refused' ? container.waiting?.message || ended?.message || '' : (ended?.message ?? '');
  const reason = startFailure(message);
  return {
    predicate: 'cannot be started',
    brief: reason === '' ? '' : ` (${reason})`,
    cause: sentences(
      'The container runtime cannot start the program, so it leaves no log.',
      clean(message) === '' ? 'It does not say why.' : `It says: ${quote(withoutIds(message), 300)}.`,
    ),
    advice: `Compare command, args and workingDir of ${who} with what is in its image.`,
    same: `start ${reason}`.trim(),
  };
}

function describeUnknown(who: string): CrashDescription {
  return {
    predicate: 'ends again and again',
    brief: '',
    cause: 'The kubelet backs off from starting it; how it ended is not on record.',
    advice: `Wait for the next run of ${who}, and read its log and exit code then.`,
    same: 'unknown end',
  };
}

function describeCompletion(
  who: string,
  container: PodContainer,
  suspicion: Suspicion | undefined,
): CrashDescription {
  const probe =
    suspicion === undefined
      ? 'No probe or hook ended it.'
      : `Its ${suspicion.by} may have asked it to end as well: ${suspicion.because}.`;
  return {
    predicate: 'exits with 0',
    brief: ' (completed)',
    cause: `It does its work and exits with 0, but ${container.type === 'sidecar' ? 'a sidecar' : 'restartPolicy Always'} means that it is to run for ever. ${probe}`,
    advice: `Make it a Job or CronJob if ${who} is to end; else start the program in the foreground.`,
    same: suspicion?.by ?? 'completed',
    doubtful: suspicion !== undefined,
  };
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
