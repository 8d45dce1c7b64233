/** A fabric that rests: after a 401 and when told to, nothing is sent until somebody acts; then nothing is missing. */
import { describe, expect, test, vi } from 'vitest';
import { memoryOfThisRun } from '../../../src-main/fabric/memory.ts';
import { buildPod } from '../../shared/objects.ts';
import { startFakeCluster } from './fake-cluster.ts';
import { fabricTo, openLive, scenarioIds, SOON, subjects } from './open-fabric.ts';
import { sickPod } from './sick-pod.ts';

vi.setConfig({ testTimeout: 60_000 });

/** All that was asked for, after everybody had the time to ask again. */
async function quiet(
  cluster: Awaited<ReturnType<typeof startFakeCluster>>,
  act: () => void,
): Promise<number> {
  const before = cluster.server.asked.length;
  act();
  // A request of its own proves that the server had its turn.
  await fetch(`${cluster.server.url}/version`);
  return cluster.server.asked.length - before - 1;
}

describe('a 401', () => {
  test('at first contact: failed and paused, without another request', async () => {
    const cluster = await startFakeCluster();
    cluster.signOut();
    const { fabric, probe } = fabricTo(cluster.server.url);
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('failed'), SOON);
    expect(fabric.state.pause).toMatchObject({ why: 'sign-in', error: { code: 'unauthorized' } });
    expect(fabric.link.nextTryAt).toBeUndefined();
    expect(scenarioIds(fabric)).toEqual(['HH-K8S-002']);
    expect(cluster.server.asked).toHaveLength(1);
    expect(probe).toHaveBeenCalledTimes(1);
    expect(await quiet(cluster, () => fabric.wake())).toBe(0);
  });

  test('while live: every watch ends, all is stale, and nothing is sent until the sign-in', async () => {
    const cluster = await startFakeCluster([sickPod('a'), buildPod('b')]);
    const memory = memoryOfThisRun();
    const { fabric } = await openLive(cluster, { memory });
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a']), SOON);
    expect(memory.read().status).toMatchObject({ state: 'connected' });
    cluster.signOut();
    await vi.waitFor(() => expect(fabric.state.pause).toMatchObject({ why: 'sign-in' }), SOON);
    await vi.waitFor(() => expect(fabric.link.watches).toMatchObject({ live: 0, stale: 3 }), SOON);
    expect(fabric.link).toMatchObject({ phase: 'stale', error: { code: 'unauthorized' } });
    expect(fabric.link.nextTryAt).toBeUndefined();
    expect(cluster.watches).toBe(0);
    const session = fabric.requireSession();
    expect(await quiet(cluster, () => void session.client.getJson('/api').catch(() => undefined))).toBe(0);
    expect(fabric.view.watches.map(({ next }) => next)).toEqual(
      Array(3).fill('Nothing until somebody signs in or retries'),
    );
    expect(memory.read().status).toMatchObject({ state: 'failed', error: { code: 'unauthorized' } });
    await expect(fabric.signIn()).rejects.toThrow('does not accept the credentials');
    expect(fabric.state.pause).toMatchObject({ why: 'sign-in' });

    cluster.signIn();
    cluster.put(sickPod('b'));
    await fabric.signIn();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a', 'b']), SOON);
    expect(fabric.session).toBe(session);
    expect(fabric.state.pause).toBeUndefined();
  });
});

describe('stopped by hand', () => {
  test('while it cannot be reached: no more attempts until a retry', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    await cluster.server.close();
    const { fabric } = fabricTo(cluster.server.url);
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('failed'), SOON);
    fabric.stopRetrying();
    expect(fabric.link.nextTryAt).toBeUndefined();
    expect(fabric.state.pause).toMatchObject({ why: 'user' });
    expect(scenarioIds(fabric)).toEqual(['HH-K8S-001']);
    await cluster.server.listen();
    fabric.wake();
    expect(fabric.link.phase).toBe('failed');
    await fabric.retry();
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a']), SOON);
  });

  test('while live: stale without a finding of its own, live again after a retry', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const { fabric } = await openLive(cluster);
    fabric.stopRetrying();
    await vi.waitFor(() => expect(fabric.link.watches).toMatchObject({ stale: 3 }), SOON);
    expect(fabric.link.phase).toBe('stale');
    await vi.waitFor(() => expect(cluster.watches).toBe(0), SOON);
    expect(subjects(fabric)).toEqual(['a']);
    expect(fabric.guard.state).toEqual({ state: 'locked', barred: 'Fabric test is paused.' });
    cluster.put(sickPod('b'));
    await fabric.retry();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['a', 'b']), SOON);
  });
});

describe('a loss', () => {
  test('is probed once and tried again; the view shows attempts, breaker and the time of the next one', async () => {
    const cluster = await startFakeCluster();
    const { fabric, probe } = await openLive(cluster, { reachable: () => ['lab'] });
    await cluster.server.close();
    await vi.waitFor(() => expect(fabric.view.nextTryAt).toBeDefined(), SOON);
    await vi.waitFor(() => expect(fabric.view.breaker.failures).toBeGreaterThan(1), SOON);
    expect(fabric.link).toMatchObject({ phase: 'stale', error: { code: 'unreachable' } });
    expect(probe).toHaveBeenCalledTimes(1);
    const { view } = fabric;
    expect(view.attempts.filter(({ ok }) => !ok).length).toBeGreaterThan(1);
    expect(view.attempts.find(({ ok }) => !ok)?.says).toContain('refuses the connection');
    expect(view).toMatchObject({ probing: false, reachable: ['lab'], status: { state: 'failed' } });
    expect(view.probe).toBeDefined();
    await expect(fabric.requireSession().client.getJson('/api')).rejects.toThrow('refuses the connection');
    await cluster.server.listen();
    await fabric.retry();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    expect(fabric.view.breaker).toEqual({ state: 'closed', failures: 0 });
  });

  test('one request to find the server back, not one for every watch', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const { fabric } = await openLive(cluster);
    await cluster.server.close();
    await vi.waitFor(() => expect(fabric.view.breaker.failures).toBeGreaterThan(0), SOON);
    await vi.waitFor(() => expect(fabric.link.watches.stale).toBe(3), SOON);
    const before = cluster.server.asked.length;
    await cluster.server.listen();
    await fabric.retry();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    const paths = cluster.server.asked.slice(before).map(({ path }) => path);
    expect(paths.filter((path) => path === '/version')).toHaveLength(1);
    expect(paths.filter((path) => path.endsWith('/kube-system'))).toHaveLength(1);
    expect(paths.indexOf('/api/v1/namespaces/kube-system')).toBeLessThan(paths.indexOf('/api/v1/pods'));
  });
});
