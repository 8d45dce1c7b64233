// Credential commands: what they are told, what they yield, and every way they fail.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExecPlugin } from '../../../src-main/kube/exec-plugin.ts';
import { eventually } from './eventually.ts';
import { access, entry, failureOf, prints, V1 } from './exec-entries.ts';

const EXPIRES = '2096-11-21T08:00:00Z';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exec-plugin-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('runExecPlugin', () => {
  it('yields a token and when it ends', async () => {
    const exec = entry(prints({ token: 'abc', expirationTimestamp: EXPIRES }));
    expect(await runExecPlugin(exec, access)).toEqual({
      token: 'abc',
      cert: undefined,
      key: undefined,
      expires: Date.parse(EXPIRES),
    });
  });

  it('yields a client certificate, also by v1beta1', async () => {
    const apiVersion = 'client.authentication.k8s.io/v1beta1';
    const exec = entry(prints({ clientCertificateData: 'C', clientKeyData: 'K' }, apiVersion), {
      apiVersion,
    });
    expect(await runExecPlugin(exec, access)).toMatchObject({ cert: 'C', key: 'K', expires: undefined });
  });

  it('tells the command its situation and the variables of the entry', async () => {
    const file = join(folder, 'env.json');
    const program = `require('fs').writeFileSync(process.env.OUT, JSON.stringify({info: process.env.KUBERNETES_EXEC_INFO, home: process.env.HOME}));${prints({ token: 't' })}`;
    const exec = entry(program, { env: [{ name: 'OUT', value: file }], provideClusterInfo: true });
    await runExecPlugin(exec, access, {
      env: { ...process.env, HOME: '/own/home', KUBERNETES_EXEC_INFO: 'stale' },
    });
    const { info, home } = JSON.parse(await readFile(file, 'utf8')) as { info: string; home: string };
    expect(home).toBe('/own/home');
    expect(JSON.parse(info)).toEqual({
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://api.prod:6443',
          'certificate-authority-data': 'Q0E=',
          config: { audience: 'a' },
        },
      },
    });
  });

  it('uses no shell', async () => {
    const file = join(folder, 'touched');
    const exec = { ...entry(''), command: `touch ${file}`, args: [] };
    expect((await failureOf(exec)).message).toContain('does not exist');
    await expect(readFile(file)).rejects.toThrow();
  });

  it('names a command that does not exist, where it was looked for, and how to install it', async () => {
    const exec = { ...entry(''), command: 'no-such-plugin', installHint: 'Install it from the vendor.' };
    const error = await failureOf(exec, { env: { PATH: '/opt/bin' } });
    expect(error.message).toBe(
      'The credential command no-such-plugin of context prod does not exist in PATH.',
    );
    expect(error.hint).toBe(
      'Install no-such-plugin, or name its full path in the kubeconfig or in the settings of this fabric. PATH is /opt/bin. Install it from the vendor.',
    );
    expect(error.details).toMatchObject({
      why: 'not-found',
      path: '/opt/bin',
      installHint: 'Install it from the vendor.',
    });
    expect(error.retryable).toBe(false);
  });

  it('names a file that is no program', async () => {
    const file = join(folder, 'plain.txt');
    await writeFile(file, 'text');
    expect((await failureOf({ ...entry(''), command: file })).message).toContain(
      `is ${file}, which may not be executed (EACCES)`,
    );
  });

  it.each([
    ['Error: stdin is not a terminal'],
    ['read /dev/tty: inappropriate ioctl for device'],
    ['EOFError: EOF when reading a line'],
    ['this command requires an interactive terminal'],
  ])('says that a command wanted a terminal: %s', async (said) => {
    const error = await failureOf(entry(`console.error(${JSON.stringify(said)}); process.exit(1)`));
    expect(error.details).toMatchObject({ why: 'needs-terminal', exit: '1' });
    expect(error.hint).toContain('in a terminal');
  });

  it('names the token of a credential that is over, and when it ended', async () => {
    const claims = Buffer.from(JSON.stringify({ exp: 1_000_000_000 })).toString('base64url');
    const jwt = `eyJhbGciOiJub25lIn0.${claims}.c2ln`;
    const error = await failureOf(entry(prints({ token: jwt })));
    expect(error.details).toMatchObject({ why: 'expired', expired: '2001-09-09T01:46:40.000Z' });
    expect(JSON.stringify(error)).not.toContain(claims);
    const dated = entry(prints({ token: 'abc', expirationTimestamp: '2020-01-01T00:00:00Z' }));
    expect((await failureOf(dated)).message).toContain('ended at 2020-01-01T00:00:00.000Z');
  });

  it('tells what the command said, without secrets', async () => {
    const program = `console.error('SSO session expired; token=abcdefghi'); process.exit(3)`;
    const error = await failureOf(entry(program));
    expect(error.message).toContain('failed (exit 3): SSO session expired; token=');
    expect(error.details?.stderr).toContain('SSO session expired');
    expect(JSON.stringify(error)).not.toContain('abcdefghi');
  });

  it.each([
    ['nothing', '', 'printed nothing'],
    ['text', 'console.log("secret-token")', 'printed no JSON'],
    [
      'another object',
      'console.log(\'{"kind":"Secret","token":"secret-token"}\')',
      'printed no valid ExecCredential (kind)',
    ],
    [
      'no status',
      `console.log('{"kind":"ExecCredential","apiVersion":"${V1}"}')`,
      'neither a token nor a client certificate',
    ],
    ['a token that is a number', prints({ token: 7 }), 'printed no valid ExecCredential (status.token)'],
    ['a certificate alone', prints({ clientCertificateData: 'secret-token' }), 'without its key'],
    [
      'another version',
      prints({ token: 'secret-token' }, 'client.authentication.k8s.io/v1alpha1'),
      'answers as client.authentication.k8s.io/v1alpha1',
    ],
    ['too much', 'console.log("x".repeat(3e6))', 'printed more than 1024 KiB'],
  ])('refuses %s', async (_what, program, words) => {
    const error = await failureOf(entry(program));
    expect(error.message).toContain(words);
    expect(JSON.stringify(error)).not.toContain('secret-token');
  });

  it('ends a command that hangs, its children too', async () => {
    const file = join(folder, 'pid');
    const program = `const {spawn} = require('child_process'); const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'inherit'}); require('fs').writeFileSync(process.env.OUT, String(child.pid)); console.error('waiting for the browser')`;
    const error = await failureOf(entry(program, { env: [{ name: 'OUT', value: file }] }), {
      timeoutMs: 1500,
    });
    expect(error.message).toContain('gave no answer within 1.5 s');
    expect(error.message).toContain('waiting for the browser');
    const child = Number(await readFile(file, 'utf8'));
    await eventually(() => isRunning(child)).toBe(false);
  });

  it('ends the command when the client closes', async () => {
    const closing = new AbortController();
    const failed = failureOf(entry('setInterval(() => {}, 1000)'), { signal: closing.signal });
    closing.abort();
    expect((await failed).message).toContain('because the fabric was closed');
  });

  it('does not start a command that needs a terminal', async () => {
    expect((await failureOf(entry('', { interactiveMode: 'Always' }))).message).toContain('needs a terminal');
  });
});

/** False for a process that has ended, also if nobody has asked for its exit code yet. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const state = /^State:\s+(\S)/m.exec(
      await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => ''),
    )?.[1];
    return state !== 'Z';
  } catch {
    return false;
  }
}
