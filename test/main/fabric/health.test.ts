/** The four checks of a cluster: what each says, cached, and only while somebody looks. */
import { describe, expect, test, vi } from 'vitest';
import { build } from '../../shared/objects.ts';
import { startFakeCluster, type FakeCluster } from './fake-cluster.ts';
import { openLive, SOON } from './open-fabric.ts';
import { sickPod } from './sick-pod.ts';

vi.setConfig({ testTimeout: 60_000 });

const node = (name: string, ready: string) => ({
  ...build('Node', name),
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

async function checked(cluster: FakeCluster) {
  const { fabric } = await openLive(cluster);
  const stop = fabric.look();
  await vi.waitFor(() => expect(fabric.view.health).toHaveLength(4), SOON);
  return { fabric, stop, checks: fabric.view.health.map(({ name, state, says }) => [name, state, says]) };
}

const reviews = ({ server }: FakeCluster) =>
  server.asked.filter(({ path }) => path.endsWith('selfsubjectaccessreviews')).length;

describe('the health of a cluster', () => {
  test('says what is well', async () => {
    const cluster = await startFakeCluster([node('a', 'True'), node('b', 'True'), sickPod('p')]);
    const { checks } = await checked(cluster);
    expect(checks).toEqual([
      ['api-server', 'ok', '/readyz answers'],
      ['nodes', 'ok', '2 of 2 nodes are ready'],
      ['crds', 'unknown', expect.any(String)],
      ['permissions', 'ok', 'All that a diagnosis reads first may be read in all namespaces'],
    ]);
  });

  test('says what is not, and that a refusal is none of the cluster', async () => {
    const cluster = await startFakeCluster([node('a', 'True'), node('b', 'Unknown')]);
    cluster.deny(['Event']);
    cluster.allows = ({ resource, subresource }) => resource !== 'events' && subresource !== 'log';
    const { checks } = await checked(cluster);
    expect(checks[1]).toEqual(['nodes', 'failed', '1 of 2 nodes are ready']);
    expect(checks[3]).toEqual([
      'permissions',
      'denied',
      'Not in all namespaces: list events and get pods/log; 1 watched kind is refused',
    ]);
  });

  test('nodes that may not be listed are denied, not missing', async () => {
    const cluster = await startFakeCluster([sickPod('p')]);
    cluster.deny(['Node']);
    const { checks } = await checked(cluster);
    expect(checks[1]?.[1]).toBe('denied');
  });

  test('is asked for once in 30 s, and not at all when nobody looks', async () => {
    const cluster = await startFakeCluster([node('a', 'True')]);
    const { fabric } = await openLive(cluster);
    expect(reviews(cluster)).toBe(0);
    expect(fabric.view.health).toEqual([]);
    const stops = [fabric.look(), fabric.look()];
    await vi.waitFor(() => expect(fabric.view.health).toHaveLength(4), SOON);
    const asked = reviews(cluster);
    expect(asked).toBeGreaterThan(0);
    for (const stop of stops) stop();
    stops.push(fabric.look());
    for (const stop of stops) stop();
    expect(reviews(cluster)).toBe(asked);
  });

  test('of a cluster that is gone is forgotten, and that of the new one is asked for', async () => {
    const cluster = await startFakeCluster([node('a', 'True')]);
    const { fabric } = await checked(cluster);
    cluster.replace('uid-2', [node('a', 'True'), node('b', 'True')]);
    await vi.waitFor(
      () =>
        expect(fabric.view.health.find(({ name }) => name === 'nodes')?.says).toBe('2 of 2 nodes are ready'),
      SOON,
    );
  });
});
