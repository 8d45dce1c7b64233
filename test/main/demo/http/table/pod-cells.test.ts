/** The words that `kubectl get pods` shows: expected texts follow the printer of the API server case by case. */
import { describe, expect, it } from 'vitest';
import { podRow } from '../../../../../src-main/demo/http/table/pod-cells.ts';
import type { StoredObject } from '../../../../../src-main/demo/model.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

const waiting = (reason: string) => ({ state: { waiting: { reason } }, ready: false, restartCount: 0 });
const running = (ready = true, more: object = {}) => ({
  state: { running: { startedAt: '2026-03-01T09:00:00Z' } },
  ready,
  restartCount: 0,
  ...more,
});
const terminated = (end: object, more: object = {}) => ({
  state: { terminated: { exitCode: 0, ...end } },
  ready: false,
  restartCount: 0,
  ...more,
});

interface Parts {
  readonly phase?: string;
  readonly reason?: string;
  readonly init?: readonly object[];
  readonly initSpecs?: readonly object[];
  readonly containers?: readonly object[];
  readonly conditions?: readonly object[];
  readonly deleted?: true;
}

function pod(parts: Parts): StoredObject {
  const { phase = 'Running', reason, init = [], containers = [], conditions = [], deleted } = parts;
  const name = (prefix: string, index: number) => ({ name: `${prefix}-${index}` });
  const initSpecs = parts.initSpecs ?? init;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-03-01T09:00:00Z',
      ...(deleted === undefined ? {} : { deletionTimestamp: '2026-03-01T10:00:30Z' }),
    },
    spec: {
      initContainers: initSpecs.map((spec, index) => ({ ...name('init', index), ...spec })),
      containers: containers.map((_status, index) => name('c', index)),
    },
    status: {
      phase,
      ...(reason === undefined ? {} : { reason }),
      conditions,
      initContainerStatuses: init.map((status, index) => ({ ...name('init', index), ...status })),
      containerStatuses: containers.map((status, index) => ({ ...name('c', index), ...status })),
    },
  };
}

const ready = [{ type: 'Ready', status: 'True' }];
const sidecar = { restartPolicy: 'Always' };

describe('the state of a pod', () => {
  it.each<readonly [string, string, Parts]>([
    ['Pending', '0/0', { phase: 'Pending' }],
    [
      'SchedulingGated',
      '0/0',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', reason: 'SchedulingGated' }] },
    ],
    ['Evicted', '0/1', { phase: 'Failed', reason: 'Evicted', containers: [{}] }],
    ['ContainerCreating', '0/1', { phase: 'Pending', containers: [waiting('ContainerCreating')] }],
    ['CrashLoopBackOff', '1/2', { containers: [waiting('CrashLoopBackOff'), running()] }],
    // The first container has the last word.
    ['ErrImagePull', '0/2', { containers: [waiting('ErrImagePull'), waiting('CrashLoopBackOff')] }],
    ['OOMKilled', '0/1', { containers: [terminated({ reason: 'OOMKilled', exitCode: 137 })] }],
    ['Signal:9', '0/1', { containers: [terminated({ signal: 9, exitCode: 137 })] }],
    ['ExitCode:3', '0/1', { containers: [terminated({ exitCode: 3 })] }],
    ['Completed', '0/1', { phase: 'Succeeded', containers: [terminated({ reason: 'Completed' })] }],
    ['Running', '1/2', { containers: [terminated({ reason: 'Completed' }), running()], conditions: ready }],
    ['NotReady', '1/2', { containers: [terminated({ reason: 'Completed' }), running()] }],
    [
      'Error',
      '0/2',
      { containers: [terminated({ reason: 'Completed' }), terminated({ reason: 'Error', exitCode: 1 })] },
    ],
    ['Running', '0/1', { containers: [running(false)] }],
    ['Terminating', '1/1', { containers: [running()], deleted: true }],
    ['Unknown', '1/1', { containers: [running()], deleted: true, reason: 'NodeLost' }],
    [
      'Completed',
      '0/1',
      { phase: 'Succeeded', containers: [terminated({ reason: 'Completed' })], deleted: true },
    ],
    [
      'Init:0/2',
      '0/1',
      {
        phase: 'Pending',
        init: [running(), waiting('PodInitializing')],
        containers: [waiting('PodInitializing')],
      },
    ],
    [
      'Init:1/2',
      '0/1',
      { phase: 'Pending', init: [terminated({}), waiting('PodInitializing')], containers: [{}] },
    ],
    [
      'Init:CrashLoopBackOff',
      '0/1',
      { phase: 'Pending', init: [waiting('CrashLoopBackOff')], containers: [{}] },
    ],
    [
      'Init:Error',
      '0/1',
      { phase: 'Pending', init: [terminated({ reason: 'Error', exitCode: 1 })], containers: [{}] },
    ],
    ['Init:ExitCode:2', '0/1', { phase: 'Pending', init: [terminated({ exitCode: 2 })], containers: [{}] }],
    [
      'Init:Signal:15',
      '0/1',
      { phase: 'Pending', init: [terminated({ exitCode: 143, signal: 15 })], containers: [{}] },
    ],
    [
      'Running',
      '2/2',
      { init: [running(true, { started: true })], initSpecs: [sidecar], containers: [running()] },
    ],
    [
      'Init:0/1',
      '0/2',
      {
        phase: 'Pending',
        init: [running(false, { started: false })],
        initSpecs: [sidecar],
        containers: [waiting('PodInitializing')],
      },
    ],
    // What the API server says of a sidecar that failed later, though the pod runs on.
    [
      'Init:ExitCode:1',
      '1/2',
      {
        init: [terminated({ exitCode: 1 })],
        initSpecs: [sidecar],
        containers: [running()],
        conditions: [{ type: 'Initialized', status: 'True' }],
      },
    ],
  ])('%s %s', (state, containers, parts) => {
    const [, shownReady, shownState] = podRow(pod(parts), NOW).cells;
    expect([shownState, shownReady]).toEqual([state, containers]);
  });

  it('counts restarts and says when the last was', () => {
    const last = (finishedAt: string) => ({ lastState: { terminated: { finishedAt } } });
    const containers = [
      running(true, { restartCount: 2, ...last('2026-03-01T09:59:00Z') }),
      running(true, { restartCount: 3, ...last('2026-03-01T09:55:00Z') }),
    ];
    expect(podRow(pod({ containers }), NOW).cells[3]).toBe('5 (60s ago)');
    expect(podRow(pod({ containers: [running(true, { restartCount: 1 })] }), NOW).cells[3]).toBe('1');
  });

  it('marks the rows of finished pods, which clients may hide', () => {
    expect(podRow(pod({ phase: 'Failed' }), NOW).conditions).toEqual([
      { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
    ]);
    expect(podRow(pod({}), NOW).conditions).toBeUndefined();
  });
});
