/** Deleting objects: grace periods, finalizers, preconditions, and the events each way gives. */
import { describe, expect, it } from 'vitest';
import type { DeleteOptions } from '../../../../src-main/demo/registry/contract.ts';
import { BY_USER, START, changed, makeTestWorld, recordWatch, refusalOf } from './world.ts';

function plantPod(
  spec: object = { nodeName: 'n1', terminationGracePeriodSeconds: 30 },
  metadata: object = {},
) {
  const world = makeTestWorld();
  const resource = world.kind('v1', 'Pod');
  const draft = { metadata: { name: 'a', ...metadata }, spec };
  const pod = world.registry.create(resource, 'n', draft, BY_USER);
  const remove = (options: DeleteOptions = {}, context: object = {}) =>
    world.registry.delete(resource, 'n', 'a', options, { ...BY_USER, ...context });
  const find = () => world.registry.find(resource, 'n', 'a');
  return { ...world, resource, pod, remove, find };
}

const after = (seconds: number): string => `${new Date(START + seconds * 1000).toISOString().slice(0, 19)}Z`;

describe('a pod', () => {
  it('on a node is given its own grace period', () => {
    const { remove, find } = plantPod();
    const { object, gone } = remove();
    expect(gone).toBe(false);
    expect(object.metadata).toMatchObject({
      deletionTimestamp: after(30),
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    expect(find()).toBe(object);
  });

  it('can be given less by a second deletion, never more', () => {
    const { remove, find, registry } = plantPod();
    const seconds: (number | undefined)[] = [];
    for (const gracePeriodSeconds of [20, 25, undefined, 10, -5]) {
      remove(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds });
      seconds.push(find()?.metadata.deletionGracePeriodSeconds);
    }
    expect(seconds).toEqual([20, 20, 20, 10, 1]);
    expect(find()?.metadata).toMatchObject({ deletionTimestamp: after(1), generation: 2 });
    expect(registry.version()).toBe(204);
  });

  it.each<readonly [string, object, object, DeleteOptions]>([
    ['without a node', {}, {}, {}],
    ['that has ended', { nodeName: 'n1', terminationGracePeriodSeconds: 30 }, { phase: 'Succeeded' }, {}],
    ['that is forced', { nodeName: 'n1' }, { phase: 'Running' }, { gracePeriodSeconds: 0 }],
  ])('%s is marked and goes at once', (_what, spec, status, options) => {
    const { registry, resource, remove, find } = plantPod(spec);
    registry.update(resource, 'n', 'a', changed({}, { status }), { ...BY_USER, subresource: 'status' });
    const events = recordWatch(registry, resource);
    expect(remove(options).gone).toBe(true);
    expect(find()).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
    expect(events[1]?.object.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, generation: 2 });
    expect(events[1]?.object.metadata.resourceVersion).toBe(String(events[1]?.version));
  });

  it('with a finalizer stays until it is released, even if forced', () => {
    const { registry, resource, remove, find } = plantPod({}, { finalizers: ['a.b/c'] });
    const events = recordWatch(registry, resource);
    expect([remove().gone, remove({ gracePeriodSeconds: 0 }).gone]).toEqual([false, false]);
    const { object } = registry.update(resource, 'n', 'a', changed({ finalizers: [] }), BY_USER);
    expect(object.metadata.finalizers).toBeUndefined();
    expect(find()).toBeUndefined();
    // What is told last is what was stored last.
    expect(events.map(({ type, object: { metadata } }) => [type, metadata.finalizers])).toEqual([
      ['MODIFIED', ['a.b/c']],
      ['DELETED', ['a.b/c']],
    ]);
  });

  it('still ending is not gone when its last finalizer goes', () => {
    const { registry, resource, remove, find } = plantPod(undefined, { finalizers: ['a.b/c'] });
    remove();
    registry.update(resource, 'n', 'a', changed({ finalizers: [] }), BY_USER);
    expect(find()?.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(remove({ gracePeriodSeconds: 0 }).gone).toBe(true);
  });

  it('that a watcher removes when it is marked is gone only once', () => {
    const { registry, resource, remove } = plantPod({});
    const types: string[] = [];
    registry.watch(resource, {}, ({ type }) => {
      types.push(type);
      if (type === 'MODIFIED') remove({ gracePeriodSeconds: 0 });
    });
    expect(remove().gone).toBe(true);
    expect(types).toEqual(['MODIFIED', 'DELETED']);
  });

  it('survives a dry run', () => {
    const { remove, find, pod, registry } = plantPod();
    expect(remove({}, { dryRun: true }).object.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(remove({ gracePeriodSeconds: 0 }, { dryRun: true }).gone).toBe(true);
    expect([find(), registry.version()]).toEqual([pod, 201]);
  });
});

describe('a policy of propagation', () => {
  it.each<
    readonly [string, DeleteOptions['propagationPolicy'], readonly string[], readonly string[] | undefined]
  >([
    ['apps/v1 Deployment', undefined, [], undefined],
    ['apps/v1 Deployment', 'Background', [], undefined],
    ['apps/v1 Deployment', 'Orphan', [], ['orphan']],
    ['apps/v1 Deployment', 'Foreground', ['a/b'], ['a/b', 'foregroundDeletion']],
    ['apps/v1 Deployment', 'Background', ['orphan'], undefined],
    ['apps/v1 Deployment', undefined, ['orphan'], ['orphan']],
    ['batch/v1 Job', undefined, [], ['orphan']],
    ['batch/v1 Job', undefined, ['foregroundDeletion'], ['foregroundDeletion']],
    ['batch/v1 Job', 'Background', [], undefined],
    ['v1 Event', 'Foreground', [], undefined],
  ])('%s deleted with %s and finalizers %j leaves %j', (name, propagationPolicy, finalizers, left) => {
    const { registry, kind } = makeTestWorld();
    const [apiVersion = '', kindName = ''] = name.split(' ');
    const resource = kind(apiVersion, kindName);
    registry.create(resource, 'n', { metadata: { name: 'a', finalizers } }, BY_USER);
    const options = propagationPolicy === undefined ? {} : { propagationPolicy };
    expect(registry.delete(resource, 'n', 'a', options, BY_USER).gone).toBe(left === undefined);
    expect(registry.find(resource, 'n', 'a')?.metadata.finalizers).toEqual(left);
  });

  it('that is missing for a job is warned of', () => {
    const { registry, kind } = makeTestWorld();
    const warnings: string[] = [];
    const context = { ...BY_USER, warn: (text: string) => warnings.push(text) };
    expect(refusalOf(() => registry.delete(kind('batch/v1', 'Job'), 'n', 'a', {}, context)).code).toBe(404);
    expect(warnings).toEqual([
      expect.stringMatching(/^child pods are preserved by default when jobs are deleted; /),
    ]);
  });
});

describe('the server refuses a deletion', () => {
  it.each<readonly [string, DeleteOptions['preconditions'], RegExp]>([
    [
      'of an earlier object of the name',
      { uid: 'x' },
      /^Operation cannot be fulfilled on Pod "a": the UID in the precondition \(x\) does not match the UID in record \([-0-9a-f]+\)\. The object might have been deleted and then recreated$/,
    ],
    [
      'of an earlier version',
      { resourceVersion: '4' },
      /^Operation cannot be fulfilled on Pod "a": the ResourceVersion in the precondition \(4\) does not match the ResourceVersion in record \(201\)\. The object might have been modified$/,
    ],
  ])('%s', (_what, preconditions, message) => {
    const { remove } = plantPod();
    const status = refusalOf(() => remove(preconditions === undefined ? {} : { preconditions }));
    expect(status).toMatchObject({ code: 409, reason: 'Conflict', details: { name: 'a', kind: 'Pod' } });
    expect(status.message).toMatch(message);
  });

  it('of what is not there', () => {
    const { registry, resource } = plantPod();
    expect(refusalOf(() => registry.delete(resource, 'n', 'b', {}, BY_USER)).message).toBe(
      'pods "b" not found',
    );
  });
});
