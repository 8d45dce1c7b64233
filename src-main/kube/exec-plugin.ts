/** Runs a kubeconfig's credential command without a shell, by the contract of client.authentication.k8s.io. */
import { spawn } from 'node:child_process';
import type { ContextAccess, ExecEntry } from './contract.ts';
import { prepareCommand, resolveCommand, type ExecCommand } from './exec-command.ts';
import { MAX_CREDENTIAL, readExecCredential, type ExecCredential } from './exec-credential.ts';
import {
  execFailure,
  explainExit,
  explainStart,
  lacksEnvironment,
  type ExecFacts,
  type ExecWhy,
} from './exec-failure.ts';
import { pathOf } from './find-binary.ts';
import type { LoginShell } from './login-shell.ts';

export interface ExecRun {
  /** Ends the command when the client closes. */
  readonly signal?: AbortSignal;
  /** Milliseconds; 30,000 unless told. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Asked for PATH and variables where the command is not found or lacks them; undefined: never. */
  readonly loginShell?: LoginShell | undefined;
}

const MAX_STDERR = 64 * 1024;

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code, or the signal's name. */
  readonly exit: number | string | null;
  /** Set where we ended it. */
  readonly stopped?: 'timeout' | 'closed' | 'flood' | undefined;
}

/** Spawns and waits; the whole process group ends at the limit, so that no grandchild stays behind. */
function runToEnd(command: ExecCommand, signal: AbortSignal | undefined, timeoutMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const grouped = process.platform !== 'win32';
    const child = spawn(command.file, command.args, {
      env: command.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: grouped,
      windowsHide: true,
    });
    let stdout = '';
    let stderr = '';
    let stopped: Ended['stopped'];
    const stop = (why: NonNullable<typeof stopped>): void => {
      stopped ??= why;
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended in between.
      }
    };
    const timer = setTimeout(() => stop('timeout'), timeoutMs);
    const onAbort = (): void => stop('closed');
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      if (stdout.length > MAX_CREDENTIAL) stop('flood');
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (stderr.length < MAX_STDERR) stderr += chunk;
    });
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    child.once('error', (cause) => {
      done();
      reject(cause);
    });
    child.once('close', (code, ended) => {
      done();
      resolve({ stdout, stderr, exit: code ?? ended, stopped });
    });
  });
}

const STOPPED: Readonly<Record<NonNullable<Ended['stopped']>, (seconds: number) => string>> = {
  timeout: (seconds) =>
    `gave no answer within ${String(seconds)} s; it may be waiting for input, which it cannot get here`,
  closed: () => 'was ended because the fabric was closed',
  flood: () => `printed more than ${String(MAX_CREDENTIAL / 1024)} KiB`,
};

/**
 * Runs the command of `access.user.exec` once; a second time with the login shell's environment where it failed for the
 * lack of a program or a variable. Throws `AppFailure` (credentials-failed) as `execFailure` makes it.
 */
export async function runExecPlugin(
  exec: ExecEntry,
  access: ContextAccess,
  run: ExecRun = {},
): Promise<ExecCredential> {
  const { timeoutMs = 30_000, env = process.env, loginShell, signal } = run;
  if (exec.interactiveMode === 'Always') {
    const found = await resolveCommand(exec, env, loginShell);
    const resolved = found.state === 'missing' ? undefined : found.file;
    const says = 'needs a terminal (interactiveMode: Always)';
    throw execFailure(exec, access, 'needs-terminal', says, { path: pathOf(env), resolved });
  }
  const prepare = (useLoginShell: 'when missing' | 'always'): Promise<ExecCommand> =>
    prepareCommand(exec, access, { env, loginShell, useLoginShell, interactive: false });
  const start = (command: ExecCommand): Promise<Ended> =>
    runToEnd(command, signal, timeoutMs).catch(async (cause: unknown) => {
      const [why, says] = await explainStart(command.file, cause);
      throw execFailure(exec, access, why, says, { resolved: command.file, path: command.path });
    });

  let command = await prepare('when missing');
  let ended = await start(command);
  const mayHelp = loginShell !== undefined && !command.fromLoginShell && ended.stopped === undefined;
  if (mayHelp && lacksEnvironment(ended.exit, ended.stderr)) {
    const again = await prepare('always');
    // The same environment gives the same end.
    if (JSON.stringify(again.env) !== JSON.stringify(command.env)) {
      command = again;
      ended = await start(command);
    }
  }

  const { stdout, stderr, exit, stopped } = ended;
  const fail = (why: ExecWhy, says: string, more: Partial<ExecFacts> = {}) => {
    const facts = { resolved: command.file, path: command.path, exit: exit ?? undefined, stderr, ...more };
    return execFailure(exec, access, why, says, facts);
  };
  if (stopped !== undefined) throw fail(stopped, STOPPED[stopped](timeoutMs / 1000), { exit: undefined });
  if (exit !== 0) throw fail(...(await explainExit(command.file, exit, stderr)));
  return readExecCredential(stdout, exec.apiVersion, Date.now(), (why, says, expired) =>
    fail(why, says, { stderr: '', expired }),
  );
}
