/** StatefulSets: one pod after the other, each with its name and its claims. */
import { afterEach, describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../../../src-main/demo/world/workload-objects.ts';
import { isReady, isTerminating } from '../../../../src-main/demo/world/pods.ts';
import { makeLittleWorld, template, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

function create(spec: object = {}): void {
  world.create({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: template('db'),
      ...spec,
    },
  });
}

function get(): StatefulSet {
  const found = world.writer.find('StatefulSet', 'default', 'db');
  if (found === undefined) throw new Error('no StatefulSet');
  return found;
}

function change(spec: object): void {
  world.writer.update('StatefulSet', get(), (current) => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }));
}

function images(): string[] {
  return world.writer.list('Pod').map(({ spec }) => spec.containers[0]?.image ?? '');
}

describe('a StatefulSet', () => {
  it('makes its pods in order, each when the one before is ready', () => {
    world = makeLittleWorld();
    let readyAtCreation: number[] = [];
    world.writer.watchFromNow('Pod', ({ type }) => {
      if (type === 'ADDED')
        readyAtCreation = [...readyAtCreation, world.writer.list('Pod').filter(isReady).length];
    });
    create();
    world.pass(20);
    expect(readyAtCreation).toEqual([0, 1, 2]);
    const [pod] = world.writer.list('Pod');
    expect(pod).toMatchObject({
      metadata: {
        name: 'db-0',
        labels: {
          app: 'db',
          'apps.kubernetes.io/pod-index': '0',
          'statefulset.kubernetes.io/pod-name': 'db-0',
          'controller-revision-hash': get().status?.updateRevision,
        },
      },
      spec: { hostname: 'db-0', subdomain: 'db' },
    });
    expect(get().status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      collisionCount: 0,
      currentRevision: get().status?.updateRevision,
    });
    expect(world.messages('StatefulSet')[0]).toBe('Create Pod db-0 in StatefulSet db successful');
  });

  it('in parallel makes all at once', () => {
    world = makeLittleWorld();
    world.behave = () => 'unready';
    create({ podManagementPolicy: 'Parallel' });
    world.pass(3);
    expect(world.writer.list('Pod')).toHaveLength(3);
  });

  it('does not go on behind a pod that never becomes ready', () => {
    world = makeLittleWorld();
    world.behave = (pod) => (pod.metadata.name === 'db-1' ? 'unready' : 'ready');
    create();
    world.pass(60);
    expect(world.writer.list('Pod').map(({ metadata }) => metadata.name)).toEqual(['db-0', 'db-1']);
    expect(get().status).toMatchObject({ replicas: 2, readyReplicas: 1 });
  });

  it('is scaled down from the highest number, and keeps the claims', () => {
    world = makeLittleWorld();
    const volumeClaimTemplates = [
      {
        metadata: { name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'standard',
          resources: { requests: { storage: '1Gi' } },
        },
      },
    ];
    world.create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard' },
      provisioner: 'rancher.io/local-path',
    });
    create({ volumeClaimTemplates });
    world.pass(60);
    expect(get().status?.readyReplicas).toBe(3);
    change({ replicas: 1 });
    world.pass(20);
    expect(world.writer.list('Pod').map(({ metadata }) => metadata.name)).toEqual(['db-0']);
    const claims = world.writer.list('PersistentVolumeClaim');
    expect(claims.map(({ metadata, status }) => [metadata.name, status?.phase])).toEqual([
      ['data-db-0', 'Bound'],
      ['data-db-1', 'Bound'],
      ['data-db-2', 'Bound'],
    ]);
    expect(world.messages('StatefulSet')).toEqual(
      expect.arrayContaining([
        'Create Claim data-db-0 Pod db-0 in StatefulSet db success',
        'Delete Pod db-2 in StatefulSet db successful',
      ]),
    );
  });
});

describe('an update', () => {
  it('goes from the highest number down, one pod at a time', () => {
    world = makeLittleWorld();
    create();
    world.pass(20);
    const before = get().status?.currentRevision;
    const replaced: string[] = [];
    let most = 0;
    world.writer.watchFromNow('Pod', ({ type, object }) => {
      const missing =
        3 - world.writer.list('Pod').filter((pod) => isReady(pod) && !isTerminating(pod)).length;
      most = Math.max(most, missing);
      if (type === 'DELETED') replaced.push(object.metadata.name);
    });
    change({ template: template('db', { image: 'example/app:2' }) });
    world.pass(60);
    expect(replaced).toEqual(['db-2', 'db-1', 'db-0']);
    expect(most).toBe(1);
    expect(get().status?.currentRevision).not.toBe(before);
    expect(get().status?.updatedReplicas).toBe(3);
    expect(
      world.writer
        .list('ControllerRevision')
        .map(({ revision }) => revision)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('stops at the partition', () => {
    world = makeLittleWorld();
    create();
    world.pass(20);
    change({
      template: template('db', { image: 'example/app:2' }),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    });
    world.pass(60);
    expect(images()).toEqual(['example/app:1', 'example/app:1', 'example/app:2']);
    expect(get().status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
  });

  it('that breaks a pod is not cured by the old template alone, as in a real cluster', () => {
    world = makeLittleWorld();
    create();
    world.pass(20);
    world.behave = (pod) => (pod.spec.containers[0]?.image === 'example/app:bad' ? 'unready' : 'ready');
    change({ template: template('db', { image: 'example/app:bad' }) });
    world.pass(30);
    change({ template: template('db') });
    world.pass(30);
    expect(images()).toEqual(['example/app:1', 'example/app:1', 'example/app:bad']);
    const stuck = world.writer.find('Pod', 'default', 'db-2');
    world.writer.delete('Pod', stuck ?? { metadata: { name: '' } });
    world.pass(30);
    expect(images()).toEqual(['example/app:1', 'example/app:1', 'example/app:1']);
    expect(get().status?.readyReplicas).toBe(3);
  });
});
