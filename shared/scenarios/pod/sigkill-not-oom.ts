/** pod/sigkill-not-oom: a container was ended by SIGKILL, and neither memory nor the kubelet's probes explain it. */
import { inventUid, refOf } from '../../cluster/refs.ts';
import type { ClusterEvent, ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import type { Instant } from '../../model/ref.ts';
import { defineScenario } from '../../model/scenario.ts';
import { concerns, killOf, suspectKill } from '../container-kills.ts';
import { nameContainer, runTime, containersEnded, type Ended, type PodContainer } from '../containers.ts';
import { crashLoopsOf, isSigkill } from '../crashes.ts';
import { isBenign, isSuperseded } from '../pods.ts';
import { nodeEndedThemAll, severityOfRecovered } from '../recent-ends.ts';
import { clean, formatDuration, nameObject, quote } from '../words.ts';

interface Killed {
  readonly container: PodContainer;
  readonly ended: Ended;
  readonly field: 'state.terminated' | 'lastState.terminated';
  readonly state: 'loops' | 'has ended' | 'runs again';
}

const SIGKILL = 9;
const SIGKILLED = 128 + SIGKILL;
/** The kubelet's word for a container it found gone: its exit code is made up (137). */
const LOST = 'ContainerStatusUnknown';
const NODE_OOM: ReadonlySet<string> = new Set(['SystemOOM', 'OOMKilling']);
const NEAR = 2 * 60_000;

export const sigkillNotOom = defineScenario<'Pod'>({
  id: 'pod/sigkill-not-oom',
  title: 'Container killed by SIGKILL, not for memory',
  subject: 'Pod',
  needs: [],
  mayRead: ['Event', 'Job'],
  diagnose(pod, cluster, now) {
    const containers = containersEnded(
      pod,
      (exitCode, _, signal) => exitCode === SIGKILLED || signal === SIGKILL,
    );
    if (containers.length === 0) return [];
    if (isBenign(pod) || isSuperseded(pod, cluster) === 'by success') return [];
    const loops = new Map(crashLoopsOf(pod, cluster, now).map((loop) => [loop.container.path, loop]));
    return containers.flatMap((container) => {
      const loop = loops.get(container.path);
      if (loop?.ended !== undefined) {
        const { ended, endedAt: field, verdict } = loop;
        return verdict === 'killed'
          ? describe(pod, { container, ended, field, state: 'loops' }, cluster)
          : [];
      }
      const killed = findKilled(pod, container, cluster, now);
      return killed === undefined ? [] : describe(pod, killed, cluster);
    });
  },
});

/** A kill outside a loop: of a container that stays ended, or of one that has been running again for a short time. */
function findKilled(
  pod: Pod,
  container: PodContainer,
  cluster: ClusterView,
  now: Instant,
): Killed | undefined {
  const { ended, lastEnded, running } = container;
  if (lastEnded?.reason === 'OOMKilled') return undefined;
  const isMine = (end: Ended): boolean =>
    isSigkill(end) &&
    killOf(pod, container, end, cluster) === undefined &&
    suspectKill(pod, container, end, cluster) === undefined;
  if (ended !== undefined) {
    return isMine(ended) ? { container, ended, field: 'state.terminated', state: 'has ended' } : undefined;
  }
  if (running === undefined || lastEnded === undefined || !isMine(lastEnded)) return undefined;
  // A container lost with its node and started again is the node's affair, and over.
  const at = lastEnded.finishedAt;
  if (lastEnded.reason === LOST || at === undefined || nodeEndedThemAll(pod, at, cluster)) return undefined;
  // Below medium it is no more than a memory: the container runs.
  if (severityOfRecovered(at, cluster, now) !== 'medium') return undefined;
  return { container, ended: lastEnded, field: 'lastState.terminated', state: 'runs again' };
}

function describe(pod: Pod, killed: Killed, cluster: ClusterView): Diagnosis {
  const { container, ended, state } = killed;
  const who = nameContainer(container);
  const events = explain(pod, container, ended, cluster);
  const since = ended.finishedAt ?? ended.startedAt;
  const lost = ended.reason === LOST;
  const happened = lost
    ? 'was lost by its node'
    : state === 'loops'
      ? 'is killed by SIGKILL'
      : 'was killed by SIGKILL';
  const again = state === 'runs again' ? ' and runs again' : '';
  return {
    part: container.name,
    severity: 'medium',
    summary: `${nameObject(pod)}: ${who} ${happened}${again}, not for memory`,
    ofPods: lost
      ? `were lost by their node (${who})`
      : `${state === 'loops' ? 'are' : 'were'} killed by SIGKILL${again}, not for memory (${who})`,
    same: lost ? 'lost' : 'killed',
    cause: describeCause(ended, events),
    advice: describeAdvice(who, ended, events),
    evidence: evidenceOf(pod, killed, events),
    ...(since === undefined ? {} : { since }),
    confidence: 'medium',
    terminal: state !== 'runs again',
  };
}

interface Explanation {
  /** The kubelet asked it to end, and it did not in time. */
  readonly asked?: ClusterEvent;
  /** The node was short of memory as a whole. */
  readonly node?: ClusterEvent;
}

function explain(pod: Pod, container: PodContainer, ended: Ended, cluster: ClusterView): Explanation {
  const near = ({ last }: ClusterEvent): boolean =>
    last === undefined || ended.finishedAt === undefined || Math.abs(last - ended.finishedAt) <= NEAR;
  const asked = cluster
    .eventsOf(pod.metadata.uid ?? '')
    .find(
      (event) =>
        (event.reason === 'Killing' || event.reason === 'ExceededGracePeriod') &&
        concerns(event, container) &&
        near(event),
    );
  const name = pod.spec?.nodeName ?? '';
  const node = cluster
    .eventsOf(inventUid('Node', undefined, name))
    .find((event) => NODE_OOM.has(event.reason) && near(event));
  return { ...(asked === undefined ? {} : { asked }), ...(node === undefined ? {} : { node }) };
}

function describeCause(ended: Ended, { asked, node }: Explanation): string {
  if (ended.reason === LOST) {
    return 'The kubelet found the container gone, as after a restart of the node or its runtime; the exit code 137 is its guess.';
  }
  const notOom = 'The runtime did not see the kernel end it for memory.';
  if (asked !== undefined) {
    return `The kubelet asked it to end (${quote(asked.message, 120)}) and it did not within its grace period. ${notOom}`;
  }
  if (node !== undefined) {
    return `The node ran out of memory at that time, and the kernel may have ended a process of it. ${notOom}`;
  }
  return `${notOom} No event tells of a probe or a stop: a process on the node or inside the container sent the signal, or the program returned 137 because a child of its was killed.`;
}

function describeAdvice(who: string, ended: Ended, { asked, node }: Explanation): string {
  if (ended.reason === LOST) return 'Look at when the node restarted, and why.';
  if (asked !== undefined) return `Let ${who} end on SIGTERM, or raise terminationGracePeriodSeconds.`;
  if (node !== undefined) return 'Look at the memory of the node, and at who uses more than it requested.';
  return `Look in the log of ${who} and the system log of its node for who sent the signal.`;
}

function evidenceOf(pod: Pod, { container, ended, field }: Killed, { asked, node }: Explanation): Evidence[] {
  const ref = refOf(pod);
  const at = (path: string, observed: string, why: string): Evidence => ({
    ref,
    path: `${container.path}.${path}`,
    observed,
    why,
  });
  const evidence = [
    at(`${field}.exitCode`, String(ended.exitCode), '137 is 128 + 9, SIGKILL.'),
    at(
      `${field}.reason`,
      clean(ended.reason) || 'not set',
      'Were it for memory, OOMKilled would stand here.',
    ),
    at('restartCount', String(container.restarts), 'How often the kubelet has started it again.'),
  ];
  const lived = runTime(ended);
  if (lived !== undefined) {
    evidence.push(at(`${field}.finishedAt`, `ran ${formatDuration(lived)}`, 'How long it ran before.'));
  }
  const grace = pod.spec?.terminationGracePeriodSeconds;
  if (asked !== undefined) {
    evidence.push({
      ref: asked.ref,
      path: 'event',
      observed: clean(asked.message, 300),
      why: 'It was asked to end.',
    });
    if (typeof grace === 'number') {
      evidence.push({
        ref,
        path: 'spec.terminationGracePeriodSeconds',
        observed: `${grace} s`,
        why: 'The time it has to end by itself.',
      });
    }
  }
  if (node !== undefined) {
    evidence.push({
      ref: node.ref,
      path: 'event',
      observed: clean(node.message, 300),
      why: 'The node was short of memory.',
    });
  }
  return evidence;
}
