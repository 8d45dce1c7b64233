/** Nodes that live, fall silent, come back and go. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Node } from '../../../../src-main/demo/world/objects.ts';
import { isReady } from '../../../../src-main/demo/world/pods.ts';
import { deployment, makeLittleWorld, START, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
  vi.useRealTimers();
});

function node(name: string): Node {
  const found = world.writer.find('Node', undefined, name);
  if (found === undefined) throw new Error(`no node ${name}`);
  return found;
}

function silence(name: string, silent: boolean): void {
  world.writer.update('Node', { metadata: { name } }, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: { 'demo.hedgerow.dev/silent': silent ? 'true' : 'false' },
    },
  }));
}

function states(name: string): string[] {
  return (node(name).status?.conditions ?? []).map(
    ({ type, status, reason }) => `${type} ${status} ${reason ?? ''}`,
  );
}

describe('a node', () => {
  it('is registered and ready, in the words of its kubelet', () => {
    world = makeLittleWorld();
    expect(states('node-1')).toEqual([
      'MemoryPressure False KubeletHasSufficientMemory',
      'DiskPressure False KubeletHasNoDiskPressure',
      'PIDPressure False KubeletHasSufficientPID',
      'Ready True KubeletReady',
    ]);
    expect(node('node-1').status?.nodeInfo).toMatchObject({
      kubeletVersion: 'v1.35.4',
      operatingSystem: 'linux',
    });
    expect(world.messages('Node', 'NodeReady')).toContain('Node node-1 status is now: NodeReady');
  });

  it('is not written at all while the past is played', () => {
    world = makeLittleWorld();
    let writes = 0;
    world.writer.watchFromNow('Node', () => (writes += 1));
    world.writer.watchFromNow('Lease', () => (writes += 1));
    world.pass(3600);
    expect(writes).toBe(0);
    expect(isReadyNode('node-1')).toBe(true);
  });

  it('renews its lease every ten seconds once time is real', () => {
    vi.useFakeTimers({ now: START + 1000 });
    world = makeLittleWorld({ nodes: 1 });
    world.clock.advanceTo(START + 1000);
    world.clock.goLive();
    const renewed = (): string | undefined =>
      world.writer.find('Lease', 'kube-node-lease', 'node-1')?.spec.renewTime;
    expect(renewed()).toBe('2026-11-21T09:00:01.000000Z');
    vi.advanceTimersByTime(10_000);
    expect(renewed()).toBe('2026-11-21T09:00:11.000000Z');
    expect(node('node-1').status?.conditions?.[0]?.lastHeartbeatTime).toBe('2026-11-21T09:00:01Z');
  });
});

function isReadyNode(name: string): boolean {
  return states(name).includes('Ready True KubeletReady');
}

describe('a silent node', () => {
  it('becomes unknown after 40 s, is tainted, and loses its pods when they tolerate it no longer', () => {
    world = makeLittleWorld({ nodes: 2 });
    world.create(deployment('web'));
    world.pass(10);
    const [pod] = world.writer.list('Pod').filter(({ spec }) => spec.nodeName === 'node-1');
    silence('node-1', true);
    world.pass(38);
    expect(isReadyNode('node-1')).toBe(true);
    world.pass(4);
    expect(states('node-1')).toEqual([
      'MemoryPressure Unknown NodeStatusUnknown',
      'DiskPressure Unknown NodeStatusUnknown',
      'PIDPressure Unknown NodeStatusUnknown',
      'Ready Unknown NodeStatusUnknown',
    ]);
    expect(node('node-1').status?.conditions?.[3]?.message).toBe('Kubelet stopped posting node status.');
    expect(node('node-1').spec?.taints).toMatchObject([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ]);
    const marked = world.writer.find('Pod', 'default', pod?.metadata.name ?? '');
    expect(marked !== undefined && isReady(marked)).toBe(false);
    expect(world.messages('Node', 'NodeNotReady')).toEqual(['Node node-1 status is now: NodeNotReady']);

    world.pass(290);
    expect(
      world.writer.find('Pod', 'default', pod?.metadata.name ?? '')?.metadata.deletionTimestamp,
    ).toBeUndefined();
    world.pass(20);
    expect(world.messages('Pod', 'TaintManagerEviction')).toEqual([
      `Marking for deletion Pod default/${pod?.metadata.name ?? ''}`,
    ]);
    const pods = world.writer.list('Pod').filter(isReady);
    expect(pods.map(({ spec }) => spec.nodeName)).toEqual(['node-2', 'node-2']);
  });

  it('that comes back in time keeps its pods and is clean again', () => {
    world = makeLittleWorld({ nodes: 1 });
    world.create(deployment('web'));
    world.pass(10);
    const before = world.writer.list('Pod').map(({ metadata }) => metadata.uid);
    silence('node-1', true);
    world.pass(120);
    silence('node-1', false);
    world.pass(400);
    expect(isReadyNode('node-1')).toBe(true);
    expect(node('node-1').spec?.taints).toBeUndefined();
    expect(world.writer.list('Pod').map(({ metadata }) => metadata.uid)).toEqual(before);
  });
});

describe('a node under pressure', () => {
  it('is tainted, and the taints of people stay', () => {
    world = makeLittleWorld({ nodes: 1 });
    world.writer.update('Node', node('node-1'), (current) => ({
      ...current,
      spec: { ...current.spec, taints: [{ key: 'mine', value: 'x', effect: 'NoSchedule' }] },
    }));
    world.writer.updateStatus('Node', node('node-1'), ({ status }) => ({
      ...status,
      conditions: (status?.conditions ?? []).map((condition) =>
        condition.type === 'DiskPressure'
          ? {
              ...condition,
              status: 'True',
              reason: 'KubeletHasDiskPressure',
              message: 'kubelet has disk pressure',
            }
          : condition,
      ),
    }));
    world.pass(2);
    expect(node('node-1').spec?.taints?.map(({ key }) => key)).toEqual([
      'mine',
      'node.kubernetes.io/disk-pressure',
    ]);
  });
});

it('pods of a node that is gone are collected', () => {
  world = makeLittleWorld({ nodes: 2 });
  world.create(deployment('web', { replicas: 4 }));
  world.pass(10);
  world.writer.delete('Node', { metadata: { name: 'node-2' } });
  world.pass(60);
  const pods = world.writer.list('Pod');
  expect(pods).toHaveLength(4);
  expect(new Set(pods.map(({ spec }) => spec.nodeName))).toEqual(new Set(['node-1']));
});
