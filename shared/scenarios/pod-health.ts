/** How one pod stands towards being ready: what workloads and Services are judged by. */
import { list, record, records } from '../cluster/narrow.ts';
import { parseQuantity } from '../cluster/quantities.ts';
import { parseTime } from '../cluster/times.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { nameContainer, troubledContainers, type PodContainer } from './containers.ts';
import { crashLoopsOf, neverStarted, type CrashLoop } from './crashes.ts';
import { waitsForImage } from './image-failures.ts';
import { changedAt, conditionOf, createdAt, isFinished, isLeaving, isReady } from './pods.ts';
import { isBeingHelped } from './scheduling-help.ts';
import { clean, count } from './words.ts';

/**
 * `gone`: finished or being deleted. `ready`. `failing`: something is wrong that waiting does not mend.
 * `starting`: it has not been ready yet. `unready`: it was, and is not now.
 */
export interface PodHealth {
  readonly state: 'gone' | 'ready' | 'failing' | 'starting' | 'unready';
  /** A noun phrase that fits one pod and many: `crash loop (container main exits with 3)`. */
  readonly words: string;
  /** Since when it is in this state, for `starting` and `unready`. */
  readonly since: Instant | undefined;
  /** How long after `since` its own probes let it be without being ready, in ms. */
  readonly patience: number;
}

const SECOND = 1000;
/** A readiness probe may miss a beat. */
const BLINK = 30 * SECOND;
/** What starts usually has within two minutes (catalogue: ContainerCreating for longer is stuck). */
const START = 120 * SECOND;
/** A mount that failed once is tried again; this long is no accident. */
const MOUNT = 60 * SECOND;
/** Ready changes in the first seconds of a pod without anything having been ready. */
const SETTLING = 5 * SECOND;

/** What the kubelet shows while it works; every other waiting reason is a complaint. */
const WORKING: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

export function healthOf(pod: Pod, cluster: ClusterView, now: Instant): PodHealth {
  if (isFinished(pod) || isLeaving(pod))
    return { state: 'gone', words: 'ended', since: undefined, patience: 0 };
  if (isReady(pod)) return { state: 'ready', words: 'ready', since: undefined, patience: 0 };
  const trouble = troubleOf(pod, cluster, now);
  if (trouble !== undefined) return { state: 'failing', words: trouble, since: undefined, patience: 0 };
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  const born = parseTime(pod.status?.startTime) ?? createdAt(pod);
  const changed = changedAt(ready);
  const wasReady = changed !== undefined && born !== undefined && changed > born + SETTLING;
  const words = wordsOf(pod, cluster);
  if (wasReady) return { state: 'unready', words, since: changed, patience: BLINK };
  return { state: 'starting', words, since: createdAt(pod) ?? changed, patience: startBudget(pod) };
}

/** What waiting will not mend, in words; `undefined` where nothing of the kind is seen. */
function troubleOf(pod: Pod, cluster: ClusterView, now: Instant): string | undefined {
  const scheduled = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    return isBeingHelped(pod, cluster, now) ? undefined : 'not scheduled';
  }
  const containers = troubledContainers(pod);
  const image = containers.find(waitsForImage);
  if (image !== undefined) return `image ${clean(image.image, 200)} cannot be pulled`;
  const config = containers.find(({ waiting }) => waiting?.reason === 'CreateContainerConfigError');
  if (config !== undefined)
    return `${nameContainer(config)} not configured (${clean(config.waiting?.message, 160)})`;
  const [loop] = crashLoopsOf(pod, cluster, now);
  if (loop !== undefined) return describeLoop(loop);
  const stuck = containers.find(({ waiting }) => waiting !== undefined && !WORKING.has(waiting.reason));
  if (stuck !== undefined) return `${clean(stuck.waiting?.reason)} (${nameContainer(stuck)})`;
  return troubleOfVolumes(pod, containers, cluster, now);
}

function describeLoop(loop: CrashLoop): string {
  const { container, ended, kill, verdict } = loop;
  const who = nameContainer(container);
  if (verdict === 'out of memory') return `killed for lack of memory (${who})`;
  if (kill !== undefined)
    return `restarted by the kubelet (${who}: ${kill.by === 'hook' ? 'postStart hook' : `${kill.by} probe`})`;
  if (neverStarted(loop)) return `${who} cannot be started`;
  return ended === undefined ? `crash loop (${who})` : `crash loop (${who} exits with ${ended.exitCode})`;
}

function troubleOfVolumes(
  pod: Pod,
  containers: readonly PodContainer[],
  cluster: ClusterView,
  now: Instant,
): string | undefined {
  if (!containers.some(({ waiting }) => waiting !== undefined && WORKING.has(waiting.reason)))
    return undefined;
  if (containers.some(({ running }) => running !== undefined)) return undefined;
  const failed = cluster.eventsOf(pod.metadata.uid ?? '').find(({ reason }) => reason === 'FailedMount');
  const born = createdAt(pod);
  if (failed === undefined || born === undefined) return undefined;
  if (now < born + MOUNT) {
    cluster.recheckAt(born + MOUNT);
    return undefined;
  }
  return `volume not mounted (${clean(failed.message, 160)})`;
}

function wordsOf(pod: Pod, cluster: ClusterView): string {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  if (ready?.reason === 'ReadinessGatesNotReady') return 'readiness gate not met';
  const containers = troubledContainers(pod);
  const states = [...records(pod.status?.containerStatuses)];
  const running = states.length > 0 && states.every(({ state }) => record(state).running !== undefined);
  // On a lost node the node controller takes the readiness away and leaves everything else (catalogue, pods, rule 7).
  if (running && states.every(({ ready: own }) => own === true)) return 'running, but marked as not ready';
  if (running) {
    const probe = cluster
      .eventsOf(pod.metadata.uid ?? '')
      .find(({ reason, message }) => reason === 'Unhealthy' && /^readiness probe/i.test(message));
    return probe === undefined ? 'running, not ready' : 'readiness probe fails';
  }
  const init = containers.find(({ type, running: now }) => type === 'init' && now !== undefined);
  if (init !== undefined) return `in ${nameContainer(init)}`;
  return states.length === 0 ? 'not started' : 'starting';
}

/** How long the pod's own probes give it to become ready: start-up budget, first readiness, and at least 2 min. */
function startBudget(pod: Pod): number {
  const budgets = [...list(pod.spec?.containers), ...list(pod.spec?.initContainers)].map((container) => {
    const { startupProbe, readinessProbe } = record(container);
    return budgetOf(startupProbe, 3) + budgetOf(readinessProbe, 1);
  });
  return Math.max(START, ...budgets.map((budget) => budget + BLINK));
}

function budgetOf(probe: unknown, failures: number): number {
  if (typeof probe !== 'object' || probe === null) return 0;
  const { initialDelaySeconds, periodSeconds, failureThreshold } = record(probe);
  const delay = parseQuantity(initialDelaySeconds) ?? 0;
  const period = parseQuantity(periodSeconds) ?? 10;
  const tries = failures === 1 ? 1 : (parseQuantity(failureThreshold) ?? failures);
  return Math.max(0, delay + period * tries) * SECOND;
}

/** When a pod that is not ready counts as trouble; at once where it is failing, never where it is fine. */
export function troubleAt({ state, since, patience }: PodHealth, least = 0): Instant | undefined {
  if (state === 'failing') return 0;
  if (state === 'ready' || state === 'gone') return undefined;
  // Real objects have times; without one the pod is taken for old.
  if (since === undefined) return 0;
  return since + (state === 'starting' ? Math.max(patience, least) : patience);
}

/** Pods in the same state. */
export interface PodGroup {
  readonly words: string;
  readonly pods: readonly Pod[];
}

/** Groups pods by their state: first those that waiting does not mend, then the most frequent. */
export function groupHealth(pods: readonly Pod[], health: ReadonlyMap<Pod, PodHealth>): PodGroup[] {
  const groups = new Map<string, { failing: boolean; pods: Pod[] }>();
  for (const pod of pods) {
    const { words = '', state } = health.get(pod) ?? {};
    const group = groups.get(words);
    if (group === undefined) groups.set(words, { failing: state === 'failing', pods: [pod] });
    else group.pods.push(pod);
  }
  return [...groups]
    .map(([words, group]) => ({ words, ...group }))
    .sort(
      (a, b) =>
        Number(b.failing) - Number(a.failing) ||
        b.pods.length - a.pods.length ||
        (a.words < b.words ? -1 : 1),
    );
}

/** `2 pods: crash loop (container main exits with 3)`. */
export function countGroup({ words, pods }: PodGroup): string {
  return `${count(pods.length, 'pod')}: ${words}`;
}
