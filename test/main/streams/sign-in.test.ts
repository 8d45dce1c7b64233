/** The sign-in in a terminal of this computer: questions and answers reach the page, the credential never does. */
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ShellMessage } from '../../../shared/streams.ts';
import type { ContextAccess, ExecEntry, UserEntry } from '../../../src-main/kube/contract.ts';
import type { ExecCredential } from '../../../src-main/kube/exec-credential.ts';
import { startSignIn } from '../../../src-main/streams/sign-in.ts';
import { errorOf } from '../kube/scripted-server.ts';
import { fakePort } from './fake-port.ts';

vi.setConfig({ testTimeout: 30_000 });
const SOON = { timeout: 20_000, interval: 10 };
const V1 = 'client.authentication.k8s.io/v1';
const TOKEN = 'secret-token-that-no-screen-may-show';

let folder = '';
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An ExecCredential, as a plugin prints it by the shell's `echo`. */
const gives = (status: object, apiVersion = V1): string =>
  `echo '${JSON.stringify({ kind: 'ExecCredential', apiVersion, status })}'`;

async function userThat(does: string, more: Partial<ExecEntry> = {}): Promise<UserEntry> {
  const command = join(folder, `plugin ${String(++made)}; touch oops`);
  await writeFile(command, `#!/bin/sh\n${does}\n`);
  await chmod(command, 0o755);
  const fixed = { apiVersion: V1, env: [], provideClusterInfo: false, interactiveMode: 'Always' as const };
  return { name: 'joe', exec: { command, args: [], ...fixed, ...more } };
}

async function signIn(user: UserEntry, onAccept?: () => void) {
  const accepted: ExecCredential[] = [];
  const access: ContextAccess = {
    fabric: 'prod',
    source: '/etc/kubeconfig',
    cluster: { name: 'c', server: 'https://api.prod', insecure: false, disableCompression: false },
    user,
  };
  const accept = (credential: ExecCredential): void => {
    accepted.push(credential);
    onAccept?.();
  };
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
  const { serve } = await startSignIn({ access, columns: 91, rows: 17, accept });
  const port = fakePort<ShellMessage>();
  const close = serve(port);
  onTestFinished(close);
  const output = (): string =>
    Buffer.concat(port.sent.flatMap((each) => (each.type === 'data' ? [each.bytes] : []))).toString();
  const says = (text: string) => vi.waitFor(() => expect(output()).toContain(text), SOON);
  const ended = () =>
    vi.waitFor(() => {
      const last = port.sent.at(-1);
      if (last?.type !== 'exit' && last?.type !== 'failed') throw new Error(`not ended: ${output()}`);
      return last;
    }, SOON);
  const type = (text: string) => port.say({ type: 'input', bytes: new TextEncoder().encode(text) });
  return { port, close, output, says, ended, type, accepted };
}

const leftOver = async () => (await readdir(folder)).filter((name) => name.startsWith('hedgerow-'));

describe('a sign-in', () => {
  test('asks in the terminal and keeps the answer of the command to itself', async () => {
    const user = await userThat(
      `printf 'Password: ' >&2; read answer; [ "$answer" = open ] || exit 4; echo 'Welcome' >&2; ${gives({ token: TOKEN })}`,
    );
    const session = await signIn(user);
    expect(session.port.sent[0]).toEqual({ type: 'open' });
    await session.says('Password: ');
    session.type('open\r');
    expect(await session.ended()).toEqual({ type: 'exit', code: 0, reason: 'Signed in to prod' });
    expect(session.output()).toContain('Welcome');
    expect(session.accepted).toMatchObject([{ token: TOKEN }]);
    expect(JSON.stringify(session.port.sent) + session.output()).not.toContain(TOKEN);
    expect(await leftOver()).toEqual([]);
  });

  test('gives the command a terminal of the right size, its arguments as they are, and tells it so', async () => {
    const seen = join(folder, 'seen');
    const does = `test -t 0 && test -t 2 && ! test -t 1 && { stty size; echo "$1"; echo "$KUBERNETES_EXEC_INFO"; } > "$SEEN"; stat -L -c 'output %a' /proc/$$/fd/1 >&2; read size; stty size >&2; ${gives({ token: TOKEN })}`;
    const env = [{ name: 'SEEN', value: seen }];
    const session = await signIn(await userThat(does, { args: ['$(touch oops) "quoted"'], env }));
    // For the file of this user alone.
    await session.says('output 600');
    session.port.say({ type: 'resize', columns: 132, rows: 43 });
    session.type('\r');
    await session.ended();
    const [size, argument, info] = (await readFile(seen, 'utf8')).split('\n');
    expect([size, argument]).toEqual(['17 91', '$(touch oops) "quoted"']);
    expect(JSON.parse(info ?? '')).toMatchObject({ spec: { interactive: true } });
    expect(session.output()).toContain('43 132');
  });

  test.each([
    ['its exit code', 'echo "no such account" >&2; exit 3', { type: 'exit', code: 3 }],
    ['nothing printed', 'true', { type: 'failed', error: { details: { why: 'no-json' } } }],
    ['text for a credential', `echo ${TOKEN}`, { type: 'failed', error: { details: { why: 'no-json' } } }],
    [
      'another version',
      gives({ token: TOKEN }, 'client.authentication.k8s.io/v1alpha1'),
      { type: 'failed', error: { details: { why: 'wrong-version' } } },
    ],
    [
      'a credential that is over',
      gives({ token: TOKEN, expirationTimestamp: '2020-01-01T00:00:00Z' }),
      { type: 'failed', error: { details: { why: 'expired', expired: '2020-01-01T00:00:00.000Z' } } },
    ],
  ])('ends with %s', async (_what, does, end) => {
    const session = await signIn(await userThat(does));
    expect(await session.ended()).toMatchObject(end);
    expect(session.accepted).toEqual([]);
    expect(JSON.stringify(session.port.sent)).not.toContain(TOKEN);
    expect(await leftOver()).toEqual([]);
  });

  test('ends the command and its children when the tab is closed', async () => {
    const pids = join(folder, 'pids');
    const env = [{ name: 'PIDS', value: pids }];
    const does = `trap '' HUP TERM; sleep 600 & echo $$ $! > "$PIDS"; echo waiting >&2; wait`;
    const session = await signIn(await userThat(does, { env }));
    await session.says('waiting');
    const running = (await readFile(pids, 'utf8')).trim().split(' ').map(Number);
    expect(running).toHaveLength(2);
    session.port.say({ type: 'close' });
    const state = async (pid: number) =>
      /^State:\s+(\S)/m.exec(
        await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => 'State:\tX'),
      )?.[1];
    for (const pid of running) await vi.waitFor(async () => expect(await state(pid)).toMatch(/[XZ]/), SOON);
    await vi.waitFor(async () => expect(await leftOver()).toEqual([]), SOON);
    expect(session.port.closed).toBe(true);
    expect(session.port.sent.some((each) => each.type === 'exit')).toBe(false);
  });

  test('sends no more than the page has shown, and loses no word, not even the last ones', async () => {
    const lines = 40_000;
    const print = (word: string) =>
      `awk 'BEGIN { for (i = 0; i < ${String(lines)}; i++) print "${word} " i }' >&2`;
    const does = `${print('first')}; read go; ${print('last')}; ${gives({ token: TOKEN })}`;
    const session = await signIn(await userThat(does));
    const received = () => session.output().length;
    const chunk = 65_536;
    await vi.waitFor(() => expect(received()).toBeGreaterThanOrEqual(262_144), SOON);
    expect(received()).toBeLessThanOrEqual(262_144 + chunk);
    session.port.say({ type: 'credit', count: chunk });
    await vi.waitFor(() => expect(received()).toBeGreaterThanOrEqual(262_144 + chunk), SOON);
    expect(received()).toBeLessThanOrEqual(262_144 + 2 * chunk);
    session.type('\r');
    expect(await session.ended()).toMatchObject({ code: 0 });
    for (const word of ['first', 'last'])
      expect(session.output().match(new RegExp(`${word} \\d+`, 'g'))?.length).toBe(lines);
  });

  test.each<[string, UserEntry, string]>([
    ['no command', { token: 'x' }, 'signs in without a command'],
    [
      'a command that must not be asked',
      {
        exec: {
          apiVersion: V1,
          command: 'sh',
          args: [],
          env: [],
          provideClusterInfo: false,
          interactiveMode: 'Never',
        },
      },
      'must not be asked questions',
    ],
    [
      'a command that is not there',
      {
        exec: {
          apiVersion: V1,
          command: '/none/plugin',
          args: [],
          env: [],
          provideClusterInfo: false,
          interactiveMode: 'Always',
        },
      },
      'does not exist in /none',
    ],
  ])('is refused for %s', async (_what, user, words) => {
    expect((await errorOf(signIn(user))).message).toContain(words);
    expect(await leftOver()).toEqual([]);
  });
});
