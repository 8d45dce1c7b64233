/** Whether the kubelet itself ended a container (a failing probe or hook), read from the pod's events. */
import { record } from '../cluster/narrow.ts';
import { parseQuantity } from '../cluster/quantities.ts';
import type { ClusterEvent, ClusterView } from '../cluster/view.ts';
import type { Pod } from '../model/kube.ts';
import { runTime, type Ended, type PodContainer } from './containers.ts';

export interface Kill {
  readonly by: 'liveness' | 'startup' | 'hook';
  /** The event that says so; missing where the container's own state does. */
  readonly event?: ClusterEvent;
  /** What the probe saw: the text behind `Liveness probe failed: `. */
  readonly symptom?: ClusterEvent;
}

/** What a program that is asked to end, and then made to end, exits with; others exit with a code of their own. */
const EXITS_OF_A_KILL: ReadonlySet<number> = new Set([0, 137, 143]);

/** Events are kept for an hour; the kubelet stops repeating them long before (catalogue, events, rule 9). */
const MEMORY = 60 * 60 * 1000;

/** The kubelet sends the first 25 events of a pod, about five for each run. */
const RESTARTS_WITH_EVENTS = 3;

/** Times have whole seconds, and the event is sent a moment before or after the status. */
const SLACK = 2000;

const KILLED_BY_PROBE = /\bfailed (liveness|startup) probe\b/i;
const PROBE_FAILED = /^(Liveness|Startup) probe (?:failed|errored)/i;

/**
 * The kubelet's kill that explains how a run ended, if its events tell of one. By the catalogue (rule 2 of what a real
 * cluster says) such a kill leaves `Completed/0`, 143 or 137, none of which then says anything about the program.
 */
export function killOf(
  pod: Pod,
  container: PodContainer,
  ended: Ended | undefined,
  cluster: ClusterView,
): Kill | undefined {
  if (container.waiting?.reason === 'PostStartHookError') return { by: 'hook' };
  if (ended === undefined) return undefined;
  const events = cluster
    .eventsOf(pod.metadata.uid ?? '')
    .filter((event) => concerns(event, container) && fits(event, ended));
  const symptom = events.find(({ reason, message }) => reason === 'Unhealthy' && PROBE_FAILED.test(message));
  for (const event of events) {
    if (event.reason === 'FailedPostStartHook') return { by: 'hook', event };
    const probe = event.reason === 'Killing' ? KILLED_BY_PROBE.exec(event.message)?.[1] : undefined;
    if (probe !== undefined) {
      const by = probe.toLowerCase() === 'startup' ? 'startup' : 'liveness';
      return { by, event, ...(symptom === undefined ? {} : { symptom }) };
    }
  }
  if (symptom === undefined || !EXITS_OF_A_KILL.has(ended.exitCode)) return undefined;
  const by = PROBE_FAILED.exec(symptom.message)?.[1]?.toLowerCase() === 'startup' ? 'startup' : 'liveness';
  // The probe was seen to fail, the kill was not: it counts if the run was long enough for the probe to give up.
  return livedLongEnough(container, ended, by) ? { by, event: symptom, symptom } : undefined;
}

/** A kill by the kubelet that the spec makes possible and no event tells of, though none need be left. */
export interface Suspicion {
  readonly by: string;
  /** Why no event tells. */
  readonly because: string;
}

/**
 * Whether a run without a known kill may all the same have been ended by the kubelet. That no event says so proves
 * nothing while events cannot be read, nor in a loop that has lasted: the kubelet repeats its events less and less (it
 * filters them by pod, and the back-off's take the few places), and after an hour they are gone.
 */
export function suspectKill(
  pod: Pod,
  container: PodContainer,
  ended: Ended,
  cluster: ClusterView,
): Suspicion | undefined {
  if (!EXITS_OF_A_KILL.has(ended.exitCode)) return undefined;
  const by = possibleKiller(container, ended);
  if (by === undefined) return undefined;
  const events = cluster.knowledge('Event', pod.metadata.namespace);
  if (events !== 'known' && events !== 'absent') return { by, because: 'events cannot be read' };
  if (container.restarts <= RESTARTS_WITH_EVENTS) return undefined;
  return { by, because: 'in a long loop the kubelet does not go on repeating its events' };
}

function possibleKiller(container: PodContainer, ended: Ended): string | undefined {
  if (record(container.spec.lifecycle).postStart !== undefined) return 'postStart hook';
  for (const by of ['startup', 'liveness'] as const) {
    if (probeOf(container, by) !== undefined && livedLongEnough(container, ended, by)) return `${by} probe`;
  }
  return undefined;
}

/** Whether an event is about this container: by its field path, else by the name in its text, else it may be. */
export function concerns(event: ClusterEvent, container: PodContainer): boolean {
  const named =
    /\{([^}]*)\}$/.exec(event.fieldPath ?? '')?.[1] ??
    /\bcontainer[ =]"?([a-z0-9][a-z0-9-]*)/i.exec(event.message)?.[1];
  return named === undefined || named === container.name;
}

function fits(event: ClusterEvent, { exitCode, startedAt, finishedAt }: Ended): boolean {
  const time = event.last;
  if (time === undefined || startedAt === undefined) return EXITS_OF_A_KILL.has(exitCode);
  const within = time >= startedAt - SLACK && (finishedAt === undefined || time <= finishedAt + SLACK);
  return within || (EXITS_OF_A_KILL.has(exitCode) && Math.abs(startedAt - time) <= MEMORY);
}

function livedLongEnough(container: PodContainer, ended: Ended, by: 'liveness' | 'startup'): boolean {
  const probe = probeOf(container, by);
  if (probe === undefined) return false;
  const lived = runTime(ended);
  const patience =
    numberOf(probe.initialDelaySeconds, 0) +
    (numberOf(probe.failureThreshold, 3) - 1) * numberOf(probe.periodSeconds, 10);
  return lived === undefined || lived >= patience * 1000 - SLACK;
}

function probeOf(container: PodContainer, by: 'liveness' | 'startup'): Record<string, unknown> | undefined {
  const probe: unknown = by === 'liveness' ? container.spec.livenessProbe : container.spec.startupProbe;
  return typeof probe === 'object' && probe !== null ? record(probe) : undefined;
}

function numberOf(value: unknown, otherwise: number): number {
  const amount = parseQuantity(value);
  return amount === undefined || amount < 0 ? otherwise : amount;
}
