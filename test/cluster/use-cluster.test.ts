// A real control plane: users, restarts, freezes, compaction, and nothing left at the end.
import { spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRun } from './can-run.ts';
import { clusterPaths } from './paths.ts';
import { readPidFiles, waitGone } from './processes.ts';
import { startCluster } from './use-cluster.ts';
import type { Cluster } from './use-cluster.ts';

const { controlPlane } = canRun();
const SLOW = 120_000;

const configMap = (name: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: 'value' } });

describe.runIf(controlPlane === true)('a cluster without a node', { timeout: SLOW }, () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  }, 600_000);

  afterAll(async () => {
    await cluster.stop();
    expect(existsSync(cluster.state)).toBe(false);
  });

  test('serves the version of go.mod on loopback', async () => {
    const version = JSON.parse(await cluster.kubectl(['get', '--raw', '/version'])) as { gitVersion: string };
    expect(readFileSync(join(import.meta.dirname, 'go.mod'), 'utf8')).toContain(
      `k8s.io/kubernetes ${version.gitVersion}\n`,
    );
    expect(new URL(cluster.server).hostname).toBe('127.0.0.1');
  });

  test('a user may do nothing until bound, and then what the role says', async () => {
    const pods = ['get', 'pods', '-n', 'default', '--kubeconfig', cluster.kubeconfigFor('viewer')];
    const denied = await cluster.kubectlRaw(pods);
    expect(denied.code).toBe(1);
    expect(denied.stderr).toContain('pods is forbidden: User "viewer" cannot list resource "pods"');
    await cluster.kubectl(['create', 'clusterrolebinding', 'viewer', '--clusterrole=view', '--user=viewer']);
    expect(await cluster.waitFor(async () => (await cluster.kubectlRaw(pods)).code === 0)).toBe(true);
    const removal = [...pods.slice(2), 'delete', 'configmap', 'kube-root-ca.crt'];
    expect((await cluster.kubectlRaw(removal)).stderr).toContain('is forbidden');
  });

  test('the audit log tells what a user asked for', async () => {
    await cluster.kubectlRaw(['get', 'nodes', '--kubeconfig', cluster.kubeconfigFor('nobody')]);
    const request = await cluster.waitFor(() => {
      const lines = readFileSync(cluster.auditLog, 'utf8').split('\n').filter(Boolean);
      const events = lines.map((line) => JSON.parse(line) as { user: { username: string }; verb: string });
      return Promise.resolve(events.find(({ user, verb }) => user.username === 'nobody' && verb === 'list'));
    });
    expect(request).toMatchObject({ objectRef: { resource: 'nodes' }, responseStatus: { code: 403 } });
  });

  test('a stopped API server refuses, and comes back at the same address with the same data', async () => {
    await cluster.kubectl(['create', '-f', '-'], configMap('kept'));
    await cluster.stopApiServer();
    expect((await cluster.kubectlRaw(['get', 'namespaces'])).stderr).toContain('refused');
    await cluster.startApiServer();
    expect(await cluster.waitFor({ get: ['configmap/kept'], jsonpath: '.data.key', is: 'value' })).toBe(
      'value',
    );
  });

  test('a paused API server accepts connections, and answers nothing', async () => {
    await cluster.pauseApiServer();
    const silent = await cluster.kubectlRaw(['get', '--raw', '/readyz', '--request-timeout=1s']);
    await cluster.resumeApiServer();
    expect(silent.code).toBe(1);
    expect(silent.stderr).not.toContain('refused');
    expect(await cluster.kubectl(['get', '--raw', '/readyz', '--request-timeout=30s'])).toBe('ok');
  });

  test('after a compaction a continue token of before has expired', async () => {
    for (const name of ['page-1', 'page-2', 'page-3'])
      await cluster.kubectl(['create', '-f', '-'], configMap(name));
    const path = '/api/v1/namespaces/default/configmaps?limit=1';
    const first = JSON.parse(await cluster.kubectl(['get', '--raw', path])) as {
      metadata: { continue: string };
    };
    await cluster.apply(configMap('later'));
    const revision = await cluster.compact();
    expect(revision).toBeGreaterThan(0);
    const next = ['get', '--raw', `${path}&continue=${first.metadata.continue}`];
    const expired = await cluster.waitFor(async () => {
      const answer = await cluster.kubectlRaw(next);
      return answer.code === 0 ? undefined : answer.stderr;
    });
    expect(expired).toContain('The provided continue parameter is too old');
  });

  test.each([
    ['own', -1, 24, true, true],
    ['own', -48, -24, true, false],
    ['other', -1, 24, false, true],
  ] as const)(
    'issues certificates of its %s authority, valid from %i h to %i h',
    (authority, from, to, trusted, valid) => {
      const request = {
        name: 'proxy',
        commonName: 'proxy',
        hosts: ['127.0.0.1'],
        notBeforeHours: from,
        notAfterHours: to,
      };
      const files = cluster.issueCertificate(request, authority);
      const certificate = new X509Certificate(readFileSync(files.certificate));
      const own = new X509Certificate(readFileSync(join(cluster.state, 'pki/ca.crt')));
      expect(certificate.verify(own.publicKey)).toBe(trusted);
      expect(certificate.validToDate > new Date()).toBe(valid);
      expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
      expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(files.key)))).toBe(true);
    },
  );

  test('a condition that does not come true is told', async () => {
    const condition = { get: ['namespace/default'], jsonpath: '.status.phase', is: 'Gone' };
    await expect(cluster.waitFor(condition, 10)).rejects.toThrow('.status.phase = Gone (it is "Active")');
  });

  test('a second cluster of the same name is refused', async () => {
    await expect(startCluster({ name: cluster.name })).rejects.toThrow('runs already');
  });
});

describe.runIf(controlPlane === true)(
  'the end of the process that started a cluster',
  { timeout: SLOW },
  () => {
    test.each(['SIGKILL', 'SIGTERM'] as const)('by %s ends the cluster', async (signal) => {
      const name = `end-${signal.toLowerCase()}`;
      const owner = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'up', '--name', name]);
      const line = await new Promise<string>((resolve) =>
        createInterface({ input: owner.stdout }).once('line', resolve),
      );
      const { kubeconfig } = JSON.parse(line) as { kubeconfig: string };
      expect(existsSync(kubeconfig)).toBe(true);
      const paths = clusterPaths(name);
      const processes = readPidFiles(paths.pids);
      expect([...processes.keys()].sort()).toEqual([
        'etcd',
        'kube-apiserver',
        'kube-controller-manager',
        'kube-scheduler',
        'supervisor',
      ]);
      owner.kill(signal);
      for (const record of processes.values()) expect(await waitGone(record, 30_000)).toBe(true);
      expect(existsSync(paths.state)).toBe(false);
    });

    test('and the end of its supervisor by SIGKILL ends the components', async () => {
      const cluster = await startCluster();
      const paths = clusterPaths(cluster.name);
      const processes = readPidFiles(paths.pids);
      process.kill(processes.get('supervisor')?.pid ?? 0, 'SIGKILL');
      for (const record of processes.values()) expect(await waitGone(record, 30_000)).toBe(true);
      await cluster.stop();
      expect(existsSync(paths.state)).toBe(false);
    });
  },
);
