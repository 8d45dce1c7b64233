/** Asks the user's login shell, once, for the PATH and the variables that an app started from a desktop does not have. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { basename, delimiter } from 'node:path';
import { pathOf } from './find-binary.ts';
import { maskText } from './mask-text.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface LoginEnvironment {
  /** The shell that was asked; undefined where there is none to ask (Windows). */
  readonly shell?: string;
  /** PATH and those other variables that credential commands go by. Empty where the shell gave none. */
  readonly variables: Readonly<Record<string, string>>;
  /** Why it gave none, as the end of a sentence: `gave no environment within 5 s`. */
  readonly problem?: string;
}

export interface LoginShell {
  /** Runs the shell on the first call; all others get the same answer. Never rejects. */
  environment(): Promise<LoginEnvironment>;
  /** What is known already; runs nothing. */
  readonly known: LoginEnvironment | undefined;
  /** The next call asks anew: the user may have changed the shell's files. */
  forget(): void;
}

export interface LoginShellOptions {
  /** The environment of this process; its SHELL goes before the one of the user database. */
  readonly env?: Env;
  /** Milliseconds; 5000 unless told. */
  readonly limitMs?: number;
}

const LIMIT_MS = 5000;
const MAX_OUTPUT = 4 * 1024 * 1024;

/**
 * What is taken over beside PATH: proxies, trust, configuration of cloud and sign-in tools. KUBECONFIG and all else stays
 * out: a command learns of its cluster from its own entry alone.
 */
const NAMES = new Set([
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'ALL_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'],
  ...['SSH_AUTH_SOCK', 'BROWSER', 'LANG', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME'],
]);
const PREFIXES =
  /^(?:AWS|AZURE|ARM|AAD|GOOGLE|CLOUDSDK|GCLOUD|OCI|IBMCLOUD|DIGITALOCEAN|VAULT|TELEPORT|TSH|OIDC|KUBELOGIN|OS|ASDF|MISE|PYENV|LC)_/;

const isWanted = (name: string): boolean =>
  name === 'PATH' || NAMES.has(name.toUpperCase()) || PREFIXES.test(name);

/** Flags with which each shell reads the files of a login and of an interactive start, then runs a command. */
function flagsOf(shell: string): readonly string[] {
  const name = basename(shell);
  if (name === 'csh' || name === 'tcsh') return ['-ic'];
  if (name === 'pwsh') return ['-Login', '-Command'];
  return ['-i', '-l', '-c'];
}

/**
 * The same words in every shell: each runs /bin/sh, which prints the environment it inherits between two marks. The marks
 * are put together by it, so that a shell that echoes its commands does not print one.
 */
function commandOf(mark: string): string {
  const [first, second] = [mark.slice(0, 18), mark.slice(18)];
  const print = `printf "%s%s" ${first} ${second}`;
  return `/bin/sh -c '${print}; /usr/bin/env -0 2>/dev/null || /usr/bin/env; ${print}'`;
}

/** The variables that are wanted, from the output of `env -0`, or of `env` where that is all there is. */
export function parseEnvironment(output: string): Record<string, string> {
  const pairs = output.split(output.includes('\0') ? '\0' : '\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at > 0 && isWanted(line.slice(0, at)) ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function shellOf(env: Env): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (env.SHELL?.startsWith('/') === true) return env.SHELL;
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}

function ask(shell: string, env: Env, limitMs: number): Promise<LoginEnvironment> {
  const mark = randomUUID();
  return new Promise((resolve) => {
    // A session of its own: no terminal that the shell could wait for, and one group to end.
    const child = spawn(shell, [...flagsOf(shell), commandOf(mark)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The first is for the user's files: they may leave out what is slow.
      env: { ...env, HEDGEROW_RESOLVING_ENVIRONMENT: '1', TERM: 'dumb', DISABLE_AUTO_UPDATE: 'true' },
    });
    let output = '';
    let said = '';
    let done = false;
    const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
    const end = (answer: Omit<LoginEnvironment, 'shell'>): void => {
      done = true;
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      timer.unref();
      resolve({ shell, ...answer });
    };
    const kill = (): void => {
      try {
        if (child.pid !== undefined && isRunning()) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended in between.
      }
    };
    const fail = (problem: string): void => {
      if (!done) end({ variables: {}, problem });
    };
    // Also for a shell that has answered and does not end.
    const timer = setTimeout(() => {
      kill();
      fail(`gave no environment within ${String(limitMs / 1000)} s`);
    }, limitMs);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const [, between, rest] = output.split(mark);
      // What a file of the shell left running may hold the pipe open for ever: the second mark is the end.
      if (between !== undefined && rest !== undefined) end({ variables: parseEnvironment(between) });
      else if (output.length > MAX_OUTPUT) {
        kill();
        fail('printed too much');
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (said.length < 4000) said += chunk;
    });
    child.once('exit', () => clearTimeout(timer));
    child.once('error', (cause) => {
      clearTimeout(timer);
      fail(`cannot be started (${'code' in cause ? String(cause.code) : 'unknown reason'})`);
    });
    child.once('close', (code, signal) => {
      const last = maskText(said.trim().split('\n').at(-1) ?? '', 200);
      fail(`ended with ${signal ?? `exit code ${String(code)}`}${last === '' ? '' : `: ${last}`}`);
    });
  });
}

/** A login shell that is asked at most once. Nothing runs before the first `environment`. */
export function createLoginShell(options: LoginShellOptions = {}): LoginShell {
  let asked: Promise<LoginEnvironment> | undefined;
  let known: LoginEnvironment | undefined;
  return {
    environment() {
      if (asked !== undefined) return asked;
      const { env = process.env, limitMs = LIMIT_MS } = options;
      const shell = shellOf(env);
      const run = shell === undefined ? Promise.resolve({ variables: {} }) : ask(shell, env, limitMs);
      asked = run;
      void run.then((answer) => {
        if (asked === run) known = answer;
      });
      return run;
    },
    get known() {
      return known;
    },
    forget() {
      // One that runs is as new as it gets.
      if (known === undefined) return;
      asked = undefined;
      known = undefined;
    },
  };
}

/** The login shell of this user, for all fabrics: it says nothing of any cluster. */
export const loginShell = createLoginShell();

/** `env` with the folders of the shell's PATH first, and those variables that it lacks. */
export function withLoginEnvironment(env: Env, { variables }: LoginEnvironment): Env {
  if (Object.keys(variables).length === 0) return env;
  const folders = [...(variables.PATH ?? '').split(delimiter), ...pathOf(env).split(delimiter)];
  return {
    ...variables,
    ...env,
    PATH: [...new Set(folders.filter((folder) => folder !== ''))].join(delimiter),
  };
}
