/** net/service-selector-mismatch: the selector of a Service matches no pod, and no workload that could make one. */
import { controllerOf, refOf } from '../../cluster/refs.ts';
import { labelPairs } from '../../cluster/selectors.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence } from '../../model/finding.ts';
import type { Pod, Service } from '../../model/kube.ts';
import { formatRef, type Instant } from '../../model/ref.ts';
import { defineScenario } from '../../model/scenario.ts';
import { nearestLabels, type Candidate, type NearMiss } from '../nearest-labels.ts';
import { createdAt } from '../pods.ts';
import {
  formatLabels,
  isYoung,
  livePodsIn,
  selectorOf,
  targetsOf,
  workloadsIn,
  type Target,
} from '../services.ts';
import { clean, count, enumerate, nameObject } from '../words.ts';

/**
 * Computed from pods, not from slices, which are empty also while pods have not started (catalogue, rule 26). A
 * workload whose template matches is the right one, scaled to zero or not yet able to make pods.
 */
export const serviceSelectorMismatch = defineScenario<'Service'>({
  id: 'net/service-selector-mismatch',
  title: 'Service selects no pod',
  subject: 'Service',
  needs: ['Pod'],
  mayRead: ['Deployment', 'StatefulSet', 'DaemonSet'],
  diagnose(service, cluster, now: Instant) {
    const selector = selectorOf(service);
    const { namespace = '' } = service.metadata;
    // Pods of any phase count: those a Job has finished show that the selector is right.
    if (selector === undefined || cluster.podsSelected(namespace, selector).length > 0) return [];
    if (isYoung(service, cluster, now)) return [];
    const workloads = workloadsIn(namespace, cluster);
    if (targetsOf(selector, workloads).length > 0) return [];
    return [describe(service, selector, workloads, cluster)];
  },
});

function describe(
  service: Service,
  selector: Record<string, string>,
  workloads: readonly Target[],
  cluster: ClusterView,
): Diagnosis {
  const { namespace = '', name } = service.metadata;
  const pods = livePodsIn(namespace, cluster);
  const nearest = nearestLabels(selector, [...workloads, ...pods.map((pod) => candidateOf(pod))]);
  const wanted = clean(formatLabels(selector), 200);
  const since = createdAt(service);
  const managed = controllerOf(service) !== undefined;
  const subject = nameObject(service);
  return {
    // An operator points its Services as it goes (to a replica that need not exist): more than medium is not known.
    severity: managed ? 'medium' : 'high',
    summary: `${subject} leads nowhere: its selector ${wanted} ${describeMatches(pods.length)}`,
    cause: nearest === undefined ? describeFar(namespace, pods.length) : describeNear(nearest),
    advice: adviceFor(clean(name), wanted, nearest),
    evidence: evidenceOf(service, selector, pods, nearest),
    ...(since === undefined ? {} : { since }),
    confidence: managed || nearest === undefined ? 'medium' : 'high',
  };
}

function describeMatches(pods: number): string {
  if (pods === 0) return 'matches no pod, and there is none in the namespace';
  return pods === 1
    ? 'does not match the only pod in the namespace'
    : `matches none of ${pods} pods in the namespace`;
}

function candidateOf(pod: Pod): Candidate {
  return { ref: refOf(pod), labels: Object.fromEntries(labelPairs(pod.metadata.labels)) };
}

function describeNear({ candidate, differs }: NearMiss): string {
  const pairs = differs.map(({ key, wanted, found }) =>
    found === undefined
      ? `it has no label ${clean(key)} (selector: ${clean(wanted)})`
      : `selector ${clean(key)}=${clean(wanted)}, there ${clean(key)}=${clean(found)}`,
  );
  const where = candidate.ref.kind === 'Pod' ? 'Pod' : `The template of ${candidate.ref.kind}`;
  return `${where} ${clean(candidate.ref.name)} differs in ${count(differs.length, 'label')}: ${enumerate(pairs, 3)}.`;
}

function describeFar(namespace: string, pods: number): string {
  return pods === 0
    ? `Nothing runs in namespace ${clean(namespace)}, and no workload there would make such pods.`
    : 'No pod and no workload of the namespace comes near: it may be deployed elsewhere, or not any more.';
}

function adviceFor(name: string, wanted: string, nearest: NearMiss | undefined): string {
  if (nearest === undefined)
    return `Deploy the pods with labels ${wanted} into the namespace, or delete Service ${name} if it is a left-over.`;
  const found = nearest.differs.flatMap(({ key, found: value }) =>
    value === undefined ? [] : `${clean(key)}=${clean(value)}`,
  );
  return found.length === nearest.differs.length
    ? `Change the selector of Service ${name} to ${enumerate(found)}, or the labels of ${clean(formatRef(nearest.candidate.ref), 320)}.`
    : `Add the missing label to ${clean(formatRef(nearest.candidate.ref), 320)}, or take it out of the selector of Service ${name}.`;
}

function evidenceOf(
  service: Service,
  selector: Record<string, string>,
  pods: readonly Pod[],
  nearest: NearMiss | undefined,
): Evidence[] {
  const ref = refOf(service);
  const evidence: Evidence[] = [
    {
      ref,
      path: 'spec.selector',
      observed: clean(formatLabels(selector), 300),
      why: `None of ${count(pods.length, 'pod')} in the namespace has all these labels.`,
    },
  ];
  if (nearest !== undefined) {
    const { candidate } = nearest;
    const path = candidate.ref.kind === 'Pod' ? 'metadata.labels' : 'spec.template.metadata.labels';
    evidence.push({
      ref: candidate.ref,
      path,
      observed: clean(formatLabels(candidate.labels), 300),
      why: 'The nearest labels there are.',
    });
  }
  return evidence;
}
