/** What the calls of the page do, beyond passing them on: memory of what is open, fresh configuration on a retry. */
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Settings } from '../../shared/ipc.ts';
import { DemoFabrics } from '../../src-main/demo-host/demo-fabrics.ts';
import { FabricDrafts } from '../../src-main/fabric/fabric-drafts.ts';
import { Fabrics } from '../../src-main/fabric/fabrics.ts';
import { createHandlers } from '../../src-main/handlers.ts';
import type { KubeContext } from '../../src-main/kube/contract.ts';
import { DEFAULTS, type Stored } from '../../src-main/settings/schema.ts';
import { openJournal } from '../../src-main/recovery/journal.ts';
import { Publisher } from '../../src-main/store/publisher.ts';
import { Streams } from '../../src-main/streams/streams.ts';
import { contextTo, startFakeCluster } from './fabric/fake-cluster.ts';
import { openSources } from './fabric/open-sources.ts';
import { sickPod, sickScenario } from './fabric/sick-pod.ts';
import { fakePort } from './streams/fake-port.ts';

vi.setConfig({ testTimeout: 20_000 });
const SOON = { timeout: 10_000, interval: 20 };

function appWith(contexts: () => KubeContext[], set?: (change: Partial<Stored>) => Stored) {
  let stored: Stored = DEFAULTS;
  const report = vi.fn();
  const fabrics = new Fabrics({
    load: () => Promise.resolve({ sources: ['test.yaml'], contexts: contexts(), problems: [] }),
    scenarios: [sickScenario],
    now: Date.now,
    onList: () => undefined,
  });
  const publisher = new Publisher(fabrics, () => undefined);
  const ports: string[] = [];
  const streams = new Streams((id) => {
    ports.push(id);
    return fakePort();
  });
  onTestFinished(async () => {
    publisher.clear();
    streams.clear();
    await fabrics.closeAll();
  });
  const handlers = createHandlers({
    info: { version: '1.0.0', platform: 'linux', electron: '45' },
    fabrics,
    publisher,
    streams,
    demo: new DemoFabrics({
      alone: false,
      folder: tmpdir(),
      spawn: () => {
        throw new Error('no demo here');
      },
      onChange: () => undefined,
      onEnd: () => undefined,
      now: Date.now,
    }),
    settings: {
      problem: undefined,
      get: () => stored,
      set: set ?? ((change) => (stored = { ...stored, ...change })),
    },
    configured: {
      drafts: new FabricDrafts({
        sources: openSources(),
        contextOf: (id) => fabrics.get(id).context,
        reload: () => fabrics.load(),
      }),
      probe: () => Promise.reject(new Error('nothing is probed here')),
      chooseFile: () => Promise.resolve(undefined),
    },
    access: {
      scenarios: [sickScenario],
      journal: openJournal(tmpdir()),
      addTokenFabric: () => Promise.reject(new Error('no token is kept here')),
      now: Date.now,
    },
    withProblems: (list) => list,
    onSettings: () => undefined,
    report,
    writeClipboard: () => undefined,
    saveFile: () => Promise.resolve(null),
    chooseKubeconfig: () => Promise.resolve(false),
  });
  return { handlers, fabrics, streams, ports, report, stored: () => stored };
}

describe('fabrics', () => {
  test('the list waits for the kubeconfig to be read', async () => {
    const { handlers, fabrics } = appWith(() => [contextTo('http://127.0.0.1:9', 'prod')]);
    const early = Promise.resolve(handlers['fabrics.list'](null));
    await fabrics.load();
    expect((await early).fabrics.map(({ id }) => id)).toEqual(['prod']);
  });

  test('what is open is remembered; that it cannot be is no failure of opening', async () => {
    const cluster = await startFakeCluster();
    const good = appWith(() => [contextTo(cluster.server.url)]);
    await good.fabrics.load();
    await good.handlers['fabric.open']({ fabric: 'test' });
    expect(good.stored().openFabrics).toEqual(['test']);
    await good.handlers['fabric.close']({ fabric: 'test' });
    expect(good.stored().openFabrics).toEqual([]);

    const full = appWith(
      () => [contextTo(cluster.server.url)],
      () => {
        throw new Error('ENOSPC');
      },
    );
    await full.fabrics.load();
    expect(await full.handlers['fabric.open']({ fabric: 'test' })).toBeNull();
    expect(full.report).toHaveBeenCalledTimes(1);
  });

  test('a retry after a failure reads the kubeconfig again', async () => {
    const cluster = await startFakeCluster();
    let url = 'http://127.0.0.1:1';
    const { handlers, fabrics } = appWith(() => [contextTo(url)]);
    await fabrics.load();
    await handlers['fabric.open']({ fabric: 'test' });
    await vi.waitFor(() => expect(fabrics.get('test').link.phase).toBe('failed'), SOON);
    url = cluster.server.url;
    await handlers['fabric.retry']({ fabric: 'test' });
    await vi.waitFor(() => expect(fabrics.get('test').link.phase).toBe('live'), SOON);
  });

  test.each(['kinds.list', 'watches.list', 'kinds.counts'] as const)(
    '%s of a closed fabric is a sentence',
    async (name) => {
      const { handlers, fabrics } = appWith(() => [contextTo('http://127.0.0.1:9')]);
      await fabrics.load();
      const call = async () => handlers[name]({ fabric: 'test', resources: [] });
      await expect(call()).rejects.toThrow('Fabric test is not connected');
    },
  );

  test('counts come from the store where it has them, and are denied where they are', async () => {
    const cluster = await startFakeCluster([sickPod('a'), sickPod('b')]);
    cluster.deny(['Event', 'Secret']);
    const { handlers, fabrics } = appWith(() => [contextTo(cluster.server.url)]);
    await fabrics.load();
    await handlers['fabric.open']({ fabric: 'test' });
    await vi.waitFor(() => expect(fabrics.get('test').link.phase).toBe('live'), SOON);
    const core = (resource: string) => ({ group: '', version: 'v1', resource });
    const resources = [core('pods'), core('events'), core('secrets'), core('configmaps'), core('gadgets')];
    const counts = await handlers['kinds.counts']({ fabric: 'test', resources });
    expect(counts.map(({ resource, count }) => [resource, count])).toEqual([
      ['pods', 2],
      ['events', 'denied'],
      ['secrets', 'denied'],
      ['configmaps', 0],
      ['gadgets', 'unknown'],
    ]);
    // The two kinds that are watched cost no request.
    expect(cluster.server.asked.filter(({ query }) => query.get('limit') === '1')).toHaveLength(3);
  });
});

describe('the way to a fabric', () => {
  test('is unlocked, locked, stopped and retried by calls; a refusal is a sentence', async () => {
    const cluster = await startFakeCluster();
    const { handlers, fabrics } = appWith(() => [contextTo(cluster.server.url)]);
    await fabrics.load();
    const fabric = { fabric: 'test' };
    const unlock = async () => handlers['fabric.unlock']({ ...fabric, minutes: 5 });
    await expect(unlock()).rejects.toThrow('Fabric test is not connected.');
    await handlers['fabric.open'](fabric);
    await vi.waitFor(() => expect(fabrics.get('test').link.phase).toBe('live'), SOON);
    await unlock();
    expect(fabrics.list.fabrics[0]?.guard.state).toBe('unlocked');
    await handlers['fabric.lock'](fabric);
    expect(fabrics.list.fabrics[0]?.guard.state).toBe('locked');
    await handlers['fabric.stopRetrying'](fabric);
    expect(fabrics.list.fabrics[0]?.pause?.why).toBe('user');
    await handlers['fabric.retry'](fabric);
    await vi.waitFor(() => expect(fabrics.get('test').link.phase).toBe('live'), SOON);
    cluster.signOut();
    await vi.waitFor(() => expect(fabrics.list.fabrics[0]?.pause?.why).toBe('sign-in'), SOON);
    const signIn = async () => handlers['fabric.signIn'](fabric);
    await expect(signIn()).rejects.toThrow('does not accept the credentials');
    cluster.signIn();
    expect(await signIn()).toBeNull();
    const report = await handlers['connection.probe'](fabric);
    expect(report.steps.map(({ layer, state }) => [layer, state])).toContainEqual(['tcp', 'ok']);
  });
});

describe('settings and streams', () => {
  test('settings answer what the page may see', async () => {
    const { handlers, stored } = appWith(() => []);
    const answer = (await handlers['settings.set']({ theme: 'light' })) satisfies Settings;
    expect(answer).toEqual({ theme: 'light', sidebarCollapsed: false, dockHeight: 326, letterKeys: true });
    expect(stored()).toMatchObject({ theme: 'light', window: null });
  });

  test('a log stream ends with its fabric; a refused one opens no port', async () => {
    const pod = sickPod('a');
    const cluster = await startFakeCluster([pod]);
    const { handlers, fabrics, streams, ports } = appWith(() => [contextTo(cluster.server.url)]);
    await fabrics.load();
    await handlers['fabric.open']({ fabric: 'test' });
    await vi.waitFor(() => expect(fabrics.get('test').link.phase).toBe('live'), SOON);
    const options = { fabric: 'test', previous: false, follow: false, tailLines: 10 };
    const target = {
      namespace: 'shop',
      ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' },
      containers: [],
    };
    expect(await handlers['logs.open']({ ...options, target })).toEqual({ stream: ports[0] });
    expect(streams.size).toBe(1);
    await fabrics.get('test').close();
    expect(streams.size).toBe(0);
    const call = async () => handlers['logs.open']({ ...options, target });
    await expect(call()).rejects.toThrow('not connected');
    expect(ports).toHaveLength(1);
  });
});
