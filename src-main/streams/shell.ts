/** A shell in a container, between the page's terminal and the API server's exec channels. */
import { record, records, text } from '../../shared/cluster/narrow.ts';
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { ShellOptions } from '../../shared/streams.ts';
import type { ExecSocket } from './exec-socket.ts';
import type { StreamPort } from './port.ts';
import { TerminalPort, type TerminalEnd } from './terminal-port.ts';

/** The best shell the image has. Nothing from outside is part of it. */
export const SHELL_COMMAND = [
  'sh',
  '-c',
  'TERM=xterm-256color; export TERM; command -v bash >/dev/null 2>&1 && exec bash || exec sh',
] as const;

/** Channel numbers of the `v4.channel.k8s.io` and `v5.channel.k8s.io` protocols (Kubernetes remotecommand). */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4 } as const;

/** How the command ended. */
export interface ExecEnd {
  /** Exit code; null where the server gives none. */
  readonly code: number | null;
  readonly reason: string;
}

const NO_SHELL = /executable file not found|no such file or directory|exec format error/;

/**
 * Reads the Status that the server sends on the status channel at the end. A command that could not be started at all
 * is thrown as `AppFailure`: most often the image has no shell.
 */
export function readExecStatus(body: string, container: string): ExecEnd {
  let status: Record<string, unknown>;
  try {
    status = record(JSON.parse(body));
  } catch {
    return { code: null, reason: 'The server ended the shell without saying why' };
  }
  if (status.status === 'Success') return { code: 0, reason: 'The shell ended' };
  const exit = records(record(status.details).causes).find(({ reason }) => reason === 'ExitCode');
  const code = Number.parseInt(text(exit?.message), 10);
  const message = text(status.message);
  if (NO_SHELL.test(message)) throw new AppFailure(noShell(container, message));
  if (Number.isInteger(code)) return { code, reason: `The shell ended with exit code ${code}` };
  if (message === '') return { code: null, reason: 'The server ended the shell without saying why' };
  return { code: null, reason: `The shell was ended: ${message}` };
}

function noShell(container: string, said: string): AppError {
  return {
    code: 'bad-request',
    message: `The image of container ${container} holds no shell`,
    hint: `A debug container brings its own: kubectl debug -it POD --image=busybox --target=${container}`,
    retryable: false,
    details: { reason: said },
  };
}

function withChannel(channel: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(payload.byteLength + 1);
  frame[0] = channel;
  frame.set(payload, 1);
  return frame;
}

const resizeFrame = (columns: number, rows: number): Uint8Array =>
  withChannel(CHANNEL.resize, new TextEncoder().encode(JSON.stringify({ Width: columns, Height: rows })));

/** Serves an open exec socket on `port`; returns the function that kills the shell. */
export function serveShell(socket: ExecSocket, options: ShellOptions, port: StreamPort): () => void {
  const terminal = new TerminalPort(port, {
    write: (bytes) => socket.send(withChannel(CHANNEL.stdin, bytes)),
    resize: (columns, rows) => socket.send(resizeFrame(columns, rows)),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(),
  });
  const end = (message: TerminalEnd): void => {
    if (terminal.end(message)) socket.close();
  };
  const endWith = (body: string): void => {
    try {
      end({ type: 'exit', ...readExecStatus(body, options.container) });
    } catch (error) {
      if (error instanceof AppFailure) end({ type: 'failed', error: error.error });
      else end({ type: 'exit', code: null, reason: '' });
    }
  };
  terminal.open();
  socket.onFrame((frame) => {
    const channel = frame[0];
    const bytes = frame.slice(1);
    if (channel === CHANNEL.status) endWith(new TextDecoder().decode(bytes));
    if (channel === CHANNEL.stdout || channel === CHANNEL.stderr) terminal.data(bytes);
  });
  socket.onClose((error) => {
    const lost = 'The connection to the shell was lost';
    end(error === undefined ? { type: 'exit', code: null, reason: lost } : { type: 'failed', error });
  });
  socket.send(resizeFrame(options.columns, options.rows));
  return () => terminal.close();
}
