/** What raises and lowers a severity, and the order that follows. */
import { describe, expect, it } from 'vitest';
import { refOf } from '../../../shared/cluster/refs.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { linkFindings } from '../../../shared/rootcause/link-findings.ts';
import { build, buildIngress, buildPod, buildService } from '../objects.ts';
import {
  a,
  b,
  crash,
  deployment,
  down,
  finding,
  LABELS,
  noEndpoints,
  onPods,
  replicaSet,
  service,
  unavailable,
  viewOf,
} from './web-shop.ts';

describe('severity', () => {
  const severityOf = (one: Finding, objects: readonly KubeObject[]) =>
    linkFindings([one], viewOf(objects)).find(({ id }) => id === one.id)?.severity;
  const base = [deployment, replicaSet, a, b];

  it.each([
    ['stays as it is', onPods('x/y', [a]), [...base, service], 'high'],
    ['rises behind an Ingress', onPods('x/y', [a]), [...base, service, buildIngress('i', 'web')], 'critical'],
    [
      'rises behind a LoadBalancer',
      onPods('x/y', [a]),
      [...base, buildService('web', LABELS, 'LoadBalancer')],
      'critical',
    ],
    [
      'stays behind an Ingress to another Service',
      onPods('x/y', [a]),
      [...base, service, buildIngress('i', 'api')],
      'high',
    ],
    [
      'rises for a workload without pods, by its template',
      finding('x/y', deployment),
      [deployment, service, buildIngress('i', 'web')],
      'critical',
    ],
    [
      'rises for the Service itself',
      finding('x/y', service),
      [service, buildIngress('i', 'web')],
      'critical',
    ],
    ['rises for a bare pod', finding('x/y', a), [a, service, buildIngress('i', 'web')], 'critical'],
    [
      'does not rise from info',
      finding('x/y', service, { severity: 'info' }),
      [service, buildIngress('i', 'web')],
      'info',
    ],
    [
      'never leaves the scale',
      finding('x/y', service, { severity: 'critical' }),
      [service, buildIngress('i', 'web')],
      'critical',
    ],
  ] as const)('%s', (_name, one, objects, expected) => {
    expect(severityOf(one, objects)).toBe(expected);
  });

  const failed = down('old', { phase: 'Failed' });
  const complete = { ...deployment, status: { replicas: 2, readyReplicas: 2 } };
  it.each([
    [
      'falls where the workload is complete without the pod',
      onPods('x/y', [failed]),
      [complete, failed],
      'medium',
    ],
    [
      'falls also behind an Ingress',
      onPods('x/y', [failed]),
      [complete, failed, service, buildIngress('i', 'web')],
      'medium',
    ],
    ['stays while the workload is not complete', onPods('x/y', [failed]), [deployment, failed], 'high'],
    [
      'stays while one of the pods is not finished',
      onPods('x/y', [failed, a]),
      [complete, failed, a],
      'high',
    ],
    ['stays for a bare pod', finding('x/y', failed), [failed], 'high'],
    [
      'stays where nothing is wanted',
      onPods('x/y', [failed]),
      [{ ...complete, spec: { replicas: 0 } }, failed],
      'high',
    ],
  ] as const)('%s', (_name, one, objects, expected) => {
    expect(severityOf(one, objects)).toBe(expected);
  });

  it('falls for a DaemonSet by its own numbers', () => {
    const set = build('DaemonSet', 'agent', { status: { desiredNumberScheduled: 3, numberReady: 3 } });
    const pod = buildPod('p', { owner: ['DaemonSet', 'agent'], phase: 'Failed' });
    expect(severityOf(finding('x/y', set, { members: [refOf(pod)] }), [set, pod])).toBe('medium');
  });

  it('orders effects and findings alike', () => {
    const linked = linkFindings(
      [unavailable, noEndpoints, crash],
      viewOf([deployment, replicaSet, a, b, service]),
    );
    expect(linked.map(({ scenario }) => scenario)).toEqual([
      'net/no-ready-endpoints',
      'rollout/unavailable',
      'pod/crash-loop-back-off',
    ]);
    expect(linked[2]?.effects).toEqual([linked[0]?.id, linked[1]?.id]);
  });
});
