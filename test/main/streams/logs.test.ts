/** The merged log of a target: in order of time, with restarts, with pods that come and go, and never ahead of the page. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LogEntry, LogMessage, LogOptions } from '../../../shared/streams.ts';
import { refOf } from '../../../shared/cluster/refs.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import type { ObjectStore } from '../../../src-main/store/contract.ts';
import { openLogs } from '../../../src-main/streams/logs.ts';
import { buildDeployment, buildPod, build } from '../../shared/objects.ts';
import { put, storeOf } from '../../shared/stores.ts';
import { clientOf, sendJson, startServer, statusOf, type Asked } from '../kube/scripted-server.ts';
import { fakePort } from './fake-port.ts';

vi.setConfig({ testTimeout: 20_000 });
const SOON = { timeout: 10_000, interval: 20 };
const [deployment, replicaSet] = buildDeployment('web');
const podOf = (name: string, more: Parameters<typeof buildPod>[1] = {}) =>
  buildPod(name, { owner: ['ReplicaSet', 'web'], ...more });
const line = (at: string, text: string) => `2026-11-20T10:00:${at}Z ${text}\n`;

type Log = (asked: Asked) => string | { code: number; message: string };

async function open(
  objects: readonly KubeObject[],
  log: Log,
  options: Partial<LogOptions> & { of?: KubeObject } = {},
  store: ObjectStore = storeOf(objects),
) {
  const server = await startServer((asked, response) => {
    const answer = log(asked);
    if (typeof answer === 'object')
      sendJson(response, statusOf(answer.code, 'BadRequest', answer.message), answer.code);
    else {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write(answer === 'hang' ? '' : answer);
      if (answer !== 'hang') response.end();
      else response.flushHeaders();
    }
  });
  const port = fakePort<LogMessage>();
  const target = options.of ?? deployment;
  const close = openLogs(
    {
      client: clientOf(server.url),
      view: store.view,
      onPodChange: (listener) => store.onChange(({ kind }) => (kind === 'Pod' ? listener() : undefined)),
    },
    {
      fabric: 'test',
      target: { namespace: 'shop', ref: refOf(target), containers: options.target?.containers ?? [] },
      previous: options.previous ?? false,
      follow: options.follow ?? false,
      tailLines: options.tailLines ?? 100,
    },
    port,
  );
  onTestFinished(close);
  const entries = (): LogEntry[] =>
    port.sent.flatMap((message) => (message.type === 'lines' ? message.entries : []));
  const states = (state: string) =>
    port.sent.flatMap((message) =>
      message.type === 'container' && message.state === state ? [message] : [],
    );
  return { server, port, store, close, entries, states };
}

describe('a log that is read once', () => {
  test('merges all pods of a workload in order of time, then says that it ended', async () => {
    const logs: Record<string, string> = {
      a: line('01', 'a1') + line('03', 'a2'),
      b: line('02', 'b1') + line('04', 'b2'),
    };
    const { entries, states, port } = await open(
      [deployment, replicaSet, podOf('a'), podOf('b')],
      ({ path }) => logs[path.split('/').at(-2) ?? ''] ?? '',
    );
    await vi.waitFor(() => expect(states('ended')).toHaveLength(2), SOON);
    expect(entries().map(({ pod, text }) => [pod, text])).toEqual([
      ['a', 'a1'],
      ['b', 'b1'],
      ['a', 'a2'],
      ['b', 'b2'],
    ]);
    expect(
      port.sent.slice(0, 2).every((message) => message.type === 'container' && message.state === 'open'),
    ).toBe(true);
  });

  test('asks for time stamps, the tail and the container, and for the previous run where that is wanted', async () => {
    const { server, states } = await open([podOf('a')], () => '', {
      of: podOf('a'),
      previous: true,
      tailLines: 7,
    });
    await vi.waitFor(() => expect(states('ended')).toHaveLength(1), SOON);
    expect(Object.fromEntries(server.asked[0]?.query ?? [])).toEqual({
      container: 'main',
      timestamps: 'true',
      previous: 'true',
      tailLines: '7',
    });
    expect(server.asked[0]?.path).toBe('/api/v1/namespaces/shop/pods/a/log');
  });

  test.each([
    [
      400,
      'container "main" in pod "a" is waiting to start: ContainerCreating',
      'Container main of pod a has not started yet: ContainerCreating',
    ],
    [
      400,
      'previous terminated container "main" in pod "a" not found',
      'Container main of pod a has not restarted',
    ],
    [404, 'pods "a" not found', 'Pod a does not exist any more'],
    [
      500,
      'Get "https://10.0.0.1:10250/containerLogs/shop/a/main": dial tcp 10.0.0.1:10250: connect: connection refused',
      'The kubelet that runs pod a does not answer',
    ],
  ])('%i %s is a plain sentence', async (code, message, says) => {
    const { states } = await open([podOf('a')], () => ({ code, message }), { of: podOf('a') });
    await vi.waitFor(() => expect(states('failed')).toHaveLength(1), SOON);
    expect(states('failed')[0]?.error?.message).toContain(says);
  });

  test('init and ephemeral containers are read too, unless others were chosen', async () => {
    const pod = podOf('a', {
      spec: { initContainers: [{ name: 'prepare' }], containers: [{ name: 'main' }] },
    });
    const all = await open([pod], () => '', { of: pod });
    await vi.waitFor(
      () => expect(all.states('ended').map(({ container }) => container)).toEqual(['prepare', 'main']),
      SOON,
    );
    const one = await open([pod], () => '', {
      of: pod,
      target: { namespace: 'shop', ref: refOf(pod), containers: ['main'] },
    });
    await vi.waitFor(
      () => expect(one.states('ended').map(({ container }) => container)).toEqual(['main']),
      SOON,
    );
  });

  test.each<[string, KubeObject, ObjectStore | undefined, string]>([
    ['a kind without pods', build('Service', 's'), undefined, 'has no pods'],
    [
      'pods that may not be listed',
      deployment,
      storeOf([deployment, replicaSet], { Pod: 'denied' }),
      'cannot be listed',
    ],
  ])('%s is refused with a sentence', async (_name, target, store, says) => {
    await expect(open([], () => '', { of: target }, store ?? storeOf([target]))).rejects.toThrow(says);
  });
});

describe('a log that is followed', () => {
  const running = (restarts: number) => podOf('a', { restarts });

  test('goes on from where the history ended, and repeats nothing', async () => {
    const { entries, server } = await open(
      [running(0)],
      ({ query }) =>
        query.has('follow') ? line('02', 'two') + line('03', 'three') : line('01', 'one') + line('02', 'two'),
      { of: running(0), follow: true },
    );
    await vi.waitFor(() => expect(entries().map(({ text }) => text)).toEqual(['one', 'two', 'three']), SOON);
    expect(server.asked.find(({ query }) => query.has('follow'))?.query.get('sinceTime')).toBe(
      '2026-11-20T10:00:02Z',
    );
  });

  test('marks a restart before the lines of the new run', async () => {
    let run = 1;
    const { entries, store, port } = await open(
      [running(0)],
      () => (run === 1 ? line('01', 'first run') : line('05', 'second run')),
      { of: running(0), follow: true },
    );
    await vi.waitFor(() => expect(entries()).toHaveLength(1), SOON);
    run = 2;
    const restarted = running(1);
    const status = restarted.status?.containerStatuses?.[0];
    if (status !== undefined) status.lastState = { terminated: { exitCode: 3, reason: 'Error' } };
    put(store, restarted);
    await vi.waitFor(() => expect(entries()).toHaveLength(2), SOON);
    const seen = port.sent.flatMap((message): unknown[] =>
      message.type === 'lines'
        ? message.entries.map(({ text }) => text)
        : message.type === 'restart'
          ? [message]
          : [],
    );
    expect(seen).toEqual([
      'first run',
      { type: 'restart', pod: 'a', container: 'main', exitCode: 3, reason: 'Error' },
      'second run',
    ]);
  });

  test('picks up a pod that comes, and says so when one is gone', async () => {
    const { entries, states, store } = await open(
      [deployment, replicaSet, podOf('a')],
      ({ path }) => line('01', path.split('/').at(-2) ?? ''),
      { follow: true },
    );
    await vi.waitFor(() => expect(entries().map(({ text }) => text)).toEqual(['a']), SOON);
    put(store, podOf('b'));
    await vi.waitFor(() => expect(entries().map(({ text }) => text)).toEqual(['a', 'b']), SOON);
    store.remove('Pod', podOf('a'));
    await vi.waitFor(() => expect(states('ended').map(({ pod }) => pod)).toEqual(['a']), SOON);
  });

  test('waits for a container that has not started, and reads it as soon as it has', async () => {
    let started = false;
    const { entries, states, store } = await open(
      [running(0)],
      () =>
        started
          ? line('01', 'hello')
          : { code: 400, message: 'container "main" in pod "a" is waiting to start: PodInitializing' },
      { of: running(0), follow: true },
    );
    await vi.waitFor(() => expect(states('failed')).toHaveLength(1), SOON);
    started = true;
    put(store, podOf('a', { ready: false }));
    await vi.waitFor(() => expect(entries().map(({ text }) => text)).toEqual(['hello']), SOON);
    expect(states('open')).toHaveLength(1);
  });
});

describe('the page sets the pace', () => {
  test('no more messages are under way than the page has credit for', async () => {
    const text = Array.from({ length: 20_000 }, (_, index) =>
      line(String(10 + (index % 50)), `line ${index}`),
    ).join('');
    const { port, entries, states } = await open([podOf('a')], () => text, {
      of: podOf('a'),
      tailLines: 50_000,
    });
    await vi.waitFor(() => expect(port.sent.length).toBe(16), SOON);
    expect(entries().length).toBeLessThan(10_000);
    while (states('ended').length === 0) {
      const before = port.sent.length;
      port.say({ type: 'credit', count: 4 });
      await vi.waitFor(() => expect(port.sent.length).toBeGreaterThan(before), SOON);
      expect(port.sent.length - before).toBeLessThanOrEqual(4);
    }
    expect(entries()).toHaveLength(20_000);
  });

  test('closing ends the requests', async () => {
    const { port, server } = await open([podOf('a')], ({ query }) => (query.has('follow') ? 'hang' : ''), {
      of: podOf('a'),
      follow: true,
    });
    await vi.waitFor(() => expect(server.asked).toHaveLength(2), SOON);
    port.say({ type: 'close' });
    expect(port.closed).toBe(true);
    await vi.waitFor(() => expect(server.asked[1]?.socket.destroyed).toBe(true), SOON);
    const sent = port.sent.length;
    port.say({ type: 'credit', count: 5 });
    expect(port.sent).toHaveLength(sent);
  });
});
