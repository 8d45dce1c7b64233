/** Tells a container that crashes again and again from one that crashed once, and says how its last run ended. */
import { text } from '../cluster/narrow.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { concerns, killOf, suspectKill, type Kill } from './container-kills.ts';
import { runTime, troubledContainers, type Ended, type PodContainer } from './containers.ts';
import { isBenign, isFinished } from './pods.ts';
import { startFailure } from './start-failures.ts';

export interface CrashLoop {
  readonly container: PodContainer;
  /** How the run ended that failed last; missing where none ever began. */
  readonly ended?: Ended;
  /**
   * `backing-off`: the kubelet waits before the next run. `ended`: it has not said so yet. `refused`: the runtime could
   * not start it, or its hook failed. `running`: in the midst of one more run that has not outlived the last.
   */
  readonly phase: 'backing-off' | 'ended' | 'refused' | 'running';
  /** Field under the container's status where `ended` stands. */
  readonly endedAt: 'state.terminated' | 'lastState.terminated';
  readonly kill?: Kill;
  /** Which of the scenarios speaks of this container: each container has one finding. */
  readonly verdict: 'crash' | 'out of memory' | 'killed';
}

/** After ten minutes of running the kubelet forgets the back-off: what ends later ended once, it does not loop. */
const BACK_OFF_RESET = 10 * 60 * 1000;

/** A run is no sign of recovery before it has lasted as long as the last one, within these bounds. */
const SHORTEST_TRIAL = 30 * 1000;
const LONGEST_TRIAL = 2 * 60 * 1000;

/** Two crashes are a coincidence; the third is a loop. Beside `terminated` (catalogue, pods, rule 1). */
const RESTARTS_OF_A_LOOP = 2;
const RESTARTS_WHILE_RUNNING = 3;

const UNSTARTABLE: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);
const REFUSALS: ReadonlySet<string> = new Set([
  'RunContainerError',
  'StartError',
  'ContainerCannotRun',
  'PostStartHookError',
]);
/** What a container shows between two runs, before the kubelet knows more. */
const BETWEEN_RUNS: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** The containers of a pod that loop; none for a pod that is healthy, leaving, or ended as a whole. */
export function crashLoopsOf(pod: Pod, cluster: ClusterView, now: Instant): CrashLoop[] {
  const containers = troubledContainers(pod);
  if (containers.length === 0 || isBenign(pod) || isFinished(pod)) return [];
  return containers.flatMap((container) => {
    const loop = loopOf(pod, container, cluster, now);
    if (loop === undefined) return [];
    const kill = killOf(pod, container, loop.ended, cluster);
    return { ...loop, ...(kill === undefined ? {} : { kill }), verdict: verdictOf(pod, loop, kill, cluster) };
  });
}

/** Whether what loops is the start itself, not the program: then there is no exit code of the program's, and no log. */
export function neverStarted({
  container,
  ended,
  phase,
}: Pick<CrashLoop, 'container' | 'ended' | 'phase'>): boolean {
  const refused = phase === 'refused' && container.waiting?.reason !== 'PostStartHookError';
  return refused || (ended !== undefined && UNSTARTABLE.has(ended.reason));
}

/** Exit 137 or signal 9 without the kernel's word that memory ran out. */
export function isSigkill({ exitCode, signal, reason }: Ended): boolean {
  return (exitCode === 137 || signal === 9) && reason !== 'OOMKilled';
}

type Loop = Omit<CrashLoop, 'kill' | 'verdict'>;

function loopOf(pod: Pod, container: PodContainer, cluster: ClusterView, now: Instant): Loop | undefined {
  const { waiting, ended, lastEnded, restarts } = container;
  if (waiting !== undefined) {
    const last = lastEnded === undefined ? {} : { ended: lastEnded };
    const base = { container, ...last, endedAt: 'lastState.terminated' } as const;
    if (waiting.reason === 'CrashLoopBackOff') return { ...base, phase: 'backing-off' };
    if (isRefusal(waiting)) return { ...base, phase: 'refused' };
    return BETWEEN_RUNS.has(waiting.reason) && isOnTrial(container, now, cluster, now)
      ? { ...base, phase: 'running' }
      : undefined;
  }
  if (ended !== undefined) {
    const looping = restarts >= RESTARTS_OF_A_LOOP || hasBackOffEvent(pod, container, cluster);
    if (!looping || !willRestart(pod, container, ended) || isLong(ended)) return undefined;
    return { container, ended, endedAt: 'state.terminated', phase: 'ended' };
  }
  const startedAt = container.running?.startedAt;
  if (lastEnded === undefined || startedAt === undefined || !isOnTrial(container, startedAt, cluster, now)) {
    return undefined;
  }
  return { container, ended: lastEnded, endedAt: 'lastState.terminated', phase: 'running' };
}

/** CRI-O and Docker fail in creating the container where containerd fails in starting it. */
function isRefusal({ reason, message }: { reason: string; message: string }): boolean {
  return REFUSALS.has(reason) || (reason === 'CreateContainerError' && startFailure(message) !== '');
}

/**
 * Whether a run that began at `startedAt` is one more try of a loop: the last run was short, the container waited out
 * a back-off, and this run has not lasted longer yet.
 */
function isOnTrial(container: PodContainer, startedAt: Instant, cluster: ClusterView, now: Instant): boolean {
  const { lastEnded, restarts } = container;
  if (lastEnded?.finishedAt === undefined || restarts < RESTARTS_WHILE_RUNNING || isLong(lastEnded))
    return false;
  const pause = startedAt - lastEnded.finishedAt;
  if (pause > BACK_OFF_RESET) return false;
  const trial = Math.min(Math.max(1.5 * (runTime(lastEnded) ?? 0), SHORTEST_TRIAL), LONGEST_TRIAL);
  if (now >= startedAt + trial) return false;
  cluster.recheckAt(startedAt + trial);
  return true;
}

function isLong(ended: Ended): boolean {
  return (runTime(ended) ?? 0) >= BACK_OFF_RESET;
}

/** Whether the kubelet starts a container again that ended so, by its own restart policy or its pod's. */
function willRestart(pod: Pod, container: PodContainer, { exitCode }: Ended): boolean {
  if (container.type === 'sidecar') return true;
  const policy = text(container.spec.restartPolicy) || text(pod.spec?.restartPolicy) || 'Always';
  if (policy === 'Never') return false;
  return exitCode !== 0 || (policy === 'Always' && container.type === 'main');
}

function hasBackOffEvent(pod: Pod, container: PodContainer, cluster: ClusterView): boolean {
  if (container.restarts === 0) return false;
  const finishedAt = container.ended?.finishedAt;
  return cluster
    .eventsOf(pod.metadata.uid ?? '')
    .some(
      (event) =>
        event.reason === 'BackOff' &&
        /restarting failed container/i.test(event.message) &&
        concerns(event, container) &&
        (event.last === undefined ||
          finishedAt === undefined ||
          Math.abs(event.last - finishedAt) < BACK_OFF_RESET),
    );
}

function verdictOf(
  pod: Pod,
  { container, ended, phase }: Loop,
  kill: Kill | undefined,
  cluster: ClusterView,
): CrashLoop['verdict'] {
  if ([ended, container.lastEnded].some((end) => end?.reason === 'OOMKilled')) return 'out of memory';
  if (ended === undefined || phase === 'refused' || kill !== undefined || !isSigkill(ended)) return 'crash';
  return suspectKill(pod, container, ended, cluster) === undefined ? 'killed' : 'crash';
}
