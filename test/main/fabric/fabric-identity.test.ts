/** Which cluster answers: pinned at first sight, asked again after every break, and never mixed with another one. */
import { describe, expect, test, vi } from 'vitest';
import { memoryOfThisRun } from '../../../src-main/fabric/memory.ts';
import { buildPod } from '../../shared/objects.ts';
import { startFakeCluster } from './fake-cluster.ts';
import { fabricTo, openLive, scenarioIds, SOON, subjects } from './open-fabric.ts';
import { sickPod } from './sick-pod.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('the identity of a cluster', () => {
  test('is pinned at first sight and remembered', async () => {
    const cluster = await startFakeCluster();
    const memory = memoryOfThisRun();
    const { fabric } = await openLive(cluster, { memory });
    expect(fabric.state.identity).toBe('pinned');
    expect(memory.read().identity).toMatchObject({ uid: 'uid-1', version: 'v1.35.4' });
    expect(fabric.view.identity).toEqual({ state: 'pinned', pinned: memory.read().identity });
  });

  test('that differs from the one remembered is a finding and bars all writes until it is acknowledged', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const memory = memoryOfThisRun();
    memory.write({ identity: { uid: 'uid-0', firstSeen: 1 } });
    const { fabric } = await openLive(cluster, { memory });
    await vi.waitFor(() => expect(subjects(fabric)).toContain('a'), SOON);
    expect(fabric.state.identity).toBe('changed');
    expect(scenarioIds(fabric)).toContain('conn/cluster-identity-changed');
    expect(() => fabric.guard.unlock(5)).toThrow('Another cluster answers');
    expect(() => fabric.requireWritable()).toThrow('Another cluster answers');
    expect(memory.read().identity?.uid).toBe('uid-0');
    fabric.acknowledgeIdentity();
    expect(memory.read().identity?.uid).toBe('uid-1');
    expect(fabric.state.identity).toBe('pinned');
    expect(scenarioIds(fabric)).not.toContain('conn/cluster-identity-changed');
    fabric.guard.unlock(5);
    expect(() => fabric.requireWritable()).not.toThrow();
  });

  test('that changes under running watches drops all of the old cluster, before anything of the new one', async () => {
    const cluster = await startFakeCluster([sickPod('old'), buildPod('fine')]);
    const { fabric } = await openLive(cluster);
    await vi.waitFor(() => expect(subjects(fabric)).toEqual(['old']), SOON);
    fabric.guard.unlock(60);
    const before = fabric.requireSession();
    const mixed: string[] = [];
    before.store.onChange(({ after }) => {
      if (after?.metadata.name === 'new') mixed.push('new');
    });
    cluster.replace('uid-2', [sickPod('new')]);
    await vi.waitFor(() => expect(fabric.state.identity).toBe('changed'), SOON);
    await vi.waitFor(() => expect(subjects(fabric)).toContain('new'), SOON);
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    expect(fabric.session).not.toBe(before);
    expect(subjects(fabric)).not.toContain('old');
    expect(mixed).toEqual([]);
    expect([...fabric.requireSession().store.all('Pod')].map(({ metadata }) => metadata.name)).toEqual([
      'new',
    ]);
    expect(scenarioIds(fabric)).toContain('conn/cluster-identity-changed');
    expect(fabric.guard.state).toMatchObject({ state: 'locked' });
    fabric.acknowledgeIdentity();
    // What was unlocked was the other cluster.
    expect(fabric.guard.state).toEqual({ state: 'locked' });
    expect(fabric.view.identity.pinned?.uid).toBe('uid-2');
  });

  test('that changes behind a watch with a newer version is noticed, too', async () => {
    const cluster = await startFakeCluster([sickPod('old')]);
    const { fabric } = await openLive(cluster);
    cluster.replace('uid-2', []);
    for (let count = 0; count < 150; count++) cluster.put(sickPod('new'));
    await vi.waitFor(() => expect(subjects(fabric)).toContain('new'), SOON);
    expect(subjects(fabric)).not.toContain('old');
    expect(fabric.state.identity).toBe('changed');
  });

  test('that comes back after an outage as another one is noticed before a list', async () => {
    const cluster = await startFakeCluster([sickPod('old')]);
    const { fabric } = await openLive(cluster);
    await cluster.server.close();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('stale'), SOON);
    cluster.replace('uid-2', [sickPod('new')]);
    await cluster.server.listen();
    await fabric.retry();
    await vi.waitFor(() => expect(subjects(fabric)).toContain('new'), SOON);
    expect(subjects(fabric)).not.toContain('old');
  });

  test('that may not be read is unknown, bars nothing and is not asked for in a loop', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    cluster.uid = 'denied';
    const { fabric } = await openLive(cluster);
    expect(fabric.state.identity).toBe('unknown');
    expect(fabric.guard.state).toEqual({ state: 'locked' });
    fabric.guard.unlock(1);
    expect(fabric.guard.state).toMatchObject({ state: 'unlocked' });
    cluster.server.reset();
    await vi.waitFor(
      () => expect(cluster.server.asked.filter(({ query }) => query.has('watch')).length).toBe(6),
      SOON,
    );
    expect(cluster.server.asked.filter(({ path }) => path.endsWith('/kube-system'))).toHaveLength(1);
  });

  test('of a fabric that is closed is what is remembered', async () => {
    const memory = memoryOfThisRun();
    memory.write({ identity: { uid: 'uid-0', firstSeen: 1 }, status: { state: 'connected', at: 7 } });
    const { fabric } = fabricTo('http://127.0.0.1:9', { memory });
    expect(fabric.state.identity).toBe('unknown');
    expect(fabric.view).toMatchObject({
      identity: { state: 'unknown', pinned: { uid: 'uid-0' } },
      status: { state: 'connected', at: 7 },
      attempts: [],
      watches: [],
    });
    await Promise.resolve();
  });
});
