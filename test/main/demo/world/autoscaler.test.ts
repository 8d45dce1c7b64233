/** HorizontalPodAutoscalers: what they do and say with the usage of their pods. */
import { afterEach, describe, expect, it } from 'vitest';
import type { HorizontalPodAutoscaler } from '../../../../src-main/demo/world/other-objects.ts';
import { deployment, makeLittleWorld, template, type LittleWorld } from './little-world.ts';

let world: LittleWorld;
let cores = 0.1;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

function start(container: object = { resources: { requests: { cpu: '200m' } } }, spec: object = {}): void {
  world = makeLittleWorld({
    cpu: '64',
    usageOf: () => ({ containers: [{ cpuNanoCores: cores * 1e9, memoryBytes: 1e6 }] }),
  });
  world.create(deployment('web', { template: template('web', container) }));
  world.create({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
      ...spec,
    },
  });
}

function get(): HorizontalPodAutoscaler['status'] {
  return world.writer.find('HorizontalPodAutoscaler', 'default', 'web')?.status;
}

function reasons(): string[] {
  return (get()?.conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason ?? ''}`);
}

function replicas(): number | undefined {
  return world.writer.find('Deployment', 'default', 'web')?.spec.replicas;
}

describe('an autoscaler', () => {
  it('leaves a workload at its target as it is', () => {
    cores = 0.1;
    start();
    world.pass(60);
    expect(replicas()).toBe(2);
    expect(reasons()).toEqual([
      'AbleToScale True ReadyForNewScale',
      'ScalingActive True ValidMetricFound',
      'ScalingLimited False DesiredWithinRange',
    ]);
    expect(get()).toMatchObject({
      currentReplicas: 2,
      desiredReplicas: 2,
      currentMetrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '100m' } },
        },
      ],
    });
  });

  it('scales up under load, to its maximum, and down five minutes after it', () => {
    cores = 0.4;
    start();
    world.pass(120);
    expect(replicas()).toBe(6);
    expect(reasons()).toContain('ScalingLimited True TooManyReplicas');
    expect(world.messages('HorizontalPodAutoscaler', 'SuccessfulRescale')).toEqual([
      'New size: 4; reason: cpu resource utilization (percentage of request) above target',
      'New size: 6; reason: cpu resource utilization (percentage of request) above target',
    ]);
    cores = 0.01;
    world.pass(200);
    expect(replicas()).toBe(6);
    expect(reasons()).toContain('AbleToScale True ScaleDownStabilized');
    world.pass(200);
    expect(replicas()).toBe(2);
    expect(reasons()).toContain('ScalingLimited True TooFewReplicas');
  });

  it('says which container has no request', () => {
    cores = 0.1;
    start({});
    world.pass(60);
    const [pod] = world.writer.list('Pod').map(({ metadata }) => metadata.name);
    const active = get()?.conditions?.find(({ type }) => type === 'ScalingActive');
    expect(active).toMatchObject({ status: 'False', reason: 'FailedGetResourceMetric' });
    expect(active?.message).toMatch(
      /^the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container main of Pod web-/,
    );
    expect(pod).toBeDefined();
    expect(replicas()).toBe(2);
  });

  it('says that its target is not there', () => {
    start(undefined, { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nope' } });
    world.pass(20);
    expect(get()?.conditions).toMatchObject([
      {
        type: 'AbleToScale',
        status: 'False',
        reason: 'FailedGetScale',
        message: `the HPA controller was unable to get the target's current scale: deployments.apps "nope" not found`,
      },
    ]);
  });
});
