/** The scheduler's sentence, in the forms of several releases. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUnschedulable } from '../../../shared/scenarios/scheduler-message.ts';

type Row = readonly [nodes: number, text: string, resource?: string];

const TAIL =
  ' no new claims to deallocate, preemption: 0/6 nodes are available: 2 Insufficient memory, 4 Preemption is not helpful for scheduling.';

const CASES: readonly (readonly [message: string, nodes: number, rows: readonly Row[]])[] = [
  ['0/3 nodes are available: 3 Insufficient cpu.', 3, [[3, 'Insufficient cpu', 'cpu']]],
  ['0/1 nodes are available: 1 Insufficient cpu.', 1, [[1, 'Insufficient cpu', 'cpu']]],
  [
    `0/6 nodes are available: 1 Too many pods, 2 node(s) had untolerated taint(s), 5 Insufficient nvidia.com/gpu.${TAIL}`,
    6,
    [
      [1, 'Too many pods', 'pods'],
      [2, 'had untolerated taint(s)'],
      [5, 'Insufficient nvidia.com/gpu', 'nvidia.com/gpu'],
    ],
  ],
  [
    "0/3 nodes are available: 1 Insufficient memory, 2 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate.",
    3,
    [
      [1, 'Insufficient memory', 'memory'],
      [2, "had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate"],
    ],
  ],
  [
    "0/5 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, 3 Insufficient ephemeral-storage. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.",
    5,
    [
      [2, "didn't match Pod's node affinity/selector"],
      [3, 'Insufficient ephemeral-storage', 'ephemeral-storage'],
    ],
  ],
  [
    '0/2 nodes are available: 2 Insufficient hugepages-2Mi.',
    2,
    [[2, 'Insufficient hugepages-2Mi', 'hugepages-2Mi']],
  ],
  [
    '0/2 nodes are available: 2 cannot allocate all claims.',
    2,
    [[2, 'cannot allocate all claims', 'claims']],
  ],
  [
    '0/3 nodes are available: persistentvolumeclaim "data" not found. not found. preemption: 0/3 nodes are available: 3 Insufficient cpu.',
    3,
    [[3, 'persistentvolumeclaim "data" not found']],
  ],
  ['0/4 nodes are unavailable: 4 Insufficient cpu', 4, [[4, 'Insufficient cpu', 'cpu']]],
  ['0/3 nodes are available:', 3, []],
];

describe('readUnschedulable', () => {
  it.each(CASES)('%s', (message, nodes, rows) => {
    expect(readUnschedulable(message)).toEqual({
      nodes,
      predicates: rows.map(([amount, text, resource]) => ({
        nodes: amount,
        text,
        ...(resource === undefined ? {} : { resource }),
      })),
    });
  });

  it.each([
    '',
    'no nodes available to schedule pods',
    'Scheduling is blocked due to non-empty scheduling gates',
    'running PreFilter plugin "DynamicResources": waiting for resource claims',
    'pod group is not ready, 1 Pending, 2 minAvailable',
  ])('leaves other sentences alone: %s', (message) => {
    expect(readUnschedulable(message)).toBeUndefined();
  });

  it('answers for any text behind the head with finite counts', () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.string({ unit: 'binary' }), (nodes, noise) => {
        const verdict = readUnschedulable(`0/${nodes} nodes are available: ${noise}`);
        expect(verdict?.nodes).toBe(nodes);
        for (const predicate of verdict?.predicates ?? [])
          expect(Number.isFinite(predicate.nodes)).toBe(true);
      }),
    );
  });
});
