// Real nodes: pods run, fail as they do in the field, and leave nothing behind; two clusters do not meet.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRun } from './can-run.ts';
import { applyIncident } from './incidents.ts';
import { networkOf } from './node-network.ts';
import { clusterPaths, readClusterRecord } from './paths.ts';
import { childrenOf, readPidFiles, recordOf, waitGone } from './processes.ts';
import type { ProcessRecord } from './processes.ts';
import { startCluster } from './use-cluster.ts';
import type { Cluster } from './use-cluster.ts';

const { node } = canRun();
const SLOW = 180_000;

/** All processes below a process, with itself. */
function family(pid: number): ProcessRecord[] {
  return [recordOf(pid), ...childrenOf(pid).flatMap(family)];
}

/** What a node has outside of its state folder and that is still there. */
function leftovers(index: number): string[] {
  const { bridge, cgroup } = networkOf(index);
  const hierarchies = ['.', ...readdirSync('/sys/fs/cgroup')].map((name) =>
    join('/sys/fs/cgroup', name, cgroup),
  );
  return [`/sys/class/net/${bridge}`, ...hierarchies].filter((path) => existsSync(path));
}

const mounts = (): string[] => readFileSync('/proc/mounts', 'utf8').split('\n');

describe.runIf(node === true)('two clusters with a real node each', { timeout: SLOW }, () => {
  const clusters: Cluster[] = [];
  const mountsBefore = mounts();

  beforeAll(async () => {
    clusters.push(...(await Promise.all([startCluster({ node: true }), startCluster({ node: true })])));
  }, 600_000);

  afterAll(async () => {
    const indexes = clusters.map((cluster) => cluster.node?.network ?? -1);
    const processes = clusters.flatMap((cluster) =>
      family(readPidFiles(clusterPaths(cluster.name).pids).get('supervisor')?.pid ?? 0),
    );
    // Supervisor, components, containerd, shims, kubelet, containers.
    expect(processes.length).toBeGreaterThan(15);
    await Promise.all(clusters.map((cluster) => cluster.stop()));
    for (const record of processes) expect(await waitGone(record, 1_000)).toBe(true);
    expect(indexes.flatMap(leftovers)).toEqual([]);
    expect(clusters.filter(({ state }) => existsSync(state))).toEqual([]);
    expect(mounts()).toEqual(mountsBefore);
  });

  const each = (work: (cluster: Cluster) => Promise<void>) => async () => {
    await Promise.all(clusters.map(work));
  };

  test(
    'a healthy Deployment becomes available, and a command runs in its pod',
    each(async (cluster) => {
      await applyIncident(cluster, 'healthy');
      const get = ['deployment/web', '-n', 'healthy'];
      await cluster.waitFor({ get, jsonpath: '.status.availableReplicas', is: '2' }, SLOW);
      const page = [
        'exec',
        '-n',
        'healthy',
        'deployment/web',
        '--',
        'wget',
        '-qO-',
        'http://127.0.0.1:8080/',
      ];
      expect(await cluster.kubectl(page)).toBe('ok\n');
      // The other cluster's node has the same kind of pods, and none of these.
      const nodes = await cluster.kubectl([
        'get',
        'pods',
        '-n',
        'healthy',
        '-o',
        'jsonpath={.items[*].spec.nodeName}',
      ]);
      expect(new Set(nodes.split(' '))).toEqual(new Set([cluster.node?.name]));
    }),
  );

  test(
    'a program beyond its memory limit is OOMKilled',
    each(async (cluster) => {
      await applyIncident(cluster, 'oom-killed');
      const last = '.items[0].status.containerStatuses[0].lastState.terminated';
      const condition = { get: ['pods', '-n', 'oom-killed'], jsonpath: `${last}.reason`, is: 'OOMKilled' };
      await cluster.waitFor(condition, SLOW);
    }),
  );

  test(
    'a crashing program restarts, and the log of its last run can be read',
    each(async (cluster) => {
      await applyIncident(cluster, 'crash-loop');
      const waiting = '.items[0].status.containerStatuses[0].state.waiting.reason';
      const condition = { get: ['pods', '-n', 'crash-loop'], jsonpath: waiting, is: 'CrashLoopBackOff' };
      await cluster.waitFor(condition, SLOW);
      const logs = ['logs', '-n', 'crash-loop', '-l', 'app=orders', '--previous', '--tail=-1'];
      // While the kubelet replaces one run by the next, it may answer that neither log can be retrieved.
      await cluster.waitFor(async () =>
        (await cluster.kubectl(logs)).includes('ERROR config missing: /etc/app/config.yaml'),
      );
    }),
  );

  test(
    'an image that the registry does not have gives the real error',
    each(async (cluster) => {
      await applyIncident(cluster, 'image-not-found');
      const message = '.items[0].status.containerStatuses[0].state.waiting.message';
      const condition = { get: ['pods', '-n', 'image-not-found'], jsonpath: message, is: /: not found$/ };
      await cluster.waitFor(condition, SLOW);
    }),
  );
});

describe.runIf(node === true)('a node whose owner is killed', { timeout: SLOW }, () => {
  test('leaves no process, bridge, cgroup or file', async () => {
    const name = 'killed-owner';
    const owner = spawn(process.execPath, [
      join(import.meta.dirname, 'cli.ts'),
      'up',
      '--node',
      '--name',
      name,
    ]);
    await new Promise((resolve) => createInterface({ input: owner.stdout }).once('line', resolve));
    const paths = clusterPaths(name);
    const index = readClusterRecord(paths)?.node?.network ?? -1;
    const supervisor = readPidFiles(paths.pids).get('supervisor')?.pid ?? 0;
    const processes = family(supervisor);
    expect(leftovers(index).length).toBeGreaterThan(1);
    owner.kill('SIGKILL');
    for (const record of processes) expect(await waitGone(record, 30_000)).toBe(true);
    expect(leftovers(index)).toEqual([]);
    expect(existsSync(paths.state)).toBe(false);
  });
});
