/** Several fabrics side by side: strictly apart, reloaded without disturbing what did not change. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { FabricList } from '../../../shared/ipc.ts';
import { Fabrics } from '../../../src-main/fabric/fabrics.ts';
import { memoryOfThisRun } from '../../../src-main/fabric/memory.ts';
import type { KubeContext, Kubeconfig } from '../../../src-main/kube/contract.ts';
import { contextTo, startFakeCluster } from './fake-cluster.ts';
import { sickPod, sickScenario } from './sick-pod.ts';

const SOON = { timeout: 10_000, interval: 20 };
vi.setConfig({ testTimeout: 20_000 });

function configOf(...contexts: KubeContext[]): Kubeconfig {
  return { sources: ['test.yaml'], current: contexts[0]?.id, contexts, problems: [] };
}

function fabricsOf(kubeconfig: () => Kubeconfig) {
  const lists: FabricList[] = [];
  const fabrics = new Fabrics({
    load: () => Promise.resolve(kubeconfig()),
    scenarios: [sickScenario],
    now: Date.now,
    onList: (list) => lists.push(list),
  });
  onTestFinished(() => fabrics.closeAll());
  return { fabrics, lists };
}

describe('Fabrics', () => {
  test('one that fails does not keep the others from working', async () => {
    const [good, bad] = [await startFakeCluster([sickPod('a')]), await startFakeCluster()];
    await bad.server.close();
    const { fabrics, lists } = fabricsOf(() =>
      configOf(contextTo(good.server.url, 'good'), contextTo(bad.server.url, 'bad')),
    );
    await fabrics.load();
    fabrics.get('good').open();
    fabrics.get('bad').open();
    await vi.waitFor(
      () => expect(fabrics.list.fabrics.map(({ link }) => link.phase)).toEqual(['live', 'failed']),
      SOON,
    );
    await vi.waitFor(
      () =>
        expect(lists.at(-1)?.fabrics.map(({ counts }) => [counts.critical, counts.high])).toEqual([
          [0, 1],
          [1, 0],
        ]),
      SOON,
    );
    expect(fabrics.open).toEqual(['good', 'bad']);
    // Nothing of one is asked of the other.
    expect(good.server.asked.every(({ headers }) => headers.host === new URL(good.server.url).host)).toBe(
      true,
    );
  });

  test('the list holds no credentials', async () => {
    const secret = contextTo('http://127.0.0.1:9', 'prod');
    const access = secret.access && { ...secret.access, user: { token: 'tok-123', password: 'pw-456' } };
    const { fabrics } = fabricsOf(() => configOf({ ...secret, ...(access && { access }) }));
    await fabrics.load();
    expect(JSON.stringify(fabrics.list)).not.toMatch(/tok-123|pw-456|access/);
  });

  test('a context that cannot be used says so when opened, and contacts nobody', async () => {
    const { access: _none, ...broken } = contextTo('http://127.0.0.1:9', 'broken');
    const problem = {
      code: 'context-broken',
      message: 'Context broken names no cluster.',
      retryable: false,
    } as const;
    const { fabrics } = fabricsOf(() => configOf({ ...broken, problem }));
    await fabrics.load();
    fabrics.get('broken').open();
    await vi.waitFor(() => expect(fabrics.list.fabrics[0]?.link.phase).toBe('failed'), SOON);
    expect(fabrics.get('broken').answer.findings.map(({ scenario }) => scenario)).toEqual([
      'conn/kubeconfig-invalid',
    ]);
  });

  test('an unknown name is refused with the names there are; there is no fallback', async () => {
    const { fabrics } = fabricsOf(() => configOf(contextTo('http://127.0.0.1:9', 'prod')));
    await fabrics.load();
    expect(() => fabrics.get('__proto__')).toThrow('There is no context __proto__');
    expect(() => fabrics.get('')).toThrow('There is no context');
  });

  test('reloading leaves an unchanged fabric connected, renews a changed one and closes one that is gone', async () => {
    const [first, second, third] = [
      await startFakeCluster(),
      await startFakeCluster(),
      await startFakeCluster(),
    ];
    let config = configOf(
      contextTo(first.server.url, 'same'),
      contextTo(second.server.url, 'moves'),
      contextTo(second.server.url, 'goes'),
    );
    const { fabrics } = fabricsOf(() => config);
    await fabrics.load();
    for (const id of ['same', 'moves', 'goes']) fabrics.get(id).open();
    await vi.waitFor(
      () => expect(fabrics.list.fabrics.every(({ link }) => link.phase === 'live')).toBe(true),
      SOON,
    );
    const same = fabrics.get('same');
    const bound: string[] = [];
    fabrics.bind('moves', (fabric) => {
      bound.push(fabric.context.server ?? '');
      return () => bound.push('end');
    });
    config = configOf(contextTo(first.server.url, 'same'), contextTo(third.server.url, 'moves'));
    await fabrics.load();
    expect(fabrics.get('same')).toBe(same);
    expect(bound).toEqual([second.server.url, 'end', third.server.url]);
    await vi.waitFor(() => expect(fabrics.get('moves').link.phase).toBe('live'), SOON);
    await vi.waitFor(() => expect(second.watches).toBe(0), SOON);
    expect(() => fabrics.get('goes')).toThrow('There is no context goes');
  });

  test('another colour, name or guard is shown at once and disturbs nothing', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const base = contextTo(cluster.server.url, 'prod');
    const own = { readOnly: false, watchKinds: [], timeoutMs: 0 };
    let config = configOf({ ...base, own });
    const { fabrics } = fabricsOf(() => config);
    await fabrics.load();
    const fabric = fabrics.get('prod');
    fabric.open();
    await vi.waitFor(() => expect(fabric.link.phase).toBe('live'), SOON);
    fabric.guard.unlock(5);
    const { session } = fabric;
    config = configOf({
      ...base,
      colour: 'red',
      environment: 'prod',
      own: { ...own, readOnly: true, timeoutMs: 60_000 },
    });
    await fabrics.load();
    expect(fabrics.get('prod')).toBe(fabric);
    expect(fabric.session).toBe(session);
    expect(fabrics.list.fabrics[0]).toMatchObject({
      colour: 'red',
      environment: 'prod',
      guard: { state: 'locked', barred: 'Fabric prod is set to read-only in its settings.' },
    });
    expect(fabric.view.timeoutMs).toBe(60_000);
    expect(JSON.stringify(fabrics.list)).not.toContain('watchKinds');
  });

  test('kinds that the settings leave out are blind spots, and no matter of RBAC', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const own = { readOnly: false, watchKinds: ['Pod', 'Node'], timeoutMs: 0 };
    const { fabrics } = fabricsOf(() => configOf({ ...contextTo(cluster.server.url, 'prod'), own }));
    await fabrics.load();
    fabrics.get('prod').open();
    await vi.waitFor(() => expect(fabrics.get('prod').link.phase).toBe('live'), SOON);
    await vi.waitFor(() => expect(fabrics.get('prod').answer.blindSpots).toHaveLength(1), SOON);
    const { blindSpots, findings } = fabrics.get('prod').answer;
    expect(blindSpots).toMatchObject([
      { kind: 'Event', reason: expect.stringContaining('switched off in the settings') as string },
    ]);
    expect(blindSpots[0]?.denied).toBeUndefined();
    expect(findings.map(({ scenario }) => scenario)).toEqual(['pod/sick']);
    expect(cluster.server.asked.some(({ path }) => path.includes('events'))).toBe(false);
  });

  test('each remembers for itself, and hears which others are live', async () => {
    const [good, bad] = [await startFakeCluster(), await startFakeCluster()];
    bad.uid = 'uid-bad';
    const memories = new Map([
      ['good', memoryOfThisRun()],
      ['bad', memoryOfThisRun()],
    ]);
    const fabrics = new Fabrics({
      load: () =>
        Promise.resolve(configOf(contextTo(good.server.url, 'good'), contextTo(bad.server.url, 'bad'))),
      scenarios: [sickScenario],
      now: Date.now,
      onList: () => undefined,
      memoryOf: ({ id }) => memories.get(id) ?? memoryOfThisRun(),
    });
    onTestFinished(() => fabrics.closeAll());
    await fabrics.load();
    for (const id of ['good', 'bad']) fabrics.get(id).open();
    await vi.waitFor(
      () => expect(fabrics.list.fabrics.every(({ link }) => link.phase === 'live')).toBe(true),
      SOON,
    );
    expect(memories.get('good')?.read().identity?.uid).toBe('uid-1');
    expect(memories.get('bad')?.read().identity?.uid).toBe('uid-bad');
    await bad.server.close();
    await vi.waitFor(() => expect(fabrics.get('bad').link.phase).toBe('stale'), SOON);
    expect(fabrics.get('bad').view.reachable).toEqual(['good']);
    expect(fabrics.get('good').view.reachable).toEqual([]);
    expect(fabrics.get('good').link.phase).toBe('live');
    expect(fabrics.get('good').view.attempts).toHaveLength(1);
  });
});
