/** The ways in which a credential command fails, told apart and worded once. */
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess, ExecEntry } from './contract.ts';
import { foreignTo, readBinaryFormat } from './binary-format.ts';
import { maskText } from './mask-text.ts';

/** `details.why` of a failure. */
export type ExecWhy =
  | 'not-found'
  | 'not-executable'
  | 'wrong-architecture'
  | 'interpreter-missing'
  | 'not-started'
  | 'exit'
  | 'timeout'
  | 'closed'
  | 'flood'
  | 'no-json'
  | 'wrong-version'
  | 'invalid'
  | 'expired'
  | 'needs-terminal';

/** What is known of a run when it fails. */
export interface ExecFacts {
  /** The binary that was found. */
  readonly resolved?: string | undefined;
  /** The folders that were searched, as PATH holds them. */
  readonly path: string;
  /** Exit code, or the name of the signal. */
  readonly exit?: number | string | undefined;
  readonly stderr?: string | undefined;
  readonly hint?: string | undefined;
  /** When the credential ended, ISO 8601. */
  readonly expired?: string | undefined;
  /** Why the login shell could not be asked for its PATH. */
  readonly loginShell?: string | undefined;
}

const RUN_IT = 'Run the command in a terminal and follow what it says, then try again.';
const IN_TERMINAL = 'Sign in to this fabric in a terminal: the command asks its questions there.';
const HINTS: Readonly<Partial<Record<ExecWhy, string>>> = {
  'not-executable': 'Make the file executable (chmod +x), or choose another binary for this fabric.',
  'wrong-architecture': 'Install the build for this computer, or choose another binary for this fabric.',
  'interpreter-missing': 'Install the interpreter, or choose another binary for this fabric.',
  'needs-terminal': IN_TERMINAL,
  timeout:
    'If it waits for an answer, sign in to this fabric in a terminal. Otherwise run it there to see why it hangs.',
  expired:
    'Sign in again with the tool behind the command; check the clock of this computer if that does not help.',
  'wrong-version': 'Update the command, or correct apiVersion of user.exec in the kubeconfig.',
};

/** The install hint of the kubeconfig, safe to show; empty where there is none. */
export function installHintOf(exec: ExecEntry): string {
  return maskText((exec.installHint ?? '').trim(), 500);
}

/**
 * An `AppFailure` (credentials-failed) whose sentence ends in `says`. Its details hold `why`, the command, the binary,
 * PATH, exit code, stderr (masked) and the install hint, as far as they are known. It is not retryable: a command is run
 * again when somebody asks for it, never on a timer.
 */
export function execFailure(
  exec: ExecEntry,
  access: ContextAccess,
  why: ExecWhy,
  says: string,
  facts: ExecFacts,
): AppFailure {
  const said = maskText((facts.stderr ?? '').trim().slice(-2000), 600);
  const install = installHintOf(exec);
  const details: Readonly<Record<string, string | undefined>> = {
    why,
    file: access.source,
    server: access.cluster.server,
    user: access.user.name,
    command: exec.command,
    resolved: facts.resolved,
    path: facts.path,
    exit: facts.exit === undefined ? undefined : String(facts.exit),
    stderr: said === '' ? undefined : said,
    installHint: install === '' ? undefined : install,
    expired: facts.expired,
    loginShell: facts.loginShell,
  };
  return new AppFailure({
    code: 'credentials-failed',
    message: `The credential command ${exec.command} of context ${access.fabric} ${says}${said === '' ? '' : `: ${said.replace(/\.$/, '')}`}.`,
    hint: [facts.hint ?? HINTS[why] ?? RUN_IT, install].filter((part) => part !== '').join(' '),
    fabric: access.fabric,
    retryable: false,
    details: Object.fromEntries(
      Object.entries(details).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
}

/** How a command says that it cannot ask its questions without a terminal. */
const NO_TERMINAL =
  /\bnot a (?:tty|terminal)\b|\bno (?:tty|terminal|controlling terminal)\b|inappropriate ioctl|(?:needs?|requires?) an? (?:\w+ )?(?:tty|terminal)|(?:could|can)(?: ?not|'t) (?:open|prompt|read)\b.*(?:tty|terminal|password|input|stdin)|stdin is not|non-?interactive (?:mode|terminal|session|shell)|\bEOF when reading a line\b/i;

/** Words of a command that lacks a program or a variable, which the login shell may have. */
const LACKING =
  /not found|no such file|not recognized|not set|unset|undefined|missing|unable to (?:locate|find)|(?:could|can)(?: ?not|'t) (?:be )?(?:locate|find|found)|environment variable|no (?:\w+ )?(?:profile|credentials)\b/i;

/** True where a variable or a folder of PATH that is missing explains how a command ended. */
export function lacksEnvironment(exit: number | string | null, stderr: string): boolean {
  return exit === 127 || (exit !== 0 && LACKING.test(stderr));
}

/** Why a command that was started ended as it did: words, and which failure that is. */
export async function explainExit(
  file: string,
  exit: number | string | null,
  stderr: string,
): Promise<readonly [why: ExecWhy, says: string]> {
  const code = typeof exit === 'number' ? `exit ${String(exit)}` : String(exit);
  if (NO_TERMINAL.test(stderr)) return ['needs-terminal', `needs a terminal (${code})`];
  // Some systems hand a binary that they cannot run to a shell, which stumbles over its bytes.
  const foreign = foreignTo(await readBinaryFormat(file));
  if (foreign !== undefined && (exit === 126 || exit === 127 || exit === 2))
    return [
      'wrong-architecture',
      `is built for ${foreign}; this computer is ${process.platform} on ${process.arch}`,
    ];
  return ['exit', `failed (${code})`];
}

/** Why a binary that is there could not be started. */
export async function explainStart(
  file: string,
  cause: unknown,
): Promise<readonly [why: ExecWhy, says: string]> {
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  const format = await readBinaryFormat(file);
  const foreign = foreignTo(format);
  if (foreign !== undefined)
    return [
      'wrong-architecture',
      `is built for ${foreign}; this computer is ${process.platform} on ${process.arch}`,
    ];
  if (errno === 'ENOENT')
    return [
      'interpreter-missing',
      `cannot be started: ${maskText(format.interpreter ?? 'the loader that it asks for', 200)} does not exist`,
    ];
  if (errno === 'EACCES') return ['not-executable', `is ${file}, which may not be executed (${errno})`];
  return ['not-started', `cannot be started (${errno})`];
}
