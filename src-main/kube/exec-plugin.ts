/** Runs a kubeconfig's credential command without a shell, by the contract of client.authentication.k8s.io. */
import { spawn } from 'node:child_process';
import { dirname, isAbsolute } from 'node:path';
import { z } from 'zod';
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess, ExecEntry } from './contract.ts';
import { maskText } from './mask-text.ts';

/** What the command yielded. */
export interface ExecCredential {
  readonly token?: string | undefined;
  /** PEM. */
  readonly cert?: string | undefined;
  /** PEM. */
  readonly key?: string | undefined;
  /** Milliseconds since the epoch; undefined: until the server refuses it. */
  readonly expires?: number | undefined;
}

export interface ExecRun {
  /** Ends the command when the client closes. */
  readonly signal?: AbortSignal;
  /** Milliseconds; 30,000 unless told. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const MAX_STDOUT = 1024 * 1024;
const MAX_STDERR = 64 * 1024;

const credentialSchema = z.object({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z
    .object({
      token: z.string().nullish(),
      clientCertificateData: z.string().nullish(),
      clientKeyData: z.string().nullish(),
      expirationTimestamp: z.string().nullish(),
    })
    .nullish(),
});

/** What the command is told about its situation, in KUBERNETES_EXEC_INFO. */
function execInfo(exec: ExecEntry, { cluster }: ContextAccess): string {
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.serverName,
    'insecure-skip-tls-verify': cluster.insecure || undefined,
    'certificate-authority-data': cluster.caData,
    'proxy-url': cluster.proxyUrl,
    'disable-compression': cluster.disableCompression || undefined,
    config: cluster.execConfig ?? null,
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive: false, ...(exec.provideClusterInfo && { cluster: info }) },
  });
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code, or the signal's name. */
  readonly ended: number | string | null;
}

/** Spawns and waits; the whole process group ends at the limit, so that no grandchild stays behind. */
function runToEnd(exec: ExecEntry, env: NodeJS.ProcessEnv, run: ExecRun, timeoutMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const grouped = process.platform !== 'win32';
    const child = spawn(exec.command, exec.args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: grouped,
      windowsHide: true,
    });
    let stdout = '';
    let stderr = '';
    let stopped: 'timeout' | 'closed' | 'flood' | undefined;
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
    run.signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      if (stdout.length > MAX_STDOUT) stop('flood');
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (stderr.length < MAX_STDERR) stderr += chunk;
    });
    const done = (): void => {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', onAbort);
    };
    child.once('error', (cause) => {
      done();
      reject(cause);
    });
    child.once('close', (code, signal) => {
      done();
      if (stopped === undefined) resolve({ stdout, stderr, ended: code ?? signal });
      else resolve({ stdout: '', stderr, ended: stopped });
    });
  });
}

type Fail = (says: string, stderr?: string, hint?: string) => AppFailure;

function failures(exec: ExecEntry, access: ContextAccess, path: string): Fail {
  const install = exec.installHint === undefined ? '' : ` ${maskText(exec.installHint.trim(), 500)}`;
  return (
    says,
    stderr = '',
    hint = `Run the command in a terminal and follow what it says, then try again.${install}`,
  ) => {
    const said = maskText(stderr.trim().slice(-2000), 600);
    return new AppFailure({
      code: 'credentials-failed',
      message: `The credential command ${exec.command} of context ${access.fabric} ${says}${said === '' ? '' : `: ${said}`}.`,
      hint,
      fabric: access.fabric,
      retryable: true,
      details: {
        file: access.source,
        server: access.cluster.server,
        ...(access.user.name !== undefined && { user: access.user.name }),
        command: exec.command,
        path,
        ...(said !== '' && { stderr: said }),
      },
    });
  };
}

function spawnFailure(cause: unknown, exec: ExecEntry, fail: Fail, path: string): AppFailure {
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  if (errno !== 'ENOENT') return fail(`cannot be started (${errno})`);
  const where = isAbsolute(exec.command) ? `in ${dirname(exec.command)}` : 'in PATH';
  const install = exec.installHint === undefined ? '' : ` ${maskText(exec.installHint.trim(), 500)}`;
  const hint = `Install ${exec.command}, or write its full path into the kubeconfig. PATH is ${maskText(path, 500)}.${install}`;
  return fail(`does not exist ${where}`, '', hint);
}

const LIMITS: Readonly<Record<string, (seconds: number) => string>> = {
  timeout: (seconds) =>
    `gave no answer within ${String(seconds)} s; it may be waiting for input, which it cannot get here`,
  closed: () => 'was ended because the fabric was closed',
  flood: () => `printed more than ${String(MAX_STDOUT / 1024)} KiB`,
};

function parseAnswer(
  stdout: string,
  exec: ExecEntry,
  fail: Fail,
): z.infer<typeof credentialSchema>['status'] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(stdout);
  } catch {
    // The words themselves stay out of the message: half a credential is a secret too.
    throw fail(stdout.trim() === '' ? 'printed nothing' : 'printed no JSON');
  }
  const result = credentialSchema.safeParse(parsed);
  if (!result.success) {
    const path = result.error.issues[0]?.path.join('.') ?? '';
    throw fail(`printed no valid ExecCredential${path === '' ? '' : ` (${path})`}`);
  }
  const { apiVersion, status } = result.data;
  if (apiVersion === exec.apiVersion) return status;
  throw fail(`answers as ${maskText(apiVersion, 80)}, but the kubeconfig asks for ${exec.apiVersion}`);
}

function readCredential(stdout: string, exec: ExecEntry, fail: Fail): ExecCredential {
  const status = parseAnswer(stdout, exec, fail) ?? {};
  const token = status.token?.trim();
  const cert = status.clientCertificateData ?? undefined;
  const key = status.clientKeyData ?? undefined;
  if (token === undefined && cert === undefined)
    throw fail('printed neither a token nor a client certificate');
  if ((cert === undefined) !== (key === undefined)) {
    throw fail('printed a client certificate without its key, or a key alone');
  }
  const expires = Date.parse(status.expirationTimestamp ?? '');
  return { token, cert, key, expires: Number.isNaN(expires) ? undefined : expires };
}

/**
 * Runs the command of `access.user.exec` once. Throws `AppFailure` (credentials-failed) with the command, what it wrote
 * to stderr (masked) and the install hint where it is missing, fails, hangs or answers wrongly.
 */
export async function runExecPlugin(
  exec: ExecEntry,
  access: ContextAccess,
  run: ExecRun = {},
): Promise<ExecCredential> {
  const { timeoutMs = 30_000, env = process.env } = run;
  const own = Object.fromEntries(exec.env.map(({ name, value }) => [name, value]));
  const merged: NodeJS.ProcessEnv = { ...env, ...own, KUBERNETES_EXEC_INFO: execInfo(exec, access) };
  const path = merged.PATH ?? '';
  const fail = failures(exec, access, path);
  if (exec.interactiveMode === 'Always') {
    throw fail(
      'needs a terminal (interactiveMode: Always)',
      '',
      'Use a token or certificate, or a command that needs no terminal.',
    );
  }
  const { stdout, stderr, ended } = await runToEnd(exec, merged, run, timeoutMs).catch((cause: unknown) => {
    throw spawnFailure(cause, exec, fail, path);
  });
  const limit = typeof ended === 'string' ? LIMITS[ended]?.(timeoutMs / 1000) : undefined;
  if (limit !== undefined) throw fail(limit, stderr);
  if (ended !== 0)
    throw fail(`failed (${typeof ended === 'number' ? `exit ${String(ended)}` : String(ended)})`, stderr);
  return readCredential(stdout, exec, fail);
}
