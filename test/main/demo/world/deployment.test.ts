/** Deployments as users see them: rollouts, rollbacks, pauses, deadlines, refusals. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '../../../../src-main/demo/world/workload-objects.ts';
import { isReady, isTerminating } from '../../../../src-main/demo/world/pods.ts';
import { deployment, makeLittleWorld, template, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

function start(spec: object = {}, name = 'web'): void {
  world.create(deployment(name, spec));
  world.pass(10);
}

function get(name = 'web'): Deployment {
  const found = world.writer.find('Deployment', 'default', name);
  if (found === undefined) throw new Error(`no Deployment ${name}`);
  return found;
}

function change(spec: object): void {
  world.writer.update('Deployment', get(), (current) => ({ ...current, spec: { ...current.spec, ...spec } }));
}

function useImage(image: string): void {
  change({ template: template('web', { image }) });
}

function replicaSets(): ReplicaSet[] {
  const revision = (each: ReplicaSet): number =>
    Number(each.metadata.annotations?.['deployment.kubernetes.io/revision']);
  return [...world.writer.list('ReplicaSet', 'default')].sort(
    (one, other) => revision(one) - revision(other),
  );
}

function condition(type: string): { status?: string; reason?: string; message?: string } | undefined {
  return get().status?.conditions?.find((each) => each.type === type);
}

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

describe('a new Deployment', () => {
  it('has one ReplicaSet, ready pods and the conditions of a finished rollout', () => {
    world = makeLittleWorld();
    start();
    const [only, ...others] = replicaSets();
    expect(others).toEqual([]);
    expect(only?.metadata.labels?.['pod-template-hash']).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
    expect(only?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(get().metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(get().status).toMatchObject({
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
      observedGeneration: get().metadata.generation,
    });
    expect(get().status).not.toHaveProperty('unavailableReplicas');
    expect(condition('Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${only?.metadata.name ?? ''}" has successfully progressed.`,
    });
    expect(condition('Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(world.messages('Deployment')).toEqual([
      `Scaled up replica set ${only?.metadata.name ?? ''} from 0 to 2`,
    ]);
  });

  it('gets its ReplicaSet and pods back when they are deleted', () => {
    world = makeLittleWorld();
    start();
    const [only] = replicaSets();
    if (only === undefined) throw new Error('no ReplicaSet');
    world.writer.delete('ReplicaSet', only);
    world.pass(10);
    expect(replicaSets().map(({ metadata }) => metadata.uid)).not.toContain(only.metadata.uid);
    expect(get().status?.readyReplicas).toBe(2);
  });
});

describe('a rollout', () => {
  it('never has fewer available nor more pods than the strategy allows', () => {
    const amount = fc.oneof(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 100 }).map((n) => `${n}%`),
    );
    const cases = fc.record({
      replicas: fc.integer({ min: 1, max: 8 }),
      maxSurge: amount,
      maxUnavailable: amount,
      broken: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ replicas, maxSurge, maxUnavailable, broken }) => {
        fc.pre(![0, '0%'].includes(maxSurge) || ![0, '0%'].includes(maxUnavailable));
        world = makeLittleWorld({ nodes: 2, cpu: '64' });
        start({ replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } });
        const share = (value: number | string, round: (n: number) => number): number =>
          typeof value === 'number' ? value : round((Number.parseInt(value, 10) * replicas) / 100);
        const surge = share(maxSurge, Math.ceil);
        const floor = share(maxUnavailable, Math.floor);
        const unavailable = Math.min(replicas, surge === 0 && floor === 0 ? 1 : floor);
        world.behave = (pod) =>
          pod.spec.containers[0]?.image === 'example/app:2' && broken ? 'unready' : 'ready';
        let fewest = Infinity;
        let most = 0;
        const stop = world.writer.watchFromNow('Pod', () => {
          const pods = world.writer.list('Pod').filter((pod) => !isTerminating(pod));
          fewest = Math.min(fewest, pods.filter(isReady).length);
          most = Math.max(most, pods.length);
        });
        useImage('example/app:2');
        world.pass(60);
        stop();
        expect(fewest).toBeGreaterThanOrEqual(replicas - unavailable);
        expect(most).toBeLessThanOrEqual(replicas + surge);
        const finished = condition('Progressing')?.reason === 'NewReplicaSetAvailable';
        expect(finished && get().status?.updatedReplicas === replicas).toBe(!broken);
        world.stop();
      }),
      { numRuns: 25 },
    );
  });

  it('with Recreate ends all old pods before the first new one', () => {
    world = makeLittleWorld();
    start({ strategy: { type: 'Recreate' } });
    const seen: string[] = [];
    const stop = world.writer.watchFromNow('Pod', ({ type, object }) => {
      if (type === 'MODIFIED') return;
      seen.push(`${type} ${object.spec.containers[0]?.image ?? ''}`);
    });
    useImage('example/app:2');
    world.pass(20);
    stop();
    expect(seen).toEqual([
      'DELETED example/app:1',
      'DELETED example/app:1',
      'ADDED example/app:2',
      'ADDED example/app:2',
    ]);
    expect(get().status?.readyReplicas).toBe(2);
  });

  it('that is stuck exceeds its deadline, and an undo to the old template cures it', () => {
    world = makeLittleWorld();
    start({ progressDeadlineSeconds: 60 });
    world.behave = (pod) => (pod.spec.containers[0]?.image === 'example/app:bad' ? 'unready' : 'ready');
    useImage('example/app:bad');
    world.pass(50);
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    world.pass(20);
    const [old, bad] = replicaSets();
    expect(condition('Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${bad?.metadata.name ?? ''}" has timed out progressing.`,
    });
    expect(get().status?.availableReplicas).toBe(2);

    useImage('example/app:1');
    world.pass(20);
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    const kept = world.writer.find('ReplicaSet', 'default', old?.metadata.name ?? '');
    expect(kept?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(get().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
    expect(replicaSets().map(({ spec }) => spec.replicas)).toEqual([0, 2]);
  });

  it('waits while the Deployment is paused', () => {
    world = makeLittleWorld();
    start();
    change({ paused: true });
    world.pass(2);
    expect(condition('Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    useImage('example/app:2');
    world.pass(5);
    expect(replicaSets()).toHaveLength(1);
    change({ paused: false });
    world.pass(20);
    expect(replicaSets().map(({ spec }) => spec.replicas)).toEqual([0, 2]);
    expect(condition('Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });

  it('keeps as many old ReplicaSets as the history limit says', () => {
    world = makeLittleWorld();
    start({ revisionHistoryLimit: 2 });
    for (const tag of [2, 3, 4, 5]) {
      useImage(`example/app:${tag}`);
      world.pass(20);
    }
    const images = replicaSets().map(({ spec }) => spec.template.spec.containers[0]?.image);
    expect(images).toEqual(['example/app:3', 'example/app:4', 'example/app:5']);
  });
});

describe('scaling', () => {
  it('changes the one active ReplicaSet and says from what to what', () => {
    world = makeLittleWorld();
    start();
    change({ replicas: 5 });
    world.pass(10);
    change({ replicas: 0 });
    world.pass(10);
    const name = replicaSets()[0]?.metadata.name ?? '';
    expect(world.messages('Deployment')).toEqual(
      expect.arrayContaining([
        `Scaled up replica set ${name} from 2 to 5`,
        `Scaled down replica set ${name} from 5 to 0`,
      ]),
    );
    expect(world.writer.list('Pod')).toEqual([]);
    expect(get().status).toMatchObject({ terminatingReplicas: 0 });
  });

  it('in the middle of a rollout spreads over the ReplicaSets', () => {
    world = makeLittleWorld({ cpu: '64' });
    start({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    world.behave = () => 'unready';
    useImage('example/app:2');
    world.pass(10);
    expect(replicaSets().map(({ spec }) => spec.replicas)).toEqual([8, 5]);
    change({ replicas: 15 });
    world.pass(10);
    // The example of the Kubernetes documentation, "Proportional scaling".
    expect(replicaSets().map(({ spec }) => spec.replicas)).toEqual([11, 7]);
  });
});

describe('a quota that refuses pods', () => {
  it('shows as ReplicaFailure with the refusal, and goes when there is room', () => {
    world = makeLittleWorld();
    const quota = world.create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few', namespace: 'default' },
      spec: { hard: { pods: '1' } },
    });
    world.pass(1);
    start();
    expect(condition('ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(condition('ReplicaFailure')?.message).toMatch(
      /^pods "web-\w+-\w*" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1$/,
    );
    expect(condition('Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    expect(get().status?.unavailableReplicas).toBe(1);
    expect(world.messages('ReplicaSet', 'FailedCreate').length).toBeGreaterThan(0);

    world.writer.update('ResourceQuota', quota, (current) => ({ ...current, spec: { hard: { pods: '9' } } }));
    world.pass(30);
    expect(condition('ReplicaFailure')).toBeUndefined();
    expect(get().status?.availableReplicas).toBe(2);
  });
});

describe('adoption', () => {
  it('takes in pods and releases those that are relabelled', () => {
    world = makeLittleWorld();
    start();
    const [pod] = world.writer.list('Pod');
    if (pod === undefined) throw new Error('no pod');
    world.writer.update('Pod', pod, (current) => ({
      ...current,
      metadata: { ...current.metadata, labels: { app: 'web', debug: 'yes' } },
    }));
    world.pass(10);
    const released = world.writer.find('Pod', 'default', pod.metadata.name);
    expect(released?.metadata.ownerReferences ?? []).toEqual([]);
    expect(world.writer.list('Pod')).toHaveLength(3);
    expect(get().status?.replicas).toBe(2);

    world.writer.update('Pod', pod, (current) => ({
      ...current,
      metadata: { ...current.metadata, labels: pod.metadata.labels ?? {} },
    }));
    world.pass(10);
    expect(world.writer.list('Pod')).toHaveLength(2);
  });
});
