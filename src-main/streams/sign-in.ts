/** The sign-in of a fabric in a terminal of ours: its credential command asks there, and its answer stays here. */
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess, ExecEntry } from '../kube/contract.ts';
import { prepareCommand, type ExecCommand } from '../kube/exec-command.ts';
import { MAX_CREDENTIAL, readExecCredential, type ExecCredential } from '../kube/exec-credential.ts';
import { execFailure } from '../kube/exec-failure.ts';
import { loginShell } from '../kube/login-shell.ts';
import { createPrivateOutput, type PrivateOutput } from './private-output.ts';
import { startPty, type Pty } from './pty.ts';
import type { StreamPort } from './port.ts';
import { TerminalPort } from './terminal-port.ts';

export interface SignInOptions {
  readonly access: ContextAccess;
  readonly columns: number;
  readonly rows: number;
  /** Takes what the command yielded. May throw `AppFailure`. */
  readonly accept: (credential: ExecCredential) => void;
}

/** A command that is ready to run in a terminal. */
export interface PreparedSignIn {
  /** Serves it on `port`; returns the function that ends it. */
  readonly serve: (port: StreamPort) => () => void;
}

/**
 * The command becomes the shell itself, with its output in the file: nothing of a kubeconfig is part of a shell's text,
 * and input and errors stay with the terminal.
 */
const SCRIPT = 'out=$1; shift; exec "$@" >"$out"';

function commandOf({ fabric, user, source }: ContextAccess): ExecEntry {
  const says = (message: string, hint: string): AppFailure =>
    new AppFailure({
      code: 'bad-request',
      message,
      hint,
      fabric,
      retryable: false,
      details: { file: source },
    });
  if (user.exec === undefined)
    throw says(
      `Context ${fabric} signs in without a command, so there is nothing to run in a terminal.`,
      'Fetch fresh credentials with the tool that wrote this kubeconfig.',
    );
  if (process.platform === 'win32')
    throw says(
      'A sign-in in a terminal of the app is not possible on Windows.',
      `Run ${user.exec.command} in a terminal of your own, then try again.`,
    );
  if (user.exec.interactiveMode === 'Never')
    throw says(
      `The credential command ${user.exec.command} of context ${fabric} must not be asked questions (interactiveMode: Never).`,
      'Run it in a terminal of your own, then try again.',
    );
  return user.exec;
}

class SignIn {
  readonly #options: SignInOptions;
  readonly #exec: ExecEntry;
  readonly #command: ExecCommand;
  readonly #output: PrivateOutput;
  readonly #pty: Pty;
  readonly #terminal: TerminalPort;
  #stopped = false;

  constructor(
    parts: { options: SignInOptions; exec: ExecEntry; command: ExecCommand },
    started: { output: PrivateOutput; pty: Pty },
    port: StreamPort,
  ) {
    this.#options = parts.options;
    this.#exec = parts.exec;
    this.#command = parts.command;
    this.#output = started.output;
    this.#pty = started.pty;
    const { pty } = started;
    this.#terminal = new TerminalPort(port, {
      write: (bytes) => pty.write(bytes),
      resize: (columns, rows) => pty.resize(columns, rows),
      pause: () => pty.pause(),
      resume: () => pty.resume(),
      close: () => this.#stop(),
    });
  }

  run(): () => void {
    this.#terminal.open();
    this.#pty.onData((bytes) => this.#terminal.data(bytes));
    this.#pty.onExit((code, signal) => void this.#finish(code, signal));
    return () => this.#terminal.close();
  }

  #stop(): void {
    this.#stopped = true;
    this.#pty.kill();
    void this.#output.remove();
  }

  async #finish(code: number, signal: number | undefined): Promise<void> {
    const { access, accept } = this.#options;
    const text = await this.#output.take(MAX_CREDENTIAL);
    if (this.#stopped) return;
    if (code !== 0 || signal !== undefined) {
      const how = signal === undefined ? `exit code ${String(code)}` : `signal ${String(signal)}`;
      this.#terminal.end({ type: 'exit', code, reason: `${this.#exec.command} ended with ${how}` });
      return;
    }
    try {
      accept(
        readExecCredential(text, this.#exec.apiVersion, Date.now(), (why, says, expired) =>
          execFailure(this.#exec, access, why, says, {
            resolved: this.#command.file,
            path: this.#command.path,
            expired,
          }),
        ),
      );
      this.#terminal.end({ type: 'exit', code, reason: `Signed in to ${access.fabric}` });
    } catch (cause) {
      if (!(cause instanceof AppFailure)) throw cause;
      this.#terminal.end({ type: 'failed', error: cause.error });
    }
  }
}

/**
 * Finds the command, as the fabric itself would, and starts it in a terminal once it is served. Rejects with `AppFailure`
 * where the fabric has no such command, it is not found, or there are no terminals here.
 */
export async function startSignIn(options: SignInOptions): Promise<PreparedSignIn> {
  const { access, columns, rows } = options;
  const exec = commandOf(access);
  const command = await prepareCommand(exec, access, { env: process.env, loginShell, interactive: true });
  const output = await createPrivateOutput();
  try {
    const args = ['-c', SCRIPT, 'sh', output.file, command.file, ...command.args];
    const pty = startPty('/bin/sh', args, { env: command.env, columns, rows });
    return {
      serve: (port) => new SignIn({ options, exec, command }, { output, pty }, port).run(),
    };
  } catch (cause) {
    await output.remove();
    throw cause;
  }
}
