/** DaemonSets: a pod on every node that fits. */
import { afterEach, describe, expect, it } from 'vitest';
import type { DaemonSet } from '../../../../src-main/demo/world/workload-objects.ts';
import { makeLittleWorld, template, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

function create(spec: object = {}): void {
  world.create({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent'), ...spec },
  });
}

function get(): DaemonSet {
  const found = world.writer.find('DaemonSet', 'default', 'agent');
  if (found === undefined) throw new Error('no DaemonSet');
  return found;
}

function nodes(): string[] {
  return world.writer
    .list('Pod')
    .map(({ spec }) => spec.nodeName ?? '')
    .sort();
}

function changeNode(
  name: string,
  change: { readonly spec?: object; readonly labels?: Record<string, string> },
): void {
  world.writer.update('Node', { metadata: { name } }, (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...change.labels } },
    spec: { ...node.spec, ...change.spec },
  }));
}

describe('a DaemonSet', () => {
  it('runs one pod on each node, bound to it by affinity and tolerant of its troubles', () => {
    world = makeLittleWorld();
    create();
    world.pass(10);
    expect(nodes()).toEqual(['node-1', 'node-2', 'node-3']);
    expect(get().status).toEqual({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 3,
      numberAvailable: 3,
      updatedNumberScheduled: 3,
      observedGeneration: 1,
    });
    const [pod] = world.writer.list('Pod');
    expect(pod?.metadata.labels).toMatchObject({ 'pod-template-generation': '1' });
    expect(pod?.spec.tolerations?.slice(0, 2)).toEqual([
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
    ]);
  });

  it('leaves out tainted nodes and those its selector does not name, and follows when that changes', () => {
    world = makeLittleWorld();
    changeNode('node-1', { labels: { disk: 'ssd' } });
    changeNode('node-2', {
      labels: { disk: 'ssd' },
      spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
    });
    const { metadata, spec } = template('agent') as { metadata: object; spec: object };
    create({ template: { metadata, spec: { ...spec, nodeSelector: { disk: 'ssd' } } } });
    world.pass(10);
    expect(nodes()).toEqual(['node-1']);
    changeNode('node-3', { labels: { disk: 'ssd' } });
    world.pass(10);
    expect(nodes()).toEqual(['node-1', 'node-3']);
    changeNode('node-1', { labels: { disk: 'hdd' } });
    world.pass(10);
    expect(nodes()).toEqual(['node-3']);
  });

  it('stays on a cordoned node and goes with a removed one', () => {
    world = makeLittleWorld();
    create();
    world.pass(10);
    changeNode('node-1', { spec: { unschedulable: true } });
    world.writer.delete('Node', { metadata: { name: 'node-2' } });
    world.pass(60);
    expect(nodes()).toEqual(['node-1', 'node-3']);
    expect(get().status).toMatchObject({ desiredNumberScheduled: 2, numberReady: 2 });
  });

  it('replaces a failed pod and says so', () => {
    world = makeLittleWorld();
    let fails = 1;
    world.behave = () => {
      fails -= 1;
      return fails >= 0 ? 'fail' : 'ready';
    };
    create();
    world.pass(20);
    expect(get().status).toMatchObject({ numberReady: 3 });
    expect(world.messages('DaemonSet', 'FailedDaemonPod')[0]).toMatch(
      /^Found failed daemon pod default\/agent-\w{5} on node node-\d, will try to kill it$/,
    );
  });

  it('is updated node by node', () => {
    world = makeLittleWorld();
    create();
    world.pass(10);
    let fewest = 3;
    world.writer.watchFromNow('DaemonSet', ({ object }) => {
      fewest = Math.min(fewest, (object.status as { numberAvailable?: number }).numberAvailable ?? 0);
    });
    world.writer.update('DaemonSet', get(), (current) => ({
      ...current,
      spec: {
        ...current.spec,
        template: {
          ...current.spec.template,
          spec: { ...current.spec.template.spec, containers: [{ name: 'main', image: 'example/app:2' }] },
        },
      },
    }));
    world.pass(60);
    expect(world.writer.list('Pod').map(({ spec }) => spec.containers[0]?.image)).toEqual(
      Array.from({ length: 3 }, () => 'example/app:2'),
    );
    expect(fewest).toBe(2);
    expect(world.writer.list('ControllerRevision')).toHaveLength(2);
  });

  it('stops at a broken update', () => {
    world = makeLittleWorld();
    create();
    world.pass(10);
    world.behave = () => 'unready';
    world.writer.update('DaemonSet', get(), (current) => ({
      ...current,
      spec: { ...current.spec, template: template('agent', { image: 'example/app:bad' }) },
    }));
    world.pass(60);
    expect(get().status).toMatchObject({
      numberAvailable: 2,
      numberUnavailable: 1,
      updatedNumberScheduled: 1,
    });
  });
});
