/** pod/oom-killed: the kernel ended a container because memory ran out. */
import { inventUid, refOf } from '../../cluster/refs.ts';
import { record } from '../../cluster/narrow.ts';
import type { ClusterEvent, ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence, Severity } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import type { Instant } from '../../model/ref.ts';
import { defineScenario } from '../../model/scenario.ts';
import { nameContainer, runTime, containersEnded, type Ended, type PodContainer } from '../containers.ts';
import { loopSince } from '../crash-evidence.ts';
import { crashLoopsOf, type CrashLoop } from '../crashes.ts';
import { isBenign, isFinished, isSuperseded } from '../pods.ts';
import { severityOfRecovered } from '../recent-ends.ts';
import { clean, formatDuration, formatQuantity, nameObject } from '../words.ts';

const REASON = 'OOMKilled';
/** As often as this is no spike that passed: it comes back. */
const REPEATED = 3;
/** A limit that is reached so soon is below what a start needs. */
const START_UP = 10_000;
/** Events of the node's own memory shortage; from the kubelet, and from node-problem-detector. */
const NODE_OOM: ReadonlySet<string> = new Set(['SystemOOM', 'OOMKilling']);
const NEAR = 2 * 60_000;

/** The kill, and the field of the container's status that tells of it. */
interface Kill {
  readonly container: PodContainer;
  readonly ended: Ended;
  readonly field: 'state.terminated' | 'lastState.terminated';
  readonly severity: Severity;
  /** It is down, or comes up only to be killed again. */
  readonly down: boolean;
  /** Since when it is killed again and again; missing for a single kill. */
  readonly since?: Instant | undefined;
}

/**
 * By `terminated.reason` alone: exit 137 without it is some other SIGKILL, and with it the exit code may be any (a
 * child was killed, and the program ended by itself).
 */
export const oomKilled = defineScenario<'Pod'>({
  id: 'pod/oom-killed',
  title: 'Container killed for lack of memory',
  subject: 'Pod',
  needs: [],
  mayRead: ['Event', 'Job'],
  diagnose(pod, cluster, now) {
    const containers = containersEnded(pod, (_, reason) => reason === REASON);
    if (containers.length === 0) return [];
    if (isBenign(pod) || isSuperseded(pod, cluster) === 'by success') return [];
    const loops = crashLoopsOf(pod, cluster, now).filter(({ verdict }) => verdict === 'out of memory');
    return containers.flatMap((container) => {
      const loop = loops.find((one) => one.container.path === container.path);
      const kill = findKill(pod, container, loop, cluster, now);
      return kill === undefined ? [] : describe(pod, kill, cluster);
    });
  },
});

function findKill(
  pod: Pod,
  container: PodContainer,
  loop: CrashLoop | undefined,
  cluster: ClusterView,
  now: Instant,
): Kill | undefined {
  const { ended, lastEnded, waiting, restarts } = container;
  if (ended?.reason === REASON) {
    const kill = { container, ended, field: 'state.terminated', severity: 'critical', down: true } as const;
    return { ...kill, since: loop && loopSince(pod, loop, cluster) };
  }
  if (lastEnded?.reason !== REASON) return undefined;
  const kill = { container, ended: lastEnded, field: 'lastState.terminated' } as const;
  if (loop !== undefined) {
    return { ...kill, severity: 'critical', down: true, since: loopSince(pod, loop, cluster) };
  }
  // It cannot start for another reason now (image, configuration): that is what is wrong with it.
  if (isFinished(pod) || (waiting !== undefined && waiting.reason !== '')) return undefined;
  const recovered = severityOfRecovered(lastEnded.finishedAt, cluster, now);
  if (recovered === undefined) return undefined;
  return { ...kill, severity: restarts >= REPEATED ? 'high' : recovered, down: false };
}

function describe(pod: Pod, kill: Kill, cluster: ClusterView): Diagnosis {
  const { container, ended, severity, down } = kill;
  const who = nameContainer(container);
  const limit = limitOf(pod, container);
  const shortage = limit === undefined ? nodeShortage(pod, ended, cluster) : undefined;
  const verb = kill.since === undefined ? 'was' : 'is';
  const why = limit === undefined ? 'lack of memory on its node' : `exceeding its memory limit of ${limit}`;
  const restarted = down ? '' : ' and runs again';
  const since = kill.since ?? ended.finishedAt ?? ended.startedAt;
  return {
    part: container.name,
    severity,
    summary: `${nameObject(pod)}: ${who} ${verb} killed for ${why}${restarted}`,
    ofPods: `${verb === 'is' ? 'are' : 'were'} killed for ${limit === undefined ? 'lack of memory on the node' : `exceeding the memory limit of ${limit}`} (${who})${restarted}`,
    same: limit ?? 'no limit',
    cause: describeCause(who, limit, ended, shortage),
    advice:
      limit === undefined
        ? `Give ${who} a memory request and limit that fit what it uses, and look at what else uses the memory of its node.`
        : `Compare what ${who} uses with its limit of ${limit}: raise the limit if it needs that much, else look for a leak.`,
    evidence: evidenceOf(pod, kill, limit, shortage),
    ...(since === undefined ? {} : { since }),
    confidence: 'high',
    terminal: true,
  };
}

function describeCause(
  who: string,
  limit: string | undefined,
  { exitCode }: Ended,
  shortage: ClusterEvent | undefined,
): string {
  const kernel =
    limit === undefined
      ? `The kernel ended it because memory ran out; ${who} has no memory limit, so its node was short of memory.`
      : `The kernel ended it as it used more than the ${limit} it may.`;
  const child =
    exitCode === 137
      ? ''
      : ` Exit code ${exitCode} instead of 137 means that a child process was killed and the program then ended by itself.`;
  const node = shortage === undefined ? '' : ' The node reported the shortage at that time.';
  return `${kernel}${child}${node}`;
}

function evidenceOf(
  pod: Pod,
  kill: Kill,
  limit: string | undefined,
  shortage: ClusterEvent | undefined,
): Evidence[] {
  const { container, ended, field } = kill;
  const ref = refOf(pod);
  const at = (path: string, observed: string, why: string): Evidence => ({ ref, path, observed, why });
  const { path, restarts, name } = container;
  const list = container.type === 'main' ? 'containers' : 'initContainers';
  const lived = runTime(ended);
  const evidence = [
    at(`${path}.${field}.reason`, ended.reason, 'The runtime saw the kernel end it for memory.'),
    at(`${path}.${field}.exitCode`, String(ended.exitCode), '137 is SIGKILL, the signal the kernel uses.'),
    at(
      `spec.${list}[${clean(name, 63)}].resources.limits.memory`,
      limit ?? 'not set',
      limit === undefined ? 'Without a limit only the memory of the node bounds it.' : 'What it may use.',
    ),
    at(`${path}.restartCount`, String(restarts), 'How often the kubelet has started it again.'),
  ];
  if (lived !== undefined) {
    const why =
      lived < START_UP
        ? 'It needs more than it may while it starts.'
        : 'It grew to the limit at work: a spike of load, or a leak.';
    evidence.splice(2, 0, at(`${path}.${field}.finishedAt`, `ran ${formatDuration(lived)}`, why));
  }
  if (shortage !== undefined) {
    const why = 'The node itself was short of memory.';
    evidence.push({ ref: shortage.ref, path: 'event', observed: clean(shortage.message, 300), why });
  }
  return evidence;
}

/** The container's limit, else the pod's own, as people write it. */
function limitOf(pod: Pod, { spec }: PodContainer): string | undefined {
  const limits = [record(spec.resources).limits, record(pod.spec?.resources).limits];
  const limit = limits.map((of) => record(of).memory).find((memory) => memory !== undefined);
  return limit === undefined ? undefined : formatQuantity('memory', limit);
}

function nodeShortage(pod: Pod, { finishedAt }: Ended, cluster: ClusterView): ClusterEvent | undefined {
  const node = pod.spec?.nodeName;
  if (node === undefined || node === '') return undefined;
  return cluster
    .eventsOf(inventUid('Node', undefined, node))
    .find(
      ({ reason, last }) =>
        NODE_OOM.has(reason) &&
        (last === undefined || finishedAt === undefined || Math.abs(last - finishedAt) <= NEAR),
    );
}
