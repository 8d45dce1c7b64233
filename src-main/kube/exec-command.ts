/** Finds what a credential command is to be run with: its binary and its environment. Runs nothing but the login shell. */
import { delimiter, dirname, sep } from 'node:path';
import type { ContextAccess, ExecEntry } from './contract.ts';
import { execFailure } from './exec-failure.ts';
import { findBinary, pathOf, type FoundBinary } from './find-binary.ts';
import { withLoginEnvironment, type LoginShell } from './login-shell.ts';
import { maskText } from './mask-text.ts';
import { DIRECT } from './proxy.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface CommandOptions {
  /** The environment of this process. */
  readonly env: Env;
  /** Asked where the binary is not in PATH; undefined: never. */
  readonly loginShell?: LoginShell | undefined;
  /** `always`: with the login shell's environment even where the binary is found without. */
  readonly useLoginShell?: 'when missing' | 'always';
  /** Whether a user can answer the command (KUBERNETES_EXEC_INFO, spec.interactive). */
  readonly interactive: boolean;
}

export interface ExecCommand {
  /** Absolute path of the binary. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** PATH as the command sees it. */
  readonly path: string;
  /** True where the login shell's environment is part of `env`. */
  readonly fromLoginShell: boolean;
}

/** What the command is told about its situation, in KUBERNETES_EXEC_INFO (client.authentication.k8s.io). */
function execInfo(exec: ExecEntry, { cluster }: ContextAccess, interactive: boolean): string {
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.serverName,
    'insecure-skip-tls-verify': cluster.insecure || undefined,
    'certificate-authority-data': cluster.caData,
    'proxy-url': cluster.proxyUrl === DIRECT ? undefined : cluster.proxyUrl,
    'disable-compression': cluster.disableCompression || undefined,
    config: cluster.execConfig ?? null,
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive, ...(exec.provideClusterInfo && { cluster: info }) },
  });
}

const ownVariables = (exec: ExecEntry): Env =>
  Object.fromEntries(exec.env.map(({ name, value }) => [name, value]));

/**
 * The binary as it would be found now: the path chosen in the app, else the command of the kubeconfig. Of the login
 * shell only what is known already is used: nothing is run.
 */
export async function resolveCommand(
  exec: ExecEntry,
  env: Env = process.env,
  loginShell?: LoginShell,
): Promise<FoundBinary> {
  const merged = { ...env, ...ownVariables(exec) };
  const found = await findBinary(exec.path ?? exec.command, merged);
  const known = loginShell?.known;
  if (found.state !== 'missing' || exec.path !== undefined || known === undefined) return found;
  return findBinary(exec.command, { ...withLoginEnvironment(env, known), ...ownVariables(exec) });
}

/**
 * Throws `AppFailure` (credentials-failed; why: not-found, not-executable). A bare name that is not in PATH is looked up
 * in the PATH of the login shell, which is asked for it then.
 */
export async function prepareCommand(
  exec: ExecEntry,
  access: ContextAccess,
  options: CommandOptions,
): Promise<ExecCommand> {
  const { env, loginShell, useLoginShell = 'when missing', interactive } = options;
  const own = { ...ownVariables(exec), KUBERNETES_EXEC_INFO: execInfo(exec, access, interactive) };
  const name = exec.path ?? exec.command;
  let merged: Env = { ...env, ...own };
  let found = await findBinary(name, merged);
  let problem: string | undefined;
  let fromLoginShell = false;
  // Only a bare name is looked up in PATH.
  const bare = !name.includes(sep);
  const isLost = found.state === 'missing' && bare;
  if (loginShell !== undefined && (isLost || useLoginShell === 'always')) {
    const login = await loginShell.environment();
    merged = { ...withLoginEnvironment(env, login), ...own };
    fromLoginShell = true;
    found = await findBinary(name, merged);
    if (login.problem !== undefined) problem = `The login shell ${String(login.shell)} ${login.problem}.`;
  }
  const path = pathOf(merged);
  const facts = { path, loginShell: problem };
  if (found.state === 'not executable') {
    const says = `is ${found.file}, which may not be executed (EACCES)`;
    throw execFailure(exec, access, 'not-executable', says, { ...facts, resolved: found.file });
  }
  if (found.state === 'missing') {
    const hint = [
      `Install ${exec.command}, or name its full path in the kubeconfig or in the settings of this fabric.`,
      bare ? `PATH is ${maskText(path.split(delimiter).join(':'), 1000)}.` : '',
      problem ?? '',
    ];
    const says = `does not exist ${bare ? 'in PATH' : `in ${dirname(name)}`}`;
    const words = { ...facts, hint: hint.filter((part) => part !== '').join(' ') };
    throw execFailure(exec, access, 'not-found', says, words);
  }
  return { file: found.file, args: exec.args, env: merged, path, fromLoginShell };
}
