/** rollout/unavailable: a Deployment has fewer available replicas than it wants, and no rollout explains it. */
import { isRecord, record, text } from '../../cluster/narrow.ts';
import { controllerOf, refOf } from '../../cluster/refs.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import type { Deployment } from '../../model/workloads.ts';
import type { Instant } from '../../model/ref.ts';
import { defineScenario } from '../../model/scenario.ts';
import {
  countGroup,
  groupHealth,
  healthOf,
  troubleAt,
  type PodGroup,
  type PodHealth,
} from '../pod-health.ts';
import { changedAt, conditionOf, isFinished, isLeaving } from '../pods.ts';
import { parseTime } from '../../cluster/times.ts';
import { clean, count, nameObject, quote } from '../words.ts';

const SECOND = 1000;
/** Kubernetes' own default for `progressDeadlineSeconds`. */
const PROGRESS_DEADLINE = 600;
/** How long a Deployment with nothing available may go without pods: creating them is a matter of seconds. */
const CREATION = 60 * SECOND;

/** What a Deployment says of itself, with its defaults. */
interface Facts {
  readonly wanted: number;
  readonly available: number;
  readonly deadline: number;
}

/**
 * A rolling update may run short of replicas, and a first start has none: young pods have until the progress deadline,
 * or while nothing at all is available, as long as their own probes allow (at least 2 min). Where pods fail in a way
 * that waiting does not mend, or creating them fails, there is nothing to wait for.
 */
export const rolloutUnavailable = defineScenario<'Deployment'>({
  id: 'rollout/unavailable',
  title: 'Deployment lacks available replicas',
  subject: 'Deployment',
  needs: ['Pod'],
  mayRead: ['ReplicaSet', 'Event'],
  diagnose(deployment, cluster, now) {
    const facts = readFacts(deployment);
    if (facts === undefined || facts.available >= facts.wanted) return [];
    const all = podsOf(deployment, cluster);
    const pods = all.filter((pod) => !isFinished(pod) && !isLeaving(pod));
    // Paused on purpose; what has no pods yet has never been started, and what serves goes on serving.
    if (deployment.spec?.paused === true && (pods.length === 0 || facts.available > 0)) return [];
    const health = new Map(pods.map((pod) => [pod, healthOf(pod, cluster, now)]));
    const ready = pods.filter((pod) => health.get(pod)?.state === 'ready');
    if (!isCertain(deployment)) {
      const at = trouble(deployment, facts, [...health.values()], ready.length, goneAt(all));
      if (at === undefined) return [];
      if (now < at) {
        cluster.recheckAt(at);
        return [];
      }
    }
    return [describe(deployment, facts, pods, health)];
  },
});

/** What is wanted and available; `undefined` where nothing is wanted, or the controller has not looked yet. */
function readFacts({ metadata, spec, status }: Deployment): Facts | undefined {
  if (metadata.deletionTimestamp !== undefined || !isRecord(status)) return undefined;
  const { replicas, progressDeadlineSeconds } = record(spec);
  const wanted = numberOr(replicas, 1);
  const generation = numberOr(metadata.generation, 0);
  if (wanted <= 0 || numberOr(status.observedGeneration, generation) < generation) return undefined;
  const deadline = numberOr(progressDeadlineSeconds, PROGRESS_DEADLINE) * SECOND;
  return { wanted, available: numberOr(status.availableReplicas, 0), deadline };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/** Pods of all its ReplicaSets, those being deleted included; where no owner leads to any, those its selector matches. */
function podsOf({ metadata, spec }: Deployment, cluster: ClusterView): readonly Pod[] {
  const owned = cluster
    .ownedBy('ReplicaSet', metadata.uid ?? '')
    .flatMap((replicaSet) => cluster.ownedBy('Pod', replicaSet.metadata.uid ?? ''));
  if (owned.length > 0 || spec?.selector === undefined) return owned;
  return cluster
    .podsSelected(metadata.namespace ?? '', spec.selector)
    .filter((pod) => (controllerOf(pod)?.kind ?? 'ReplicaSet') === 'ReplicaSet');
}

/** The controller itself has given up waiting, or cannot create pods. */
function isCertain({ status }: Deployment): boolean {
  return (
    conditionOf(status?.conditions, 'Progressing')?.status === 'False' ||
    conditionOf(status?.conditions, 'ReplicaFailure')?.status === 'True'
  );
}

/** When the last of the pods being deleted is to be gone; its time includes the grace period. */
function goneAt(pods: readonly Pod[]): Instant {
  return Math.max(0, ...pods.map(({ metadata }) => parseTime(metadata.deletionTimestamp) ?? 0));
}

/** When what is lacking counts as trouble; `undefined` where pods are ready and only the status lags behind. */
function trouble(
  { metadata, spec, status }: Deployment,
  { wanted, available, deadline }: Facts,
  health: readonly PodHealth[],
  ready: number,
  gone: Instant,
): Instant | undefined {
  const least = available > 0 ? deadline : numberOr(spec?.minReadySeconds, 0) * SECOND;
  const times = health.flatMap((pod) => troubleAt(pod, least) ?? []);
  if (times.length > 0) return Math.min(...times);
  if (ready >= wanted) return undefined;
  const progressing = record(conditionOf(status?.conditions, 'Progressing'));
  const changed =
    parseTime(progressing.lastUpdateTime) ??
    changedAt(conditionOf(status?.conditions, 'Available')) ??
    parseTime(metadata.creationTimestamp) ??
    0;
  // With strategy Recreate the new pods wait for the old ones to be gone.
  return Math.max(changed, gone) + (available > 0 ? deadline : CREATION);
}

function describe(
  deployment: Deployment,
  { wanted, available }: Facts,
  pods: readonly Pod[],
  health: ReadonlyMap<Pod, PodHealth>,
): Diagnosis {
  const conditions = deployment.status?.conditions;
  const failure = conditionOf(conditions, 'ReplicaFailure');
  const groups = groupHealth(
    pods.filter((pod) => health.get(pod)?.state !== 'ready'),
    health,
  );
  const since =
    changedAt(
      conditionOf(conditions, 'Available')?.status === 'False'
        ? conditionOf(conditions, 'Available')
        : undefined,
    ) ?? earliest(groups[0]?.pods, health);
  const [main] = groups;
  const missing = Math.max(0, wanted - pods.length);
  const why = main === undefined ? `${count(missing, 'pod')} not created` : countGroup(main);
  return {
    severity: available === 0 ? 'critical' : 'high',
    summary: `${nameObject(deployment)} has ${available} of ${count(wanted, 'replica')} available; ${why}`,
    cause: describeCause(groups, missing, text(failure?.status) === 'True' ? text(failure?.message) : ''),
    advice:
      main === undefined
        ? 'Look at the events of its ReplicaSet: they say why no pod is created.'
        : `Look at Pod ${clean(main.pods[0]?.metadata.name)} first: it shows what keeps the replicas from being available.`,
    evidence: evidenceOf(deployment, available, wanted, groups),
    ...(since === undefined ? {} : { since }),
    confidence: 'high',
  };
}

function describeCause(groups: readonly PodGroup[], missing: number, failure: string): string {
  const parts = groups.map(countGroup);
  if (missing > 0) parts.push(`${count(missing, 'pod')} not created`);
  const said = failure === '' ? '' : ` The controller says: ${quote(failure, 300)}.`;
  return `${parts.join('; ')}.${said}`;
}

function evidenceOf(
  deployment: Deployment,
  available: number,
  wanted: number,
  groups: readonly PodGroup[],
): Evidence[] {
  const ref = refOf(deployment);
  const evidence: Evidence[] = [
    {
      ref,
      path: 'status.availableReplicas',
      observed: `${available} of ${wanted}`,
      why: 'Available replicas are ready, and have been for minReadySeconds.',
    },
  ];
  for (const type of ['Available', 'Progressing', 'ReplicaFailure'] as const) {
    const condition = conditionOf(deployment.status?.conditions, type);
    const bad = type === 'ReplicaFailure' ? condition?.status === 'True' : condition?.status === 'False';
    if (condition === undefined || !bad) continue;
    const observed = `${condition.status} ${clean(condition.reason)}: ${clean(condition.message, 200)}`;
    evidence.push({ ref, path: `status.conditions[${type}]`, observed, why: 'What its controller says.' });
  }
  for (const { words, pods } of groups.slice(0, 5)) {
    const [example] = pods;
    if (example === undefined) continue;
    evidence.push({
      ref: refOf(example),
      path: 'status',
      observed: countGroup({ words, pods }),
      why: 'One of the pods that are not available.',
    });
  }
  return evidence;
}

function earliest(
  pods: readonly Pod[] | undefined,
  health: ReadonlyMap<Pod, PodHealth>,
): Instant | undefined {
  const times = (pods ?? []).flatMap(
    (pod) => health.get(pod)?.since ?? changedAt(conditionOf(pod.status?.conditions, 'Ready')) ?? [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
