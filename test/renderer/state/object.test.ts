// The open object: what counts as deleted, and that another version than the one named is found.
import { afterEach, describe, expect, it } from 'vitest';
import type { ObjectView, Pushes } from '../../../shared/ipc.ts';
import type { WatchPhase } from '../../../shared/model/fabric.ts';
import { installWindow } from '../fake-window.ts';
import { kind } from '../views/resources/kinds.ts';

let count = 0;
const fake = installWindow({
  'kinds.list': () => [kind('v1', 'pods', 'Pod'), kind('vpc.githedgehog.com/v1beta1', 'vpcs', 'VPC')],
  'object.watch': () => ({ sub: `sub-${String(++count)}` }),
  unwatch: () => null,
});
const { kinds } = await import('../../../src-renderer/state/kinds.svelte.ts');
const { object } = await import('../../../src-renderer/state/object.svelte.ts');

const REF = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' };
const VIEW: ObjectView = {
  ref: REF,
  resource: { group: '', version: 'v1', resource: 'pods' },
  resourceVersion: '1',
  yaml: 'kind: Pod\n',
  masked: false,
  marks: [],
  events: [],
  relations: [],
  findings: [],
  containers: [],
};

async function open(): Promise<void> {
  kinds.use('f');
  await expect.poll(() => kinds.phase).toBe('ready');
  object.open('f', REF);
  const before = fake.calls.length;
  await Promise.resolve();
  await Promise.resolve();
  expect(before).toBeGreaterThan(0);
}

let seq = 0;
function send(phase: WatchPhase, content: ObjectView | null, more: Partial<Pushes['object']> = {}): void {
  seq += 1;
  fake.push('object', {
    sub: `sub-${String(count)}`,
    seq,
    object: content,
    state: { phase, since: 1, objects: 1, reconnects: 0 },
    ...more,
  });
}

describe('object', () => {
  afterEach(() => {
    object.close();
    seq = 0;
  });

  it.each<[WatchPhase, boolean]>([
    ['live', true],
    ['catching-up', true],
    ['idle', false],
    ['stale', false],
    ['listing', false],
    ['denied', false],
  ])('counts an object that is not there as gone while %s: %s', async (phase, gone) => {
    await open();
    send('live', VIEW);
    send(phase, null);
    expect([object.goneAt !== null, object.view?.yaml]).toEqual([gone, 'kind: Pod\n']);
  });

  it('takes an object that comes back', async () => {
    await open();
    send('live', null);
    send('live', VIEW);
    expect([object.goneAt, object.view?.ref.name]).toEqual([null, 'web']);
  });

  it('finds the served version of a kind', async () => {
    await open();
    object.open('f', { apiVersion: 'vpc.githedgehog.com/v1alpha2', kind: 'VPC', name: 'vpc-1' });
    expect(object.target).toMatchObject({
      ref: { apiVersion: 'vpc.githedgehog.com/v1beta1' },
      resource: { group: 'vpc.githedgehog.com', version: 'v1beta1', resource: 'vpcs' },
    });
  });

  it('asks for nothing where the kind is not served', async () => {
    await open();
    const before = fake.calls.filter((one) => one.name === 'object.watch').length;
    object.open('f', { apiVersion: 'x.io/v1', kind: 'Thing', name: 'a' });
    expect(object.target?.resource).toBeUndefined();
    expect(fake.calls.filter((one) => one.name === 'object.watch')).toHaveLength(before);
  });
});
