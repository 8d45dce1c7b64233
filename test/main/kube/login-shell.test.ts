// The login shell: asked once, whatever its files print, and never waited for longer than the limit.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createLoginShell,
  parseEnvironment,
  withLoginEnvironment,
} from '../../../src-main/kube/login-shell.ts';
import { eventually } from './eventually.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'login-shell-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let made = 0;

/** A shell that does this before it runs the command it is given as its last argument. */
async function shellThat(does: string, runs = 'for last; do :; done; eval "$last"'): Promise<string> {
  const file = join(folder, `shell-${String(++made)}`);
  await writeFile(file, `#!/bin/sh\n${does}\n${runs}\n`);
  await chmod(file, 0o755);
  return file;
}

const ask = async (does: string, runs?: string, limitMs = 20_000) =>
  createLoginShell({
    env: { PATH: '/usr/bin:/bin', SHELL: await shellThat(does, runs), SECRET: 's' },
    limitMs,
  }).environment();

describe('a login shell', { timeout: 30_000 }, () => {
  it('gives PATH and what credential commands go by, and nothing else', async () => {
    const { variables, problem } = await ask(
      'export PATH=/opt/cloud/bin:$PATH AWS_PROFILE=lab https_proxy=http://proxy:3128 KUBECONFIG=/other/cluster EDITOR=vi',
    );
    expect(problem).toBeUndefined();
    expect(variables).toEqual({
      PATH: '/opt/cloud/bin:/usr/bin:/bin',
      AWS_PROFILE: 'lab',
      https_proxy: 'http://proxy:3128',
    });
  });

  it('is understood whatever its files print, before and after', async () => {
    const noise = `set -x; echo 'PATH=/evil'; echo "Welcome"; printf 'no newline'; echo err >&2; export PATH=/opt/x`;
    const runs = 'for last; do :; done; echo "$last"; eval "$last"; echo "PATH=/bye"';
    expect((await ask(noise, runs)).variables).toEqual({ PATH: '/opt/x' });
  });

  it('reads the values that hold several lines', async () => {
    const { variables } = await ask('export AWS_NOTE="one\nPATH=/evil" PATH=/opt/y');
    expect(variables).toEqual({ AWS_NOTE: 'one\nPATH=/evil', PATH: '/opt/y' });
  });

  it('does not wait for what a file of the shell left running', async () => {
    const { variables } = await ask('sleep 60 & echo $! > "$0.pid"; export PATH=/opt/z');
    expect(variables.PATH).toBe('/opt/z');
    process.kill(Number(await readFile(join(folder, `shell-${String(made)}.pid`), 'utf8')));
  });

  it('is ended with all its children when it hangs', async () => {
    const answer = await ask('sleep 600 & echo $! > "$0.pid"; wait', '', 1000);
    expect(answer.variables).toEqual({});
    expect(answer.problem).toBe('gave no environment within 1 s');
    const child = Number(await readFile(join(folder, `shell-${String(made)}.pid`), 'utf8'));
    await eventually(async () => {
      const status = await readFile(`/proc/${String(child)}/status`, 'utf8').catch(() => 'State:\tX');
      return /^State:\s+(\S)/m.exec(status)?.[1];
    }).toMatch(/[XZ]/);
  });

  it.each([
    [
      'fails',
      'echo "line 3: syntax error token=abcdefghi" >&2; exit 7',
      'ended with exit code 7: line 3: syntax error token=',
    ],
    ['becomes another program', 'exec true', 'ended with exit code 0'],
    ['dies', 'kill -9 $$', 'ended with SIGKILL'],
  ])('says so when it %s', async (_what, does, words) => {
    const { problem, variables } = await ask(does);
    expect(problem).toContain(words);
    expect(problem).not.toContain('abcdefghi');
    expect(variables).toEqual({});
  });

  it('says so when it is not there', async () => {
    const shell = createLoginShell({ env: { SHELL: '/none/zsh' } });
    expect(await shell.environment()).toEqual({
      shell: '/none/zsh',
      variables: {},
      problem: 'cannot be started (ENOENT)',
    });
  });

  it('is asked once by all, and again only after it was forgotten', async () => {
    const SHELL = await shellThat('echo x >> "$0.runs"');
    const shell = createLoginShell({ env: { PATH: '/usr/bin:/bin', SHELL } });
    const runs = async () => (await readFile(`${SHELL}.runs`, 'utf8')).length / 2;
    expect(shell.known).toBeUndefined();
    await Promise.all(Array.from({ length: 20 }, () => shell.environment()));
    const known = await shell.environment();
    expect(await runs()).toBe(1);
    expect(shell.known).toBe(known);
    shell.forget();
    await shell.environment();
    expect(await runs()).toBe(2);
  });

  it('works with the shells that are really there', async () => {
    const { problem, variables } = await createLoginShell({
      env: { ...process.env, SHELL: '/bin/sh', HOME: folder },
      limitMs: 20_000,
    }).environment();
    expect(problem).toBeUndefined();
    expect(variables.PATH).toBeTruthy();
  });
});

describe('parseEnvironment', () => {
  it('reads lines where there is nothing better', () => {
    expect(parseEnvironment('PATH=/a\nAWS_X=1=2\nOTHER=3\nnonsense\n=4\n')).toEqual({
      PATH: '/a',
      AWS_X: '1=2',
    });
  });
});

describe('withLoginEnvironment', () => {
  it('puts the folders of the shell first and overrides no variable of this process', () => {
    const login = { variables: { PATH: '/opt/a:/usr/bin', AWS_PROFILE: 'shell', AWS_REGION: 'r' } };
    expect(withLoginEnvironment({ PATH: '/usr/bin:/bin', AWS_PROFILE: 'own' }, login)).toEqual({
      PATH: '/opt/a:/usr/bin:/bin',
      AWS_PROFILE: 'own',
      AWS_REGION: 'r',
    });
    const env = { PATH: '/usr/bin:/usr/bin' };
    expect(withLoginEnvironment(env, { variables: {} })).toBe(env);
  });
});
