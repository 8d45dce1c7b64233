/** A small shop for tests of causes: a Deployment whose pods are down, its Service, and findings about them. */
import { refOf } from '../../../shared/cluster/refs.ts';
import type { ClusterView, Knowledge } from '../../../shared/cluster/view.ts';
import { findingId } from '../../../shared/diagnosis/finding-id.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { KindId, KubeObject } from '../../../shared/model/kube.ts';
import type { Ref } from '../../../shared/model/ref.ts';
import { linkFindings } from '../../../shared/rootcause/link-findings.ts';
import { buildDeployment, buildPod, buildService } from '../objects.ts';
import { storeOf } from '../stores.ts';

export const [deployment, replicaSet] = buildDeployment('web', 2, 0);
export const LABELS = { app: 'web' };
export const owner = ['ReplicaSet', 'web'] as const;
export const down = (name: string, parts: Parameters<typeof buildPod>[1] = {}) =>
  buildPod(name, { owner, labels: LABELS, ready: false, ...parts });
export const a = down('a');
export const b = down('b');
export const service = buildService('web', LABELS);

export function finding(scenario: string, subject: KubeObject | Ref, more: Partial<Finding> = {}): Finding {
  const ref = 'metadata' in subject ? refOf(subject) : subject;
  return {
    id: findingId({ scenario, subject: ref, part: more.part, same: more.same }),
    scenario,
    subject: ref,
    severity: 'high',
    summary: `${scenario} of ${ref.name}`,
    cause: '',
    advice: `mend ${ref.name}`,
    evidence: [{ ref, path: 'status', observed: 'x', why: 'y' }],
    confidence: 'high',
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
    ...more,
  };
}

export const onPods = (scenario: string, pods: KubeObject[], more: Partial<Finding> = {}): Finding =>
  finding(scenario, deployment, { members: pods.map(refOf), ...more });

export function viewOf(
  objects: readonly KubeObject[],
  knowledge: Partial<Record<KindId, Knowledge>> = {},
): ClusterView {
  const { view } = storeOf(objects, knowledge);
  return { ...view, logOf: () => ({ state: 'pending' }), recheckAt: () => undefined };
}

/** `effect <- cause` per finding, by scenario; roots alone. */
export function chains(
  findings: readonly Finding[],
  objects: readonly KubeObject[] = [deployment, replicaSet, a, b, service],
): string[] {
  const linked = linkFindings(findings, viewOf(objects));
  const scenarios = new Map(linked.map((one) => [one.id, one.scenario]));
  return linked
    .map((one) => `${one.scenario} <- ${one.rootCause === null ? 'none' : scenarios.get(one.rootCause)}`)
    .sort();
}

export const unavailable = finding('rollout/unavailable', deployment, { severity: 'critical' });
export const noEndpoints = finding('net/no-ready-endpoints', service, { severity: 'critical' });
export const crash = onPods('pod/crash-loop-back-off', [a, b], { part: 'main' });
