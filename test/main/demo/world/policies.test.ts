/** Figures that the world keeps current: disruption budgets and quotas; and the binding of claims to volumes. */
import { afterEach, describe, expect, it } from 'vitest';
import { deployment, makeLittleWorld, template, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

describe('a PodDisruptionBudget', () => {
  it.each([
    { spec: { minAvailable: 1 }, allowed: 3, desired: 1 },
    { spec: { minAvailable: '50%' }, allowed: 2, desired: 2 },
    { spec: { maxUnavailable: 1 }, allowed: 1, desired: 3 },
    { spec: { maxUnavailable: '30%' }, allowed: 2, desired: 2 },
    { spec: { minAvailable: 4 }, allowed: 0, desired: 4 },
  ])('$spec of four pods', ({ spec, allowed, desired }) => {
    world = makeLittleWorld();
    world.create(deployment('web', { replicas: 4 }));
    world.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
    });
    world.pass(10);
    expect(world.writer.find('PodDisruptionBudget', 'default', 'web')?.status).toMatchObject({
      currentHealthy: 4,
      desiredHealthy: desired,
      expectedPods: 4,
      disruptionsAllowed: allowed,
      observedGeneration: 1,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: allowed > 0 ? 'True' : 'False',
          reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
        },
      ],
    });
  });
});

describe('a ResourceQuota', () => {
  it('shows what is used, and follows', () => {
    world = makeLittleWorld();
    world.create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace: 'default' },
      spec: {
        hard: {
          pods: '10',
          'requests.cpu': '2',
          'limits.memory': '4Gi',
          configmaps: '5',
          'count/deployments.apps': '3',
        },
      },
    });
    world.pass(1);
    const resources = { requests: { cpu: '250m' }, limits: { memory: '512Mi' } };
    world.create(deployment('web', { template: template('web', { resources }) }));
    world.pass(10);
    const used = (): unknown => world.writer.find('ResourceQuota', 'default', 'team')?.status?.used;
    expect(used()).toEqual({
      pods: '2',
      'requests.cpu': '500m',
      'limits.memory': '1Gi',
      configmaps: '1',
      'count/deployments.apps': '1',
    });
    world.writer.delete('Deployment', { metadata: { namespace: 'default', name: 'web' } });
    world.pass(10);
    expect(used()).toMatchObject({ pods: '0', 'requests.cpu': '0', 'count/deployments.apps': '0' });
  });
});

describe('a PersistentVolumeClaim', () => {
  function claim(spec: object = {}): void {
    world.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...spec },
    });
  }
  const phase = (): string | undefined =>
    world.writer.find('PersistentVolumeClaim', 'default', 'data')?.status?.phase;

  function volume(name: string, storage: string): void {
    world.create({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage }, hostPath: { path: '/data' } },
    });
  }

  it('takes the smallest volume that fits', () => {
    world = makeLittleWorld();
    for (const [name, size] of [
      ['small', '1Gi'],
      ['large', '9Gi'],
      ['right', '3Gi'],
    ] as const) {
      volume(name, size);
    }
    claim();
    world.pass(2);
    expect(phase()).toBe('Bound');
    const phases = world.writer
      .list('PersistentVolume')
      .map(({ metadata, status }) => [metadata.name, status?.phase]);
    expect(phases).toEqual([
      ['large', 'Available'],
      ['right', 'Bound'],
      ['small', 'Available'],
    ]);
  });

  it('without a volume and a class waits, and is bound when a volume comes', () => {
    world = makeLittleWorld();
    claim();
    world.pass(30);
    expect(phase()).toBe('Pending');
    expect(world.messages('PersistentVolumeClaim')).toEqual([
      'no persistent volumes available for this claim and no storage class is set',
    ]);
    volume('late', '2Gi');
    world.pass(2);
    expect(phase()).toBe('Bound');
  });

  it('of a class that does not exist says so, and is bound once the class is there', () => {
    world = makeLittleWorld();
    claim({ storageClassName: 'fast' });
    world.create({
      ...deployment('web', {
        replicas: 1,
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [{ name: 'main', image: 'example/app:1' }],
            volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
          },
        },
      }),
    });
    world.pass(10);
    expect(world.messages('PersistentVolumeClaim', 'ProvisioningFailed')).toEqual([
      'storageclass.storage.k8s.io "fast" not found',
    ]);
    expect(world.messages('Pod', 'FailedScheduling')).toEqual([
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    ]);
    world.create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'rancher.io/local-path',
    });
    world.pass(30);
    expect(phase()).toBe('Bound');
    expect(world.writer.list('Pod')[0]?.spec.nodeName).toBeDefined();
  });

  it('that a pod uses goes with the last of them, and its volume with it', () => {
    world = makeLittleWorld();
    world.create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'rancher.io/local-path',
    });
    claim({ storageClassName: 'fast' });
    const spec = {
      containers: [{ name: 'main', image: 'example/app:1' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    };
    world.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'user' }, spec });
    world.pass(10);
    world.writer.delete('PersistentVolumeClaim', { metadata: { namespace: 'default', name: 'data' } });
    world.pass(60);
    const held = world.writer.find('PersistentVolumeClaim', 'default', 'data');
    expect(held?.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
    world.writer.delete('Pod', { metadata: { namespace: 'default', name: 'user' } });
    world.pass(5);
    expect(world.writer.list('PersistentVolumeClaim')).toEqual([]);
    expect(world.writer.list('PersistentVolume')).toEqual([]);
  });

  it('that loses its volume is lost', () => {
    world = makeLittleWorld();
    volume('only', '2Gi');
    claim();
    world.pass(2);
    const only = world.writer.find('PersistentVolume', undefined, 'only');
    world.writer.update(
      'PersistentVolume',
      only ?? { metadata: { name: '' } },
      ({ metadata: { finalizers: _none, ...metadata }, ...rest }) => ({
        ...rest,
        metadata,
      }),
    );
    world.writer.delete('PersistentVolume', { metadata: { name: 'only' } });
    world.pass(2);
    expect(phase()).toBe('Lost');
    expect(world.messages('PersistentVolumeClaim', 'ClaimLost')).toHaveLength(1);
  });
});
