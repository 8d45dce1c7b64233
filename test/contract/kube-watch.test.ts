// Following a real API server through restarts, lost links and a forgotten past.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { KubeClient } from '../../src-main/kube/contract.ts';
import { canRun } from '../cluster/can-run.ts';
import { startCluster } from '../cluster/use-cluster.ts';
import type { Cluster } from '../cluster/use-cluster.ts';
import { startFaultProxy } from '../fault/fault-proxy.ts';
import type { FaultProxy } from '../fault/fault-proxy.ts';
import { accessThrough, upstreamOf } from '../fault/through.ts';
import {
  accessOf,
  clientFor,
  configMaps,
  CONFIG_MAPS,
  follow,
  listConfigMaps,
  names,
  PATIENT,
} from './kube-client.ts';

const SLOW = 120_000;
/** Faster than in the app, so that a test need not wait for the longest pauses. */
const QUICK = { minBackOff: 50, maxBackOff: 500 };

describe.runIf(canRun().controlPlane === true)('following an API server', { timeout: SLOW }, () => {
  let cluster: Cluster;
  let namespaces = 0;

  beforeAll(async () => {
    cluster = await startCluster();
  }, 600_000);
  afterAll(() => cluster.stop());

  async function newNamespace(): Promise<string> {
    namespaces += 1;
    const namespace = `watch-${namespaces}`;
    await cluster.kubectl(['create', 'namespace', namespace]);
    // It comes by itself, a moment later.
    await cluster.waitFor(async () => (await listConfigMaps(cluster, namespace)).length === 1);
    return namespace;
  }

  async function throughProxy(): Promise<{ proxy: FaultProxy; client: KubeClient }> {
    const kubeconfig = cluster.kubeconfigFor('admin-token');
    const proxy = await startFaultProxy(upstreamOf(await accessOf(kubeconfig)));
    onTestFinished(() => proxy.close());
    return { proxy, client: await clientFor(kubeconfig, (access) => accessThrough(proxy, access)) };
  }

  it('loses nothing when the API server is killed and starts again', async () => {
    const namespace = await newNamespace();
    const { contents, until, phases, reflector } = follow(
      await clientFor(cluster.kubeconfig),
      CONFIG_MAPS,
      namespace,
      QUICK,
    );
    await until('live');
    await cluster.apply(configMaps(namespace, names(20)));
    await cluster.stopApiServer();
    await until('stale');
    await expect.poll(() => reflector.state.error?.code, PATIENT).toBe('unreachable');
    const { asOf } = reflector.state;
    await cluster.startApiServer();
    await cluster.apply(configMaps(namespace, names(20, 'later')));
    await cluster.kubectl(['delete', 'configmap', 'map-0003', '-n', namespace]);
    await until('live');
    const expected = await listConfigMaps(cluster, namespace);
    expect(expected).toHaveLength(40);
    await expect.poll(contents, PATIENT).toEqual(expected);
    expect(reflector.state.asOf).toBeGreaterThan(asOf ?? 0);
    expect(phases()).toContain('stale');
  });

  it('lists again and tells the difference when the past is gone', async () => {
    const namespace = await newNamespace();
    await cluster.apply(configMaps(namespace, names(10)));
    const { proxy, client } = await throughProxy();
    const { contents, until, phases } = follow(client, CONFIG_MAPS, namespace, QUICK);
    await until('live');
    await proxy.set({ do: 'reset connections' });
    await until('stale');
    await cluster.kubectl(['delete', 'configmap', 'map-0001', 'map-0002', '-n', namespace]);
    await cluster.apply(configMaps(namespace, ['map-0003', 'new'], 'changed'));
    await cluster.compact();
    // Its watch cache remembers what etcd has forgotten: a new one does not.
    await cluster.stopApiServer();
    await cluster.startApiServer();
    await proxy.clear();
    await until('live');
    expect(phases()).toContain('expired');
    await expect.poll(contents, PATIENT).toEqual(await listConfigMaps(cluster, namespace));
  });

  it('goes on after a reset without another list', async () => {
    const namespace = await newNamespace();
    const { proxy, client } = await throughProxy();
    const { contents, until, phases, reflector } = follow(client, CONFIG_MAPS, namespace, QUICK);
    await until('live');
    await proxy.set({ do: 'reset connections' });
    await until('stale');
    await cluster.apply(configMaps(namespace, names(5)));
    await proxy.clear();
    await until('live');
    await expect.poll(contents, PATIENT).toEqual(await listConfigMaps(cluster, namespace));
    expect(phases()).not.toContain('expired');
    expect(reflector.state.reconnects).toBe(1);
  });

  it('notices a link that is dead without a word', async () => {
    const namespace = await newNamespace();
    const { proxy, client } = await throughProxy();
    const times = { ...QUICK, silence: 2000, answer: 1000 };
    const { contents, until, states } = follow(client, CONFIG_MAPS, namespace, times);
    await until('live');
    await proxy.set({ do: 'black hole', afterwards: 'reset' });
    await cluster.apply(configMaps(namespace, names(3)));
    await until('stale');
    expect(states.find((each) => each.error !== undefined)?.error?.code).toBe('timeout');
    await proxy.clear();
    await expect.poll(contents, PATIENT).toEqual(await listConfigMaps(cluster, namespace));
  });

  it('notices an API server that hangs, and one that goes on', async () => {
    const namespace = await newNamespace();
    const { until, reflector } = follow(await clientFor(cluster.kubeconfig), CONFIG_MAPS, namespace, {
      ...QUICK,
      silence: 2000,
      answer: 1000,
    });
    await until('live');
    await cluster.pauseApiServer();
    await until('stale').finally(() => cluster.resumeApiServer());
    expect(reflector.state.error?.code).toBe('timeout');
    await until('live');
  });

  it('completes a list during which the past is forgotten', async () => {
    const namespace = await newNamespace();
    await cluster.apply(configMaps(namespace, names(1200)));
    const client = await clientFor(cluster.kubeconfig);
    let pages = 0;
    let forgotten: Promise<void> | undefined;
    async function forget(): Promise<void> {
      await cluster.kubectl(['delete', 'configmap', 'map-0000', '-n', namespace]);
      await cluster.compact();
      // Its watch cache remembers what etcd has forgotten: a new one does not.
      await cluster.stopApiServer();
      await cluster.startApiServer();
    }
    const forgetful: KubeClient = {
      ...client,
      getBytes: async (path, options) => {
        pages += 1;
        // The first page is read, those after it wait until their past is gone.
        if (pages > 1) await (forgotten ??= forget());
        return client.getBytes(path, options);
      },
    };
    const { contents, until } = follow(forgetful, CONFIG_MAPS, namespace, QUICK);
    await until('live', 60_000);
    expect(pages).toBeGreaterThan(4);
    await expect.poll(contents, PATIENT).toEqual(await listConfigMaps(cluster, namespace));
  });

  it('hears bookmarks while nothing changes, and goes on from there', async () => {
    const still = await newNamespace();
    const client = await clientFor(cluster.kubeconfig);
    const versions: (string | undefined)[] = [];
    const listening: KubeClient = {
      ...client,
      request: (path, options) => {
        versions.push(options?.query?.resourceVersion?.toString());
        return client.request(path, options);
      },
    };
    // The server sends one before it ends a watch, which here it does after 5 to 10 s.
    const { reflector, states } = follow(listening, CONFIG_MAPS, still, { ...QUICK, watch: 5000 });
    await reflector.synced;
    // The version moves on by what others change.
    await cluster.apply(configMaps('default', names(3)));
    const latest = () => Number(versions.at(-1));
    await expect.poll(() => latest() - Number(versions[0]), { timeout: 100_000 }).toBeGreaterThan(0);
    expect(states.filter((each) => each.phase === 'listing').length).toBeLessThanOrEqual(2);
    expect(reflector.state).toMatchObject({ reconnects: 0, objects: 1 });
  });
});
