// The demo command as a process of its own: how it appears, what it refuses, and that it ends without a trace.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../../src-main/kube/client.ts';
import { chooseContext, loadKubeconfig } from '../../../src-main/kube/kubeconfig.ts';

const ENTRY = join(import.meta.dirname, '../../../src-main/demo/main.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hedgerow-demo-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function run(...args: string[]) {
  const child = spawn(process.execPath, [ENTRY, 'demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (printed.stdout += String(text)));
  child.stderr.on('data', (text) => (printed.stderr += String(text)));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, printed, ended };
}

async function serve(name: string, ...args: string[]) {
  const file = join(folder, name);
  const started = run('--kubeconfig-out', file, ...args);
  await expect
    .poll(() => existsSync(file) || started.printed.stderr.includes('could not'), { timeout: 30_000 })
    .toBe(true);
  return { ...started, file };
}

async function get(file: string, context: string, path: string) {
  const client = createClient(chooseContext(await loadKubeconfig({ explicit: [file] }), context));
  onTestFinished(() => client.close());
  return client.getJson<{ items: unknown[] }>(path);
}

describe('serving', () => {
  test('the file appears once both fabrics answer, and goes with SIGTERM, exit 0', async () => {
    const { child, ended, file, printed } = await serve('kubeconfig');
    expect((await get(file, 'demo-lab', '/api/v1/pods')).items.length).toBeGreaterThan(20);
    expect((await get(file, 'demo-prod', '/api/v1/pods')).items.length).toBeGreaterThan(290);
    await expect(get(file, 'demo-prod', '/api/v1/nodes')).rejects.toThrow('nodes');
    expect((await get(file, 'demo-prod-admin', '/api/v1/nodes')).items).toHaveLength(20);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(printed.stdout).toBe('');
    expect(printed.stderr).toMatch(/^demo-lab {2}https:\/\/127\.0\.0\.1:\d+ {2}A small shop/);
  });

  test('ends with the npm that started it, though npm passes no signal on', async () => {
    const file = join(folder, 'kubeconfig');
    const command = `"${process.execPath}" "${ENTRY}" demo --kubeconfig-out "${file}"; true`;
    const shell = spawn('sh', ['-c', command], {
      env: { ...process.env, npm_lifecycle_event: 'demo' },
      stdio: 'ignore',
    });
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    shell.kill('SIGTERM');
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(false);
  });

  test('two at once do not disturb each other', async () => {
    const one = await serve('one');
    const other = await serve('other');
    one.child.kill('SIGINT');
    expect(await one.ended).toBe(0);
    expect((await get(other.file, 'demo-lab', '/api/v1/nodes')).items).toHaveLength(3);
  });

  test('after a kill in the middle the next one takes the file over', async () => {
    const { child, ended, file } = await serve('kubeconfig');
    const before = readFileSync(file, 'utf8');
    child.kill('SIGKILL');
    await ended;
    run('--kubeconfig-out', file);
    await expect.poll(() => readFileSync(file, 'utf8') !== before, { timeout: 30_000 }).toBe(true);
    expect((await get(file, 'demo-lab', '/api/v1/nodes')).items).toHaveLength(3);
  });

  test('without a file it makes one of its own, names it, and removes it', async () => {
    const { child, ended, printed } = run();
    await expect.poll(() => printed.stderr, { timeout: 30_000 }).toContain('--kubeconfig ');
    const file = /--kubeconfig (\S+)/.exec(printed.stderr)?.[1] ?? '';
    expect((await get(file, 'demo-lab', '/api/v1/nodes')).items).toHaveLength(3);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(file)).toBe(false);
  });
});

describe('refusing', () => {
  test('a port that is taken is named, and nothing is left behind', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { ended, printed } = run('--kubeconfig-out', join(folder, 'kubeconfig'), '--port', String(port));
    expect(await ended).toBe(1);
    expect(printed.stderr).toContain(String(port));
    expect(printed.stderr).not.toContain('    at ');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a kubeconfig that is not the demo’s is left as it is', async () => {
    const file = join(folder, 'config');
    writeFileSync(file, 'apiVersion: v1\nkind: Config\n');
    const { ended, printed } = run('--kubeconfig-out', file);
    expect(await ended).toBe(1);
    expect(printed.stderr).toContain(`${file} is not overwritten`);
    expect(readFileSync(file, 'utf8')).toBe('apiVersion: v1\nkind: Config\n');
  });

  test('a wrong flag ends with 2 and a sentence', async () => {
    const { ended, printed } = run('--pods', 'many');
    expect(await ended).toBe(2);
    expect(printed.stderr).toBe('--pods many is no whole number between 1 and 20000.\nSee demo --help.\n');
  });
});
