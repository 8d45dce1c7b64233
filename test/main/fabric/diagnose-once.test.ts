/** One complete diagnosis without watches: what is read, how often, and what is said of all that may fail. */
import { describe, expect, test, vi } from 'vitest';
import type { ContextAccess } from '../../../src-main/kube/contract.ts';
import { diagnoseOnce } from '../../../src-main/fabric/diagnose-once.ts';
import { exitCode } from '../../../src-main/headless/report.ts';
import { startServer } from '../kube/scripted-server.ts';
import { build } from '../../shared/objects.ts';
import { contextTo, startFakeCluster } from './fake-cluster.ts';
import { sickPod, sickScenario } from './sick-pod.ts';

function run(url: string, more: { namespace?: string; timeoutMs?: number; own?: string } = {}) {
  const { access } = contextTo(url, 'test', more.own);
  return diagnoseOnce({
    access: access as ContextAccess,
    scenarios: [sickScenario],
    namespace: more.namespace,
    timeoutMs: more.timeoutMs ?? 10_000,
    now: () => 1_000_000,
  });
}

const elsewhere = (name: string) => ({
  ...sickPod(name),
  metadata: { ...sickPod(name).metadata, namespace: 'other', uid: name },
});

describe('diagnoseOnce', () => {
  test('lists each kind once, watches nothing and leaves no connection', async () => {
    const cluster = await startFakeCluster([sickPod('a'), build('Node', 'n')]);
    cluster.log = 'it broke\n';
    const outcome = await run(cluster.server.url);
    expect(outcome).toMatchObject({ diagnosed: true, fabric: 'test', version: 'v1.35.4', now: 1_000_000 });
    expect(outcome.result.findings[0]?.cause).toBe('Its log says: it broke.');
    const asked = cluster.server.asked.map(({ path }) => path).sort();
    expect(asked).toEqual([
      '/api/v1/events',
      '/api/v1/namespaces/shop/pods/a/log',
      '/api/v1/nodes',
      '/api/v1/pods',
      '/version',
    ]);
    expect(cluster.server.asked.some(({ query }) => query.has('watch'))).toBe(false);
    await vi.waitFor(() => expect(cluster.server.asked.every(({ socket }) => socket.destroyed)).toBe(true));
  });

  test('--namespace reads namespaced kinds there only', async () => {
    const cluster = await startFakeCluster([sickPod('a'), elsewhere('b')]);
    const outcome = await run(cluster.server.url, { namespace: 'other' });
    expect(outcome.result.findings.map(({ subject }) => subject.name)).toEqual(['b']);
    expect(outcome.result.complete).toBe(true);
    const lists = cluster.server.asked.map(({ path }) => path).filter((path) => !path.endsWith('/log'));
    expect(lists.sort()).toEqual([
      '/api/v1/namespaces/other/events',
      '/api/v1/namespaces/other/pods',
      '/api/v1/nodes',
      '/version',
    ]);
  });

  test('a refused kind is a blind spot and the exit code is 0', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    cluster.deny(['Event']);
    const outcome = await run(cluster.server.url);
    expect(outcome.result.blindSpots.map(({ kind }) => kind)).toEqual(['Event']);
    expect(outcome.result.complete).toBe(false);
    expect(exitCode(outcome, undefined)).toBe(0);
    expect(exitCode(outcome, 'high')).toBe(3);
    expect(exitCode(outcome, 'critical')).toBe(0);
  });

  test("where the cluster may not be listed, the context's namespace is read", async () => {
    const cluster = await startFakeCluster([sickPod('a'), elsewhere('b')]);
    cluster.deny(['Pod', 'Event']);
    const outcome = await run(cluster.server.url, { own: 'shop' });
    expect(outcome.result.findings.map(({ scenario, subject }) => [scenario, subject.name])).toEqual([
      [sickScenario.id, 'a'],
      ['rbac/blind-spots', 'test'],
    ]);
    expect(outcome.result.complete).toBe(false);
  });

  test('a context without a namespace means namespace default, as in kubectl', async () => {
    const pod = { ...sickPod('d'), metadata: { ...sickPod('d').metadata, namespace: 'default' } };
    const cluster = await startFakeCluster([sickPod('a'), pod]);
    cluster.deny(['Pod']);
    const outcome = await run(cluster.server.url);
    expect(outcome.result.findings.map(({ subject }) => subject.name)).toEqual(['d', 'test']);
    const gaps = outcome.result.findings.find(({ scenario }) => scenario === 'rbac/blind-spots');
    expect(`${gaps?.summary} ${gaps?.cause}`).toContain('User jane may not read');
  });

  test('everything refused: HH-K8S-033, exit 1', async () => {
    const cluster = await startFakeCluster();
    cluster.deny('all');
    const outcome = await run(cluster.server.url);
    expect(outcome.result.findings.map(({ scenario }) => scenario)).toEqual(['HH-K8S-033']);
    expect(exitCode(outcome, 'critical')).toBe(1);
  });

  test('a wrong sign-in: HH-K8S-002, exit 1', async () => {
    const cluster = await startFakeCluster();
    cluster.signOut();
    const outcome = await run(cluster.server.url);
    expect(outcome.result.findings.map(({ scenario }) => scenario)).toEqual(['HH-K8S-002']);
    expect(outcome.server).toBe(cluster.server.url);
    expect(exitCode(outcome, undefined)).toBe(1);
  });

  test('a server that never answers ends within the limit', async () => {
    const server = await startServer(() => undefined);
    const outcome = await run(server.url, { timeoutMs: 600 });
    expect(outcome.result.findings.map(({ scenario }) => scenario)).toEqual(['HH-K8S-004']);
    const failed = outcome.result.findings[0]?.evidence.find(({ path }) => path === 'probe.failed');
    expect(failed?.observed).toBe('api');
  });

  test('lists that never answer end within the limit, and nothing is called healthy', async () => {
    const server = await startServer((asked, response) => {
      if (asked.path === '/version') response.end('{"gitVersion":"v1.35.4"}');
    });
    const outcome = await run(server.url, { timeoutMs: 300 });
    expect(outcome).toMatchObject({ diagnosed: false, version: 'v1.35.4' });
    expect(outcome.result).toMatchObject({ complete: false, checks: { ran: 0, total: 1 } });
    expect(outcome.result.findings).toHaveLength(1);
  });

  test('one kind that never answers is a blind spot, the rest is told', async () => {
    const cluster = await startFakeCluster([sickPod('a')]);
    const front = await startServer((asked, response) => {
      if (asked.path === '/api/v1/events') return;
      const url = `${cluster.server.url}${asked.path}?${asked.query.toString()}`;
      fetch(url)
        .then(async (answer) =>
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text()),
        )
        .catch(() => response.destroy());
    });
    const outcome = await run(front.url, { timeoutMs: 3000 });
    expect(outcome.diagnosed).toBe(true);
    expect(outcome.result.findings.map(({ subject }) => subject.name)).toEqual(['a']);
    expect(outcome.result.blindSpots.map(({ kind }) => kind)).toEqual(['Event']);
  });

  test.each([
    ['a page', '<html>sign in</html>', 'text/html'],
    ['JSON of something else', '{"hello":"world"}', 'application/json'],
    ['garbage', '\u0000\u0001', 'application/json'],
  ])('%s instead of an API server', async (_name, body, type) => {
    const server = await startServer((_asked, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    const outcome = await run(server.url);
    expect(outcome.result.findings.map(({ scenario }) => scenario)).toEqual(['conn/proxy-or-not-kubernetes']);
  });
});
