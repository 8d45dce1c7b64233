/** Strict isolation: a fabric without a usable configuration of its own opens no other file and contacts no server. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { config } from '../kube/kubeconfig-files.ts';
import { useHome } from './open-sources.ts';

vi.setConfig({ testTimeout: 60_000 });
const CHILD = fileURLToPath(new URL('isolation-child.ts', import.meta.url));

interface Report {
  readonly results: { id: string; tested: string; scenarios: string[]; problem?: string }[];
  readonly opened: string[];
  readonly reached: string[];
}

/** A server that answers nothing and counts who comes. */
async function startTrap(): Promise<{ readonly port: number; readonly count: () => number }> {
  let count = 0;
  const server = createServer((socket) => {
    count++;
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

/** A computer full of working configurations, each of which leads to the trap; and fabrics that have none. */
async function poisoned() {
  const folder = useHome();
  const trap = await startTrap();
  const server = `http://127.0.0.1:${String(trap.port)}`;
  const good = config(
    [`{name: trap, cluster: {server: "${server}"}}`],
    ['{name: trap, user: {}}'],
    [
      '{name: trap, context: {cluster: trap, user: trap}}',
      '{name: broken, context: {cluster: gone, user: trap}}',
    ],
    'current-context: trap',
  );
  const [home, user] = [join(folder, 'app'), join(folder, 'user')];
  mkdirSync(home);
  mkdirSync(join(user, '.kube'), { recursive: true });
  // Whoever opens a pipe that nobody writes to waits for ever.
  execFileSync('mkfifo', [join(user, '.kube', 'config'), join(folder, 'from-variable')]);
  const [chosen, own] = [join(folder, 'chosen.yaml'), join(folder, 'own.yaml')];
  writeFileSync(chosen, good);
  writeFileSync(own, good);
  const manual = (name: string, more: object) => ({
    key: `key-of-${name}`,
    name,
    server: '',
    ca: '',
    namespace: '',
    kubeconfig: '',
    context: '',
    hasToken: false,
    ...more,
  });
  writeFileSync(
    join(home, 'fabrics.json'),
    JSON.stringify({
      manual: [
        manual('token-lost', { server: server.replace('http:', 'https:'), hasToken: true }),
        manual('no-token', { server: server.replace('http:', 'https:') }),
        manual('no-server', {}),
        manual('file-gone', { kubeconfig: join(folder, 'gone.yaml'), context: 'trap' }),
        manual('context-gone', { kubeconfig: own, context: 'gone' }),
        manual('context-empty', { kubeconfig: own, context: '' }),
        manual('context-broken', { kubeconfig: own, context: 'broken' }),
        manual('a-pipe', { kubeconfig: join(user, '.kube', 'config'), context: 'trap' }),
        manual('a-device', { kubeconfig: '/dev/zero', context: 'trap' }),
      ],
    }),
  );
  const env = {
    PATH: process.env.PATH,
    HOME: user,
    USERPROFILE: user,
    KUBECONFIG: join(folder, 'from-variable'),
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(trap.port),
    HTTP_PROXY: server,
    HTTPS_PROXY: server,
    ELECTRON_OVERRIDE_DIST_PATH: tmpdir(),
  };
  return { trap, home, chosen, own, env };
}

async function run(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Report> {
  const child = spawn(process.execPath, ['--no-warnings', CHILD, ...args], { env });
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
  const code = await new Promise((done) => child.on('exit', done));
  if (code !== 0) throw new Error(error);
  return JSON.parse(out) as Report;
}

describe.skipIf(process.platform === 'win32')('a fabric without a configuration of its own', () => {
  test('is told to be so, reads nothing else and contacts nobody', async () => {
    const { trap, home, chosen, own, env } = await poisoned();
    const { results, opened, reached } = await run(env, home, chosen);
    const names = [
      'token-lost',
      'no-token',
      'no-server',
      'file-gone',
      'context-gone',
      'context-empty',
      'context-broken',
      'a-pipe',
      'a-device',
    ];
    expect(results.map(({ id }) => id)).toEqual(['broken', ...names.map((name) => `${name} (by hand)`)]);
    for (const { id, tested, scenarios } of results)
      expect([id, tested, scenarios]).toEqual([id, 'refused', ['conn/kubeconfig-invalid']]);
    expect(reached).toEqual([]);
    expect(trap.count()).toBe(0);
    // The list of the app, the files that were named, and the app's own.
    const missing = own.replace('own', 'gone');
    expect(opened.filter((file) => !file.startsWith(home) && ![chosen, own, missing].includes(file))).toEqual(
      [],
    );
    expect(opened).toEqual(expect.arrayContaining([chosen, own]));
  });

  test('is caught by this very test if it does', async () => {
    const { trap, home, chosen, env } = await poisoned();
    const { reached } = await run(env, home, chosen, 'trap');
    expect(trap.count()).toBeGreaterThan(0);
    expect(reached.length).toBeGreaterThan(0);
  });
});
