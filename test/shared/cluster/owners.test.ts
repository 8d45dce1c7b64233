/** From a pod to its workload, and references to objects. */
import { describe, expect, it } from 'vitest';
import { activePodsOf, workloadOf } from '../../../shared/cluster/owners.ts';
import { controllerOf, inventUid, refKey, refOf, refTo } from '../../../shared/cluster/refs.ts';
import { build, buildDeployment, buildPod, controlledBy } from '../objects.ts';
import { storeOf } from '../stores.ts';

describe('workloadOf', () => {
  it.each([
    ['a bare pod', undefined, undefined],
    ['a static pod', ['Node', 'n1'], undefined],
    ['a StatefulSet', ['StatefulSet', 'db'], ['StatefulSet', 'db', 'statefulset-db']],
    ['a Job of a CronJob', ['Job', 'nightly-1'], ['Job', 'nightly-1', 'job-nightly-1']],
    ['a ReplicaSet of a Deployment', ['ReplicaSet', 'web'], ['Deployment', 'web', 'replicaset-web']],
    ['a ReplicaSet alone', ['ReplicaSet', 'alone'], ['ReplicaSet', 'alone', 'replicaset-alone']],
    ['a ReplicaSet that is not read', ['ReplicaSet', 'gone'], ['ReplicaSet', 'gone', 'replicaset-gone']],
    [
      'a ReplicaSet of a kind not read here',
      ['ReplicaSet', 'canary'],
      ['Rollout', 'canary', 'replicaset-canary'],
    ],
    ['a controller of any kind', ['GameServer', 'g'], ['GameServer', 'g', 'gameserver-g']],
  ] as const)('of %s', (_name, owner, expected) => {
    const { view } = storeOf([
      ...buildDeployment('web'),
      build('ReplicaSet', 'alone'),
      build('ReplicaSet', 'canary', { metadata: { name: 'canary', ...controlledBy('Rollout', 'canary') } }),
      build('Job', 'nightly-1', { metadata: { name: 'nightly-1', ...controlledBy('CronJob', 'nightly') } }),
    ]);
    const workload = workloadOf(buildPod('p', owner === undefined ? {} : { owner }), view);
    expect(workload && [workload.ref.kind, workload.ref.name, workload.revision]).toEqual(expected);
    if (workload !== undefined) expect(workload.ref.namespace).toBe('shop');
  });

  it('counts the pods of all revisions that are neither finished nor being deleted', () => {
    const old = build('ReplicaSet', 'web-old', {
      metadata: { name: 'web-old', ...controlledBy('Deployment', 'web') },
    });
    const { view } = storeOf([
      ...buildDeployment('web'),
      old,
      buildPod('a', { owner: ['ReplicaSet', 'web'] }),
      buildPod('b', { owner: ['ReplicaSet', 'web-old'] }),
      buildPod('c', { owner: ['ReplicaSet', 'web'], phase: 'Failed' }),
      buildPod('d', {
        owner: ['ReplicaSet', 'web'],
        metadata: { deletionTimestamp: '2026-11-20T09:00:00Z' },
      }),
      buildPod('e', { owner: ['ReplicaSet', 'other'] }),
    ]);
    expect(
      activePodsOf('deployment-web', view)
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(['a', 'b']);
  });
});

describe('references to objects', () => {
  it('never shows an invented uid', () => {
    const store = storeOf([build('ConfigMap', 'app', { metadata: { name: 'app', uid: '' } })]);
    const stored = store.view.get('ConfigMap', 'shop', 'app');
    expect(stored?.metadata.uid).toBe(inventUid('ConfigMap', 'shop', 'app'));
    expect(stored && refOf(stored)).toEqual(refTo('v1', 'ConfigMap', 'shop', 'app'));
  });

  it('has one key for a present object, and one by name for an absent one', () => {
    const ref = refTo('v1', 'ConfigMap', 'shop', 'app');
    expect(refKey(ref)).toBe(inventUid('ConfigMap', 'shop', 'app'));
    expect(refKey({ ...ref, uid: 'x' })).toBe('x');
  });

  it('reads only well-formed controllers', () => {
    const pod = buildPod('p');
    const owners = (ownerReferences: unknown) =>
      controllerOf({ ...pod, metadata: { ...pod.metadata, ownerReferences: ownerReferences as never } });
    const good = { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u' };
    expect(owners([good, { ...good, name: 'y', controller: true }])?.name).toBe('y');
    for (const bad of [
      undefined,
      null,
      'x',
      [null],
      [{ ...good, uid: '', controller: true }],
      [{ ...good, kind: 1, controller: true }],
      [good],
    ]) {
      expect(owners(bad)).toBeUndefined();
    }
  });
});
