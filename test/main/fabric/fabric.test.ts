/** One fabric against a small API server: connect, diagnose, lose contact, come back, be refused, close without a trace. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Fabric } from '../../../src-main/fabric/fabric.ts';
import { build, buildEvent, buildPod } from '../../shared/objects.ts';
import { contextTo, startFakeCluster, type FakeCluster } from './fake-cluster.ts';
import { sickPod, sickScenario } from './sick-pod.ts';

const SOON = { timeout: 10_000, interval: 20 };
vi.setConfig({ testTimeout: 20_000 });

function fabricOf(url: string, namespace?: string): Fabric {
  const fabric = new Fabric({
    context: contextTo(url, 'test', namespace),
    scenarios: [sickScenario],
    now: Date.now,
  });
  onTestFinished(() => fabric.close());
  return fabric;
}

async function openLive(cluster: FakeCluster): Promise<Fabric> {
  const fabric = fabricOf(cluster.server.url);
  fabric.open();
  await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
  return fabric;
}

const subjects = (fabric: Fabric) => fabric.answer.findings.map(({ subject }) => subject.name);

describe('a fabric that answers', () => {
  test('is not contacted before it is opened', async () => {
    const cluster = await startFakeCluster();
    const fabric = fabricOf(cluster.server.url);
    expect(fabric.link.phase).toBe('closed');
    expect(fabric.answer).toMatchObject({ findings: [], synced: false });
    expect(cluster.server.asked).toEqual([]);
    expect(() => fabric.requireSession()).toThrow('Fabric test is not connected');
  });

  test('goes from connecting over syncing to live, and gives its findings once all kinds are listed', async () => {
    const cluster = await startFakeCluster([sickPod('a'), buildPod('b')]);
    const fabric = fabricOf(cluster.server.url);
    const phases: string[] = [];
    const early: number[] = [];
    const synced: number[] = [];
    fabric.on((change) => {
      if (change === 'link' && phases.at(-1) !== fabric.link.phase) phases.push(fabric.link.phase);
      (fabric.answer.synced ? synced : early).push(fabric.answer.findings.length);
    });
    fabric.open();
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a']), SOON);
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    expect(phases).toEqual(['connecting', 'syncing', 'live']);
    expect(early.every((count) => count === 0)).toBe(true);
    // It is never called complete before its findings are there.
    expect(synced.every((count) => count === 1)).toBe(true);
    expect(fabric.answer).toMatchObject({
      synced: true,
      complete: true,
      blindSpots: [],
      checks: { ran: 1, total: 1 },
    });
    expect(fabric.link).toMatchObject({
      serverVersion: 'v1.35.4',
      watches: { total: 3, live: 3, denied: 0, stale: 0 },
    });
    expect(fabric.timings.connectMs).toBeGreaterThanOrEqual(0);
  });

  test('follows what changes, and quotes the log', async () => {
    const cluster = await startFakeCluster([buildPod('a')]);
    cluster.log = '2026-11-20T10:00:00Z starting\n2026-11-20T10:00:01Z cannot open /etc/app\n';
    const fabric = await openLive(cluster);
    expect(subjects(fabric)).toEqual([]);
    cluster.put(sickPod('a'));
    await vi.waitFor(
      () => expect(fabric.answer.findings[0]?.cause).toBe('Its log says: cannot open /etc/app.'),
      SOON,
    );
    cluster.remove(sickPod('a'));
    await vi.waitFor(() => expect(subjects(fabric)).toEqual([]), SOON);
  });

  test('a log that cannot be read is told as such, and never asked for in a loop', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    cluster.log = {
      code: 400,
      message: 'container "main" in pod "a" is waiting to start: ContainerCreating',
    };
    const fabric = await openLive(cluster);
    await vi.waitFor(() => expect(fabric.answer.findings[0]?.cause).toBe('Its log says: unreadable.'), SOON);
    expect(cluster.server.asked.filter(({ path }) => path.endsWith('/log'))).toHaveLength(1);
    expect(fabric.answer.complete).toBe(true);
  });
});

describe('a fabric that is lost', () => {
  test('keeps its findings as unverified, and comes back with nothing lost', async () => {
    const cluster = await startFakeCluster([sickPod('a'), buildPod('b')]);
    const fabric = await openLive(cluster);
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a']), SOON);
    await cluster.server.close();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('stale'), SOON);
    await vi.waitFor(
      () => expect(fabric.answer.findings.map(({ status }) => status)).toEqual(['unverified']),
      SOON,
    );
    expect(fabric.link.asOf).toBeLessThanOrEqual(Date.now());
    await vi.waitFor(() => expect(fabric.link.error?.code).toBe('unreachable'), SOON);
    expect(fabric.link.phase).toBe('stale');
    expect(fabric.answer.synced).toBe(true);

    cluster.put(sickPod('b'));
    await cluster.server.listen();
    void fabric.retry();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a', 'b']), SOON);
    await vi.waitFor(
      () => expect(fabric.answer.findings.map(({ status }) => status)).toEqual(['active', 'active']),
      SOON,
    );
  });

  test('a first contact that fails is one finding and one blind spot; a retry opens it', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    await cluster.server.close();
    const fabric = fabricOf(cluster.server.url);
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('failed'), SOON);
    expect(fabric.answer.findings.map(({ scenario }) => scenario)).toEqual(['HH-K8S-001']);
    expect(fabric.answer.findings[0]?.subject).toEqual({
      apiVersion: 'hedgerow/v1',
      kind: 'Fabric',
      name: 'test',
    });
    expect(fabric.answer).toMatchObject({ complete: false, synced: false });
    expect(fabric.answer.blindSpots).toHaveLength(1);
    expect(fabric.link.nextTryAt).toBeGreaterThan(fabric.link.since);
    expect(() => fabric.requireSession()).toThrow('refuses the connection');
    await cluster.server.listen();
    void fabric.retry();
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a']), SOON);
  });

  test('tries again by itself', async () => {
    const cluster = await startFakeCluster();
    await cluster.server.close();
    const fabric = fabricOf(cluster.server.url);
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('failed'), SOON);
    await cluster.server.listen();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
  });
});

describe('a fabric that refuses', () => {
  test('401 is HH-K8S-002, without knocking again', async () => {
    const cluster = await startFakeCluster();
    cluster.signOut();
    const fabric = fabricOf(cluster.server.url);
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('failed'), SOON);
    expect(fabric.answer.findings.map(({ scenario }) => scenario)).toEqual(['HH-K8S-002']);
    expect(fabric.link.nextTryAt).toBeUndefined();
  });

  test('403 on everything is HH-K8S-033 and names the user', async () => {
    const cluster = await startFakeCluster();
    cluster.deny('all');
    const fabric = fabricOf(cluster.server.url);
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('failed'), SOON);
    const [finding, ...rest] = fabric.answer.findings;
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ scenario: 'HH-K8S-033' });
    expect(finding?.summary).toContain('jane');
    expect(fabric.answer.complete).toBe(false);
  });

  test('403 on some kinds is a blind spot, and the rest is diagnosed', async () => {
    const pod = sickPod('a');
    const cluster = await startFakeCluster([pod, buildEvent('e', pod)]);
    cluster.deny(['Event']);
    const fabric = await openLive(cluster);
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a', 'test']), SOON);
    expect(fabric.answer.findings[1]?.scenario).toBe('rbac/blind-spots');
    expect(fabric.answer).toMatchObject({ complete: false, synced: true });
    expect(fabric.answer.blindSpots.map(({ kind, verb }) => [kind, verb])).toEqual([['Event', 'list']]);
    expect(fabric.answer.findings[0]?.notChecked).toEqual(['Event']);
    // The fourth is the list of the context's own namespace.
    expect(fabric.link.watches).toMatchObject({ total: 4, live: 3, denied: 1 });
  });

  test('a needed kind that is refused makes it cannot tell, never healthy', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    cluster.deny(['Node']);
    const fabric = await openLive(cluster);
    await vi.waitFor(() => expect(fabric.answer.synced).toBe(true), SOON);
    await vi.waitFor(() => expect(fabric.answer.blindSpots).toHaveLength(1), SOON);
    expect(fabric.answer).toMatchObject({ complete: false, checks: { ran: 0, total: 1 } });
    expect(fabric.answer.findings.map(({ scenario }) => scenario)).toEqual(['rbac/blind-spots']);
  });

  test("falls back to the context's own namespace", async () => {
    const other = { ...sickPod('b'), metadata: { ...sickPod('b').metadata, namespace: 'other', uid: 'b2' } };
    const cluster = await startFakeCluster([sickPod('a'), other, build('Node', 'n')]);
    cluster.deny(['Pod', 'Event']);
    const fabric = fabricOf(cluster.server.url, 'shop');
    fabric.open();
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a', 'test']), SOON);
    expect(fabric.answer.complete).toBe(false);
  });
});

describe('closing', () => {
  test('leaves no watch, no connection and no finding, and the fabric can be opened again', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const fabric = await openLive(cluster);
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a']), SOON);
    const sockets = new Set(cluster.server.asked.map(({ socket }) => socket));
    await fabric.close();
    expect(fabric.link.phase).toBe('closed');
    expect(fabric.answer.findings).toEqual([]);
    await vi.waitFor(() => expect(cluster.watches).toBe(0), SOON);
    await vi.waitFor(() => expect([...sockets].filter((socket) => !socket.destroyed)).toEqual([]), SOON);
    const asked = cluster.server.asked.length;
    cluster.put(sickPod('b'));
    expect(cluster.server.asked).toHaveLength(asked);
    fabric.open();
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a', 'b']), SOON);
  });

  test('while it connects is quiet as well', async () => {
    const cluster = await startFakeCluster();
    const fabric = fabricOf(cluster.server.url);
    fabric.open();
    await fabric.close();
    expect(fabric.link.phase).toBe('closed');
    await vi.waitFor(() => expect(cluster.watches).toBe(0), SOON);
    expect(fabric.link.phase).toBe('closed');
  });
});
