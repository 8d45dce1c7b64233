/** Objects that findings blame: roots of their own where they are absent. */
import { describe, expect, it } from 'vitest';
import { refOf, refTo } from '../../../shared/cluster/refs.ts';
import { findingId } from '../../../shared/diagnosis/finding-id.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { linkFindings } from '../../../shared/rootcause/link-findings.ts';
import { build, buildDeployment } from '../objects.ts';
import { a, b, chains, deployment, finding, onPods, viewOf } from './web-shop.ts';

describe('what is blamed', () => {
  const map = refTo('v1', 'ConfigMap', 'shop', 'app');
  const [other] = buildDeployment('other');
  const missing = (subject: KubeObject, more: Partial<Finding> = {}) =>
    finding('config/configmap-missing', subject, { blames: [map], since: 100, part: 'app', ...more });

  it('is the root of its own where two findings blame it and it is absent', () => {
    const linked = linkFindings(
      [missing(deployment), missing(other, { severity: 'critical', since: 50 })],
      viewOf([deployment, other]),
    );
    const root = linked.find(({ subject }) => subject.kind === 'ConfigMap');
    expect(root).toMatchObject({
      scenario: 'config/configmap-missing',
      subject: map,
      severity: 'critical',
      summary: '2 workloads in shop need ConfigMap app, which does not exist',
      since: 50,
      rootCause: null,
      members: [],
      status: 'active',
    });
    expect(root?.cause).toBe(
      'ConfigMap shop/app does not exist. Deployment shop/other and Deployment shop/web name it.',
    );
    expect(root?.evidence.map(({ ref }) => ref.name).sort()).toEqual(['other', 'web']);
    expect(root?.effects).toHaveLength(2);
    expect(linked.filter(({ rootCause }) => rootCause === root?.id)).toHaveLength(2);
    expect(root?.id).toBe(findingId({ scenario: 'config/configmap-missing', subject: map }));
  });

  it('is no finding of its own where one finding alone blames it', () => {
    expect(linkFindings([missing(deployment)], viewOf([deployment]))).toHaveLength(1);
  });

  it('is no finding of its own where it exists', () => {
    const there = { ...refOf(build('ConfigMap', 'app')) };
    const blaming = [missing(deployment, { blames: [there] }), missing(other, { blames: [there] })];
    expect(linkFindings(blaming, viewOf([build('ConfigMap', 'app')]))).toHaveLength(2);
    // Also where the reference has no uid because the dump has none.
    expect(
      linkFindings([missing(deployment), missing(other)], viewOf([build('ConfigMap', 'app')])),
    ).toHaveLength(2);
  });

  it('is not claimed to be absent where its kind cannot be read', () => {
    const linked = linkFindings([missing(deployment), missing(other)], viewOf([], { ConfigMap: 'denied' }));
    expect(linked.find(({ subject }) => subject.kind === 'ConfigMap')?.summary).toBe(
      '2 workloads in shop need ConfigMap app, which is reported missing',
    );
  });

  it('speaks of one workload by name, of pods as pods, and of several namespaces', () => {
    const summaryOf = (...findings: Finding[]) =>
      linkFindings(findings, viewOf([])).find(({ subject }) => subject.kind === 'ConfigMap')?.summary;
    expect(summaryOf(missing(deployment), missing(deployment, { part: 'again', id: 'x' }))).toBe(
      'Deployment shop/web needs ConfigMap app, which does not exist',
    );
    expect(summaryOf(missing(a), missing(b))).toBe('2 pods in shop need ConfigMap app, which does not exist');
    expect(summaryOf(missing(a), missing(deployment))).toBe(
      '2 objects in shop need ConfigMap app, which does not exist',
    );
  });

  it('explains each finding once, by the object most findings blame', () => {
    const secret = refTo('v1', 'Secret', 'shop', 'db');
    const [third] = buildDeployment('third');
    const findings = [
      missing(deployment, { blames: [secret, map] }),
      missing(other),
      missing(third, { blames: [secret, map] }),
    ];
    const linked = linkFindings(findings, viewOf([]));
    expect(linked.filter(({ subject }) => subject.kind === 'ConfigMap')).toHaveLength(1);
    expect(linked.filter(({ subject }) => subject.kind === 'Secret')).toHaveLength(0);
  });

  it('may be no object of the cluster', () => {
    const registry = refTo('', 'Registry', undefined, 'registry.example');
    const image = (subject: KubeObject) =>
      finding('image/registry-unreachable', subject, { blames: [registry] });
    const [root] = linkFindings([image(deployment), image(other)], viewOf([]));
    expect(root?.summary).toBe('2 workloads in shop need Registry registry.example');
  });

  it('is the cause where it is the subject of a finding', () => {
    const node = build('Node', 'n1');
    const blaming = onPods('sched/insufficient-resources', [a], { blames: [refOf(node)] });
    expect(chains([blaming, finding('node/not-ready', node)])).toContain(
      'sched/insufficient-resources <- node/not-ready',
    );
  });

  it('never closes a circle', () => {
    const one = finding('a/one', deployment, { blames: [refOf(other)] });
    const two = finding('a/two', other, { blames: [refOf(deployment)] });
    expect(chains([one, two]).filter((chain) => chain.endsWith('<- none'))).toHaveLength(1);
  });
});
