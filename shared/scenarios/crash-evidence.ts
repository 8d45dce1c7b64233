/** The fields, events and log lines that show a crash loop. */
import { refOf } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import { maskSecrets } from '../diagnosis/mask-secrets.ts';
import type { Evidence } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { runTime } from './containers.ts';
import type { CrashLog } from './crash-log.ts';
import type { CrashLoop } from './crashes.ts';
import { decodeExit } from './exit-codes.ts';
import { clean, formatDuration } from './words.ts';

/** What ends sooner has failed while starting; what runs for minutes fails at its work (catalogue, crash loop). */
const START_UP = 2000;
const AT_WORK = 60_000;

export function crashEvidence(pod: Pod, loop: CrashLoop, log: CrashLog | undefined): Evidence[] {
  const { container, ended, endedAt, kill } = loop;
  const ref = refOf(pod);
  const evidence: Evidence[] = [];
  const add = (path: string, observed: string, why: string): void => {
    evidence.push({ ref, path: `${container.path}.${path}`, observed, why });
  };
  if (ended !== undefined) {
    add(`${endedAt}.exitCode`, String(ended.exitCode), decodeExit(ended.exitCode).hint);
    if (ended.reason !== '')
      add(`${endedAt}.reason`, clean(ended.reason), 'What the runtime says of the end.');
    if (ended.message !== '')
      add(`${endedAt}.message`, clean(maskSecrets(ended.message), 300), 'What it left as its last message.');
    const lived = runTime(ended);
    if (lived !== undefined) add(`${endedAt}.finishedAt`, `ran ${formatDuration(lived)}`, explainRun(lived));
  }
  const { waiting } = container;
  if (waiting !== undefined && waiting.reason !== '') {
    const message = clean(waiting.message, 300);
    const observed = message === '' ? clean(waiting.reason) : `${clean(waiting.reason)}: ${message}`;
    add('state.waiting.reason', observed, explainWait(waiting.reason));
  }
  add('restartCount', String(container.restarts), 'How often the kubelet has started it again.');
  for (const event of new Set([kill?.event, kill?.symptom])) {
    if (event === undefined) continue;
    const why =
      event.reason === 'Unhealthy' ? 'What the probe saw.' : 'The kubelet ended the container itself.';
    evidence.push({ ref: event.ref, path: 'event', observed: clean(event.message, 300), why });
  }
  if (log?.evidence !== undefined) evidence.push(log.evidence);
  return evidence;
}

/** The earliest sign of this loop: its first back-off event, else the start of the run that failed. */
export function loopSince(
  pod: Pod,
  { container, ended }: CrashLoop,
  cluster: ClusterView,
): Instant | undefined {
  const backOff = cluster
    .eventsOf(pod.metadata.uid ?? '')
    .find(({ reason, message }) => reason === 'BackOff' && /restarting failed container/i.test(message));
  const times = [
    backOff?.first,
    container.lastEnded?.startedAt,
    container.lastEnded?.finishedAt,
    ended?.startedAt,
    ended?.finishedAt,
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

function explainWait(reason: string): string {
  if (reason === 'CrashLoopBackOff')
    return 'The kubelet waits longer after each end before it starts it again.';
  return reason === '' ? 'It is between two runs.' : 'The runtime or a hook did not let it start.';
}

function explainRun(lived: number): string {
  if (lived < START_UP)
    return 'It fails while it starts: look at configuration, arguments and what it needs at start.';
  return lived >= AT_WORK
    ? 'It starts well and fails at its work: look at what it does, its load and its dependencies.'
    : 'It fails soon after its start.';
}
