/** Chains of causes case by case: each rule, with the case that looks like it and is none. */
import { describe, expect, it } from 'vitest';
import { refOf } from '../../../shared/cluster/refs.ts';
import { build, buildDeployment, buildPod } from '../objects.ts';
import {
  a,
  b,
  chains,
  crash,
  deployment,
  down,
  owner,
  finding,
  LABELS,
  noEndpoints,
  onPods,
  replicaSet,
  service,
  unavailable,
} from './web-shop.ts';

describe('what counts pods', () => {
  it('follows what its pods show', () => {
    expect(chains([unavailable, noEndpoints, crash])).toEqual([
      'net/no-ready-endpoints <- pod/crash-loop-back-off',
      'pod/crash-loop-back-off <- none',
      'rollout/unavailable <- pod/crash-loop-back-off',
    ]);
  });

  it('follows what most of its pods show', () => {
    const c = down('c');
    const image = onPods('image/not-found', [c], { severity: 'critical' });
    expect(chains([unavailable, crash, image], [deployment, replicaSet, a, b, c])).toContain(
      'rollout/unavailable <- pod/crash-loop-back-off',
    );
  });

  it('is not explained by pods that are ready', () => {
    const fine = buildPod('fine', { owner, labels: LABELS });
    const restarting = onPods('pod/restarting', [fine]);
    expect(chains([unavailable, noEndpoints, restarting], [deployment, replicaSet, fine, service])).toContain(
      'rollout/unavailable <- none',
    );
  });

  it('is not explained by pods that are finished and replaced, unless it is a Job', () => {
    const evicted = down('evicted', { phase: 'Failed' });
    expect(
      chains([unavailable, onPods('pod/evicted-or-disrupted', [evicted])], [deployment, replicaSet, evicted]),
    ).toContain('rollout/unavailable <- none');
    const job = build('Job', 'nightly');
    const failed = buildPod('run', { owner: ['Job', 'nightly'], phase: 'Failed', ready: false });
    const findings = [
      finding('job/failed-or-stuck', job),
      finding('pod/oom-killed', job, { members: [refOf(failed)] }),
    ];
    expect(chains(findings, [job, failed])).toContain('job/failed-or-stuck <- pod/oom-killed');
  });

  it('follows the workload where no pod says why', () => {
    expect(chains([unavailable, noEndpoints])).toEqual([
      'net/no-ready-endpoints <- rollout/unavailable',
      'rollout/unavailable <- none',
    ]);
  });

  it('does not take one of two workloads behind a Service for the cause', () => {
    const [other, otherSet] = buildDeployment('other', 1, 0);
    const theirs = buildPod('o', { owner: ['ReplicaSet', 'other'], labels: LABELS, ready: false });
    expect(
      chains([unavailable, noEndpoints], [deployment, replicaSet, a, service, other, otherSet, theirs]),
    ).toContain('net/no-ready-endpoints <- none');
  });

  it('follows failing creation of its pods', () => {
    expect(chains([unavailable, finding('rollout/create-failed', deployment)], [deployment])).toContain(
      'rollout/unavailable <- rollout/create-failed',
    );
  });

  it('a Service with a wrong selector is its own root', () => {
    const mismatch = finding('net/service-selector-mismatch', service);
    expect(chains([mismatch, crash])).toContain('net/service-selector-mismatch <- none');
  });
});

describe('several failures of one container', () => {
  it('have one root, which the workload follows too', () => {
    const oom = onPods('pod/oom-killed', [a, b], { part: 'main' });
    const probe = onPods('probe/readiness-failed', [a, b], { part: 'main' });
    expect(chains([unavailable, crash, probe, oom])).toEqual([
      'pod/crash-loop-back-off <- pod/oom-killed',
      'pod/oom-killed <- none',
      'probe/readiness-failed <- pod/oom-killed',
      'rollout/unavailable <- pod/oom-killed',
    ]);
  });

  it.each([
    ['another container', [a, b], 'sidecar'],
    ['other pods', [down('x')], 'main'],
  ])('stay apart on %s', (_name, pods, part) => {
    expect(chains([crash, onPods('pod/oom-killed', pods, { part })])).toContain(
      'pod/crash-loop-back-off <- none',
    );
  });

  it('a missing object stops the whole pod, whatever its part is called', () => {
    const missing = onPods('config/configmap-missing', [a, b], { part: 'app-config' });
    const stuck = onPods('pod/sandbox-or-creating-stuck', [a, b], { part: 'main' });
    expect(chains([missing, stuck])).toContain('pod/sandbox-or-creating-stuck <- config/configmap-missing');
  });
});

describe('a lost node', () => {
  const node = build('Node', 'n1');
  const lost = finding('node/not-ready', node);
  const on = (name: string, nodeName: string) => down(name, { spec: { nodeName } });

  it('is why the pods on it are not ready', () => {
    const pods = [on('a', 'n1'), on('b', 'n1')];
    const probe = onPods('probe/readiness-failed', pods);
    expect(
      chains([lost, probe, unavailable, noEndpoints], [deployment, replicaSet, ...pods, service, node]),
    ).toEqual([
      'net/no-ready-endpoints <- probe/readiness-failed',
      'node/not-ready <- none',
      'probe/readiness-failed <- node/not-ready',
      'rollout/unavailable <- probe/readiness-failed',
    ]);
    expect(chains([lost, unavailable], [deployment, replicaSet, ...pods, node])).toContain(
      'rollout/unavailable <- node/not-ready',
    );
  });

  it('is not why pods elsewhere fail', () => {
    const pods = [on('a', 'n1'), on('b', 'n2')];
    const objects = [deployment, replicaSet, ...pods, node, build('Node', 'n2')];
    expect(chains([lost, unavailable], objects)).toContain('rollout/unavailable <- none');
    expect(chains([lost, crash], objects)).toContain('pod/crash-loop-back-off <- none');
  });
});
