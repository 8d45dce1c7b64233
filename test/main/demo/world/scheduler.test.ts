/** Where pods go, and the sentences that say why they go nowhere. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../../shared/cluster/quantities.ts';
import { requestsOf } from '../../../../src-main/demo/world/node-room.ts';
import type { Condition, Pod } from '../../../../src-main/demo/world/objects.ts';
import { makeLittleWorld, type LittleWorld } from './little-world.ts';

let world: LittleWorld;

afterEach(() => {
  expect(world.warnings).toEqual([]);
  world.stop();
});

const NOTHING = 'no new claims to deallocate, preemption:';

function createPod(name: string, spec: object = {}, requests: object = {}, labels: object = {}): void {
  // Devices are asked for by their limit.
  const isDevice = Object.keys(requests).some((resource) => resource.includes('/'));
  world.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: labels as Record<string, string> },
    spec: {
      containers: [
        { name: 'main', image: 'example/app:1', resources: isDevice ? { limits: requests } : { requests } },
      ],
      ...spec,
    },
  });
}

function pod(name: string): Pod {
  const found = world.writer.find('Pod', 'default', name);
  if (found === undefined) throw new Error(`no pod ${name}`);
  return found;
}

function scheduled(name: string): Condition | undefined {
  return pod(name).status?.conditions?.find(({ type }) => type === 'PodScheduled');
}

function changeNode(name: string, spec: object): void {
  world.writer.update('Node', { metadata: { name } }, (node) => ({
    ...node,
    spec: { ...node.spec, ...spec },
  }));
}

describe('a pod that fits', () => {
  it('is bound, with the condition and the event of it', () => {
    world = makeLittleWorld();
    createPod('one');
    world.pass(5);
    expect(pod('one').spec.nodeName).toBe('node-1');
    expect(scheduled('one')).toMatchObject({ status: 'True', lastProbeTime: null, observedGeneration: 1 });
    const [event] = world.writer.list('Event').filter(({ reason }) => reason === 'Scheduled');
    expect(event).toMatchObject({
      message: 'Successfully assigned default/one to node-1',
      action: 'Binding',
      reportingComponent: 'default-scheduler',
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: '2026-11-21T09:00:00.008000Z',
      source: {},
    });
  });

  it('goes where least is asked for, and its siblings to other nodes', () => {
    world = makeLittleWorld({ nodes: 2 });
    createPod('large', { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }, { cpu: '2' });
    world.pass(1);
    createPod('small');
    world.pass(1);
    expect(pod('small').spec.nodeName).toBe('node-2');
  });

  it('waits for its scheduling gates and for another scheduler', () => {
    world = makeLittleWorld();
    createPod('gated', { schedulingGates: [{ name: 'example.com/wait' }] });
    createPod('foreign', { schedulerName: 'other' });
    world.pass(30);
    expect(pod('gated').spec.nodeName).toBeUndefined();
    expect(pod('foreign').spec.nodeName).toBeUndefined();
    expect(world.messages('Pod')).toEqual([]);
  });
});

describe('nodes', () => {
  it('are never given more than they have', () => {
    const requests = fc.record({
      cpu: fc.integer({ min: 0, max: 3000 }).map((n) => `${n}m`),
      memory: fc.integer({ min: 0, max: 6000 }).map((n) => `${n}Mi`),
    });
    fc.assert(
      fc.property(fc.array(requests, { minLength: 1, maxLength: 25 }), (list) => {
        world = makeLittleWorld({ nodes: 3, cpu: '4', memory: '8Gi' });
        for (const [index, each] of list.entries()) createPod(`pod-${index}`, {}, each);
        world.pass(60);
        const pods = world.writer.list('Pod');
        for (const node of world.writer.list('Node')) {
          const here = pods.filter(({ spec }) => spec.nodeName === node.metadata.name);
          for (const resource of ['cpu', 'memory']) {
            const asked = here.reduce((total, each) => total + (requestsOf(each).get(resource) ?? 0), 0);
            const room = parseQuantity(node.status?.allocatable?.[resource]) ?? 0;
            expect(asked).toBeLessThanOrEqual(room + 1e-6);
            // What waits would not fit here either.
            for (const waiting of pods.filter(({ spec }) => spec.nodeName === undefined)) {
              const more = (name: string): number => requestsOf(waiting).get(name) ?? 0;
              const sum = (name: string): number =>
                here.reduce((total, each) => total + (requestsOf(each).get(name) ?? 0), 0);
              expect(sum('cpu') + more('cpu') > 4 || sum('memory') + more('memory') > 8 * 1024 ** 3).toBe(
                true,
              );
            }
          }
        }
        world.stop();
      }),
      { numRuns: 20 },
    );
  });
});

describe('a pod that fits nowhere', () => {
  it.each([
    {
      what: 'asks for more than any node has',
      requests: { memory: '900Gi' },
      message: `0/3 nodes are available: 3 Insufficient memory. ${NOTHING} 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    },
    {
      what: 'asks for a device that no node has',
      requests: { 'example.com/gpu': '1' },
      message: `0/3 nodes are available: 3 Insufficient example.com/gpu. ${NOTHING} 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    },
    {
      what: 'selects a label that no node has',
      spec: { nodeSelector: { disk: 'ssd' } },
      message: `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ${NOTHING} 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    },
    {
      what: 'is bound by affinity to a node that is not there',
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['nonode'] }] },
              ],
            },
          },
        },
      },
      message: `0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${NOTHING} 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    },
    {
      what: 'is to be spread over zones that no node tells',
      spec: {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'zone',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { a: 'b' } },
          },
        ],
      },
      message: `0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label). ${NOTHING} 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    },
    {
      what: 'wants to be near pods that are not there',
      spec: {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { nobody: 'here' } } },
            ],
          },
        },
      },
      message: `0/3 nodes are available: 3 node(s) didn't match pod affinity rules. ${NOTHING} 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    },
    {
      what: 'has a claim that does not exist',
      spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'nope' } }] },
      message: '0/3 nodes are available: persistentvolumeclaim "nope" not found. not found',
    },
  ])('because it $what', ({ spec = {}, requests = {}, message }) => {
    world = makeLittleWorld();
    createPod('stuck', spec, requests);
    world.pass(5);
    expect(scheduled('stuck')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    expect(world.messages('Pod', 'FailedScheduling')).toEqual([message]);
    expect(pod('stuck').status?.phase).toBe('Pending');
  });

  it('counts the reasons of different nodes, sorted as text', () => {
    world = makeLittleWorld({ nodes: 12 });
    changeNode('node-1', { unschedulable: true });
    changeNode('node-2', { taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] });
    for (let index = 3; index <= 12; index += 1) {
      createPod(
        `full-${index}`,
        { nodeSelector: { 'kubernetes.io/hostname': `node-${index}` } },
        { cpu: '3' },
      );
    }
    world.pass(2);
    createPod('stuck', {}, { cpu: '2' });
    world.pass(5);
    expect(scheduled('stuck')?.message).toBe(
      `0/12 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 10 Insufficient cpu. ${NOTHING} 0/12 nodes are available: 10 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.`,
    );
  });

  it('is placed once there is room, and waits longer between its attempts', () => {
    world = makeLittleWorld({ nodes: 1 });
    createPod('full', {}, { cpu: '3' });
    world.pass(2);
    createPod('stuck', {}, { cpu: '2' });
    world.pass(20);
    expect(pod('stuck').spec.nodeName).toBeUndefined();
    world.writer.delete('Pod', pod('full'));
    world.pass(5);
    expect(pod('stuck').spec.nodeName).toBe('node-1');
  });

  it('is placed once the taint, the cordon or the missing node is dealt with', () => {
    world = makeLittleWorld({ nodes: 1 });
    changeNode('node-1', { unschedulable: true });
    world.pass(1);
    createPod('stuck');
    world.pass(10);
    expect(pod('stuck').spec.nodeName).toBeUndefined();
    const node = world.writer.find('Node', undefined, 'node-1');
    expect(node?.spec?.taints).toMatchObject([
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
    ]);
    changeNode('node-1', { unschedulable: false });
    world.pass(10);
    expect(pod('stuck').spec.nodeName).toBe('node-1');
    expect(world.writer.find('Node', undefined, 'node-1')?.spec?.taints).toBeUndefined();
  });

  it('makes room by its priority, the least important pods going first', () => {
    world = makeLittleWorld({ nodes: 1 });
    for (const [name, value] of [
      ['low', 1],
      ['high', 1000],
    ] as const) {
      world.create({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value });
    }
    createPod('victim', { priorityClassName: 'low' }, { cpu: '2' });
    createPod('kept', { priorityClassName: 'high' }, { cpu: '1' });
    world.pass(5);
    createPod('important', { priorityClassName: 'high' }, { cpu: '2500m' });
    world.pass(10);
    expect(pod('important').spec.nodeName).toBe('node-1');
    expect(world.writer.find('Pod', 'default', 'victim')).toBeUndefined();
    expect(pod('kept').spec.nodeName).toBe('node-1');
    expect(world.messages('Pod', 'Preempted')).toEqual([
      `Preempted by pod ${pod('important').metadata.uid} on node node-1`,
    ]);
  });
});

describe('anti-affinity', () => {
  const apart = {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } },
        ],
      },
    },
  };

  it('keeps pods apart, in both directions', () => {
    world = makeLittleWorld({ nodes: 2 });
    for (const name of ['db-0', 'db-1', 'db-2']) createPod(name, apart, {}, { app: 'db' });
    world.pass(5);
    const nodes = ['db-0', 'db-1'].map((name) => pod(name).spec.nodeName);
    expect(new Set(nodes)).toEqual(new Set(['node-1', 'node-2']));
    expect(scheduled('db-2')?.message).toBe(
      `0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. ${NOTHING} 0/2 nodes are available: 2 No preemption victims found for incoming pod.`,
    );
    createPod('plain', {}, {}, { app: 'db' });
    world.pass(5);
    expect(scheduled('plain')?.message).toContain(
      "2 node(s) didn't satisfy existing pods anti-affinity rules",
    );
  });
});
