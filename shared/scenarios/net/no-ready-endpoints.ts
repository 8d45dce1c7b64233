/** net/no-ready-endpoints: a Service has pods, and none of them takes traffic. */
import { refOf } from '../../cluster/refs.ts';
import { parseTime } from '../../cluster/times.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence } from '../../model/finding.ts';
import type { Pod, Service } from '../../model/kube.ts';
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
import { changedAt, conditionOf, createdAt } from '../pods.ts';
import {
  formatLabels,
  hasServingEndpoint,
  isYoung,
  selectorOf,
  targetsOf,
  workloadsIn,
  type Target,
} from '../services.ts';
import { clean, count, nameObject } from '../words.ts';

/** Creating pods is a matter of seconds. */
const CREATION = 60_000;

/**
 * Computed from pods and slices: either of them that shows a way for traffic is enough. Pods on their first start have
 * the time their probes allow, those that were ready half a minute.
 */
export const noReadyEndpoints = defineScenario<'Service'>({
  id: 'net/no-ready-endpoints',
  title: 'Service has no ready endpoint',
  subject: 'Service',
  needs: ['Pod'],
  mayRead: ['EndpointSlice', 'Event'],
  diagnose(service, cluster, now) {
    const selector = selectorOf(service);
    const { namespace = '' } = service.metadata;
    if (selector === undefined || service.spec?.publishNotReadyAddresses === true) return [];
    const matched = cluster.podsSelected(namespace, selector);
    const health = new Map<Pod, PodHealth>();
    const pods: Pod[] = [];
    for (const pod of matched) {
      const known = healthOf(pod, cluster, now);
      if (known.state === 'ready') return [];
      if (known.state === 'gone') continue;
      health.set(pod, known);
      pods.push(pod);
    }
    if (hasServingEndpoint(service, cluster) === true || isYoung(service, cluster, now)) return [];
    if (pods.length === 0) return diagnoseWithoutPods(service, selector, matched, cluster, now);
    const times = pods.map((pod) => troubleAt(health.get(pod) ?? healthOf(pod, cluster, now)) ?? Infinity);
    const at = Math.min(...times);
    if (now < at) {
      if (at !== Infinity) cluster.recheckAt(at);
      return [];
    }
    return [describe(service, selector, groupHealth(pods, health), pods)];
  },
});

/** No pod is left or none was made, but a workload is to make some: the Service is right, its workload makes none. */
function diagnoseWithoutPods(
  service: Service,
  selector: Record<string, string>,
  ended: readonly Pod[],
  cluster: ClusterView,
  now: Instant,
): Diagnosis[] {
  const { namespace = '' } = service.metadata;
  const target = targetsOf(selector, workloadsIn(namespace, cluster)).find(
    ({ wanted, ref }) => wanted > 0 && ref.kind !== 'Job',
  );
  if (target === undefined) return [];
  const leaving = ended.map(({ metadata }) => parseTime(metadata.deletionTimestamp) ?? 0);
  const until = Math.max(target.changedAt ?? 0, ...leaving) + CREATION;
  if (now < until) {
    cluster.recheckAt(until);
    return [];
  }
  return [describeWithoutPods(service, target)];
}

function describeWithoutPods(service: Service, { ref, wanted }: Target): Diagnosis {
  const since = createdAt(service);
  return {
    severity: 'critical',
    summary: `${nameObject(service)} has no endpoint: ${ref.kind} ${clean(ref.name)} wants ${count(wanted, 'pod')} and has none`,
    cause: `Its selector fits the pods of ${ref.kind} ${clean(ref.name)}, but none of them exists.`,
    advice: `Look at the events of ${ref.kind} ${clean(ref.name)}: they say why no pod is created.`,
    evidence: [
      {
        ref,
        path: 'spec.template.metadata.labels',
        observed: `${count(wanted, 'pod')} wanted, none there`,
        why: 'The workload the Service leads to.',
      },
    ],
    ...(since === undefined ? {} : { since }),
    confidence: 'medium',
  };
}

function describe(
  service: Service,
  selector: Record<string, string>,
  groups: readonly PodGroup[],
  pods: readonly Pod[],
): Diagnosis {
  const since = latestReady(pods);
  const [main] = groups;
  const whole =
    pods.length === 1 ? 'its only pod is not ready' : `none of its ${count(pods.length, 'pod')} is ready`;
  return {
    severity: 'critical',
    summary: `${nameObject(service)} has no ready endpoint: ${whole}; ${main?.words ?? 'not ready'}`,
    cause: `Traffic to it is refused or lost. ${groups.map(countGroup).join('; ')}.`,
    advice: `Start with Pod ${clean(main?.pods[0]?.metadata.name)}: traffic flows again once it is ready.`,
    evidence: evidenceOf(service, selector, groups, pods),
    ...(since === undefined ? {} : { since }),
    confidence: 'high',
  };
}

function evidenceOf(
  service: Service,
  selector: Record<string, string>,
  groups: readonly PodGroup[],
  pods: readonly Pod[],
): Evidence[] {
  const evidence: Evidence[] = [
    {
      ref: refOf(service),
      path: 'spec.selector',
      observed: clean(formatLabels(selector), 300),
      why: `It matches ${count(pods.length, 'pod')}, none of them ready.`,
    },
  ];
  for (const group of groups.slice(0, 5)) {
    const [example] = group.pods;
    if (example === undefined) continue;
    const condition = conditionOf(example.status?.conditions, 'Ready');
    const observed = countGroup(group);
    const why = `Ready=${clean(condition?.status) || 'missing'}${condition?.reason === undefined ? '' : ` (${clean(condition.reason)})`}: it gets no traffic.`;
    evidence.push({ ref: refOf(example), path: 'status.conditions[Ready]', observed, why });
  }
  return evidence;
}

/** Since the last of its pods stopped being ready, as far as they tell. */
function latestReady(pods: readonly Pod[]): Instant | undefined {
  const times = pods.flatMap(
    (pod) => changedAt(conditionOf(pod.status?.conditions, 'Ready')) ?? createdAt(pod) ?? [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}
