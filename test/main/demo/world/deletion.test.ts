/** What goes with an owner or a namespace, and what stays. */
import { afterEach, describe, expect, it } from 'vitest';
import { deployment, makeLittleWorld, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

const WEB = { metadata: { namespace: 'default', name: 'web' } };

function left(): { deployments: number; replicaSets: number; pods: number } {
  const count = (kind: 'Deployment' | 'ReplicaSet' | 'Pod'): number =>
    world.writer.list(kind, 'default').length;
  return { deployments: count('Deployment'), replicaSets: count('ReplicaSet'), pods: count('Pod') };
}

describe('deleting a Deployment', () => {
  it('in the background takes its ReplicaSet and pods along', () => {
    world = makeLittleWorld();
    world.create(deployment('web'));
    world.pass(5);
    world.writer.delete('Deployment', WEB, { propagationPolicy: 'Background' });
    expect(left()).toEqual({ deployments: 0, replicaSets: 1, pods: 2 });
    world.pass(5);
    expect(left()).toEqual({ deployments: 0, replicaSets: 0, pods: 0 });
  });

  it('in the foreground lets it go last', () => {
    world = makeLittleWorld();
    world.create(deployment('web'));
    world.pass(5);
    const order: string[] = [];
    for (const kind of ['Deployment', 'ReplicaSet', 'Pod'] as const) {
      world.writer.watchFromNow(kind, ({ type }) => {
        if (type === 'DELETED') order.push(kind);
      });
    }
    world.writer.delete('Deployment', WEB, { propagationPolicy: 'Foreground' });
    expect(left()).toEqual({ deployments: 1, replicaSets: 1, pods: 2 });
    world.pass(5);
    expect(order).toEqual(['Pod', 'Pod', 'ReplicaSet', 'Deployment']);
  });

  it('as orphans leaves all of them, without an owner', () => {
    world = makeLittleWorld();
    world.create(deployment('web'));
    world.pass(5);
    world.writer.delete('Deployment', WEB, { propagationPolicy: 'Orphan' });
    world.pass(5);
    expect(left()).toEqual({ deployments: 0, replicaSets: 1, pods: 2 });
    expect(world.writer.list('ReplicaSet')[0]?.metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('owner references', () => {
  const owned = (name: string, owners: readonly { name: string; uid: string }[]): void => {
    world.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: 'default',
        ownerReferences: owners.map((owner) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...owner })),
      },
    });
  };

  it('to what does not exist get the object deleted', () => {
    world = makeLittleWorld();
    owned('lost', [{ name: 'ghost', uid: 'no-such-uid' }]);
    world.pass(2);
    expect(world.writer.find('ConfigMap', 'default', 'lost')).toBeUndefined();
  });

  it('to one that is gone and one that is not keep it, with the latter', () => {
    world = makeLittleWorld();
    const alive = world.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'alive', namespace: 'default' },
    });
    owned('shared', [
      { name: 'ghost', uid: 'no-such-uid' },
      { name: 'alive', uid: alive.metadata.uid },
    ]);
    world.pass(2);
    const references = world.writer.find('ConfigMap', 'default', 'shared')?.metadata.ownerReferences;
    expect(references?.map(({ name }) => name)).toEqual(['alive']);
  });
});

describe('a namespace', () => {
  it('is given its service account and the root certificate, again if they are taken away', () => {
    world = makeLittleWorld();
    world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    world.pass(1);
    expect(world.writer.find('ServiceAccount', 'team', 'default')).toBeDefined();
    expect(world.writer.find('ConfigMap', 'team', 'kube-root-ca.crt')).toMatchObject({
      data: { 'ca.crt': 'PEM' },
    });
    world.writer.delete('ServiceAccount', { metadata: { namespace: 'team', name: 'default' } });
    world.pass(1);
    expect(world.writer.find('ServiceAccount', 'team', 'default')).toBeDefined();
  });

  it('is emptied and goes', () => {
    world = makeLittleWorld();
    world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    world.pass(1);
    const draft = deployment('web');
    world.create({ ...draft, metadata: { name: 'web', namespace: 'team' } });
    world.pass(5);
    world.writer.delete('Namespace', { metadata: { name: 'team' } });
    expect(world.writer.find('Namespace', undefined, 'team')?.status?.phase).toBe('Terminating');
    world.pass(20);
    expect(world.writer.find('Namespace', undefined, 'team')).toBeUndefined();
    expect(world.writer.list('Pod', 'team')).toEqual([]);
    expect(world.writer.list('ConfigMap', 'team')).toEqual([]);
  });

  it('says what keeps it, and goes once that is released', () => {
    world = makeLittleWorld();
    world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    const held = { name: 'held', namespace: 'team', finalizers: ['example.com/keep'] };
    world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: held });
    world.pass(1);
    world.writer.delete('Namespace', { metadata: { name: 'team' } });
    world.pass(10);
    const conditions = world.writer.find('Namespace', undefined, 'team')?.status?.conditions;
    expect(conditions).toMatchObject([
      { type: 'NamespaceDeletionDiscoveryFailure', status: 'False', reason: 'ResourcesDiscovered' },
      { type: 'NamespaceDeletionGroupVersionParsingFailure', status: 'False' },
      { type: 'NamespaceDeletionContentFailure', status: 'False', reason: 'ContentDeleted' },
      {
        type: 'NamespaceContentRemaining',
        status: 'True',
        reason: 'SomeResourcesRemain',
        message: 'Some resources are remaining: configmaps. has 1 resource instances',
      },
      {
        type: 'NamespaceFinalizersRemaining',
        status: 'True',
        reason: 'SomeFinalizersRemain',
        message:
          'Some content in the namespace has finalizers remaining: example.com/keep in 1 resource instances',
      },
    ]);
    world.writer.update(
      'ConfigMap',
      { metadata: held },
      ({ metadata: { finalizers: _gone, ...metadata }, ...rest }) => ({
        ...rest,
        metadata,
      }),
    );
    world.pass(10);
    expect(world.writer.find('Namespace', undefined, 'team')).toBeUndefined();
  });
});
