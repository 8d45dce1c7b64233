// The binary of a credential command: which one is run, why it cannot be, and what the login shell adds.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExecPlugin } from '../../../src-main/kube/exec-plugin.ts';
import type { LoginShell } from '../../../src-main/kube/login-shell.ts';
import { access, entry, failureOf, prints } from './exec-entries.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exec-binary-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The head of a Linux binary for RISC-V (or, on such a machine, for x86-64): nothing here can run it. */
function elf(): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(process.arch === 'riscv64' ? 62 : 0xf3, 18);
  return head;
}

/** The head of a macOS binary for Apple silicon. */
function macBinary(): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0xcffaedfe, 0);
  head.writeUInt32LE(0x0100000c, 4);
  return head;
}

describe('the binary of a command', () => {
  it('runs the binary that was chosen for the fabric in place of the command', async () => {
    const exec = entry(prints({ token: 'chosen' }), { command: 'no-such-plugin', path: process.execPath });
    expect((await runExecPlugin(exec, access)).token).toBe('chosen');
    const lost = { ...exec, path: join(folder, 'gone') };
    expect((await failureOf(lost)).message).toContain(`does not exist in ${folder}`);
  });

  it('passes over folders of PATH that are not absolute', async () => {
    const error = await failureOf({ ...entry(''), command: 'sh' }, { env: { PATH: '.:bin::' } });
    expect(error.details?.why).toBe('not-found');
  });

  it.each<[string, string, Buffer | string, number, string]>([
    ['wrong-architecture', 'for another processor', elf(), 0o755, 'is built for Linux on'],
    ['wrong-architecture', 'for another system', macBinary(), 0o755, 'is built for macOS on arm64'],
    [
      'interpreter-missing',
      'without its interpreter',
      '#!/opt/none/python2\n',
      0o755,
      'cannot be started: /opt/none/python2 does not exist',
    ],
    ['not-executable', 'that may not be executed', '#!/bin/sh\n', 0o644, 'may not be executed'],
  ])('tells a binary apart: %s, %s', async (why, what, content, mode, words) => {
    const file = join(folder, `plugin ${what}`);
    await writeFile(file, content);
    await chmod(file, mode);
    const error = await failureOf({ ...entry(''), command: file, args: [] });
    expect(error.message).toContain(words);
    expect(error.details).toMatchObject({ why, resolved: file });
  });

  describe('with a login shell', () => {
    const shellOf = (variables: Record<string, string>, problem?: string): LoginShell & { asked: number } => {
      const answer = { shell: '/bin/zsh', variables, ...(problem !== undefined && { problem }) };
      return {
        asked: 0,
        known: undefined,
        environment() {
          this.asked++;
          return Promise.resolve(answer);
        },
        forget: () => undefined,
      };
    };

    it('finds in its PATH what is not in the PATH of this process', async () => {
      const loginShell = shellOf({ PATH: dirname(process.execPath) });
      const exec = entry(prints({ token: 'found' }), { command: basename(process.execPath) });
      const run = { env: { PATH: '/opt/none' }, loginShell };
      expect((await runExecPlugin(exec, access, run)).token).toBe('found');
      expect(loginShell.asked).toBe(1);
    });

    it('is not asked where the binary is found and works', async () => {
      const loginShell = shellOf({ PATH: '/opt/other' });
      await runExecPlugin(entry(prints({ token: 'x' })), access, { loginShell });
      expect(loginShell.asked).toBe(0);
    });

    it('gives a command the variable that it lacked, once', async () => {
      const program = `if (!process.env.AWS_PROFILE) { console.error('AWS_PROFILE is not set'); process.exit(1); } ${prints({ token: 'lab' })}`;
      const loginShell = shellOf({ AWS_PROFILE: 'lab' });
      const env = { PATH: process.env.PATH };
      expect((await runExecPlugin(entry(program), access, { env, loginShell })).token).toBe('lab');
      const useless = shellOf({});
      expect((await failureOf(entry(program), { env, loginShell: useless })).details?.exit).toBe('1');
    });

    it('says why it could not be asked', async () => {
      const loginShell = shellOf({}, 'gave no environment within 5 s');
      const error = await failureOf(
        { ...entry(''), command: 'no-such-plugin' },
        { env: { PATH: '/opt/bin' }, loginShell },
      );
      expect(error.hint).toContain('The login shell /bin/zsh gave no environment within 5 s.');
    });
  });
});
