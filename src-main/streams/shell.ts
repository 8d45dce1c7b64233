/** A shell in a container, between the page's terminal and the API server's exec channels. */
import { record, records, text } from '../../shared/cluster/narrow.ts';
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { ShellMessage, ShellOptions } from '../../shared/ipc.ts';
import type { ExecSocket } from './exec-socket.ts';
import { CreditGate, serveRequests, type StreamPort } from './port.ts';

/** Bytes that may be under way before the terminal must have shown some. */
const CREDIT = 262_144;

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

class ShellStream {
  readonly #socket: ExecSocket;
  readonly #port: StreamPort;
  readonly #container: string;
  readonly #gate = new CreditGate(CREDIT);
  #paused = false;
  #closed = false;
  #ended = false;

  constructor(socket: ExecSocket, options: ShellOptions, port: StreamPort) {
    this.#socket = socket;
    this.#port = port;
    this.#container = options.container;
  }

  run(columns: number, rows: number): void {
    serveRequests(this.#port, (request) => {
      if (request.type === 'credit') this.#credit(request.count);
      if (request.type === 'input') this.#socket.send(withChannel(CHANNEL.stdin, request.bytes));
      if (request.type === 'resize') this.#resize(request.columns, request.rows);
      if (request.type === 'close') this.close();
    });
    this.#socket.onFrame((frame) => this.#frame(frame));
    this.#socket.onClose((error) =>
      this.#end({ code: null, reason: 'The connection to the shell was lost' }, error),
    );
    this.#tell({ type: 'open' });
    this.#resize(columns, rows);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    this.#socket.close();
    this.#port.close();
  }

  #credit(count: number): void {
    this.#gate.add(count);
    if (!this.#paused || !this.#gate.open) return;
    this.#paused = false;
    this.#socket.resume();
  }

  #resize(columns: number, rows: number): void {
    const size = new TextEncoder().encode(JSON.stringify({ Width: columns, Height: rows }));
    this.#socket.send(withChannel(CHANNEL.resize, size));
  }

  #frame(frame: Uint8Array): void {
    const channel = frame[0];
    const bytes = frame.slice(1);
    if (channel === CHANNEL.status) this.#status(new TextDecoder().decode(bytes));
    if ((channel !== CHANNEL.stdout && channel !== CHANNEL.stderr) || bytes.byteLength === 0) return;
    this.#gate.take(bytes.byteLength);
    this.#tell({ type: 'data', bytes });
    if (this.#gate.open || this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  #status(body: string): void {
    try {
      this.#end(readExecStatus(body, this.#container));
    } catch (error) {
      this.#end({ code: null, reason: '' }, error instanceof AppFailure ? error.error : undefined);
    }
  }

  #end(end: ExecEnd, error?: AppError): void {
    if (this.#ended || this.#closed) return;
    this.#ended = true;
    this.#tell(error === undefined ? { type: 'exit', ...end } : { type: 'failed', error });
    this.#socket.close();
  }

  #tell(message: ShellMessage): void {
    if (!this.#closed) this.#port.postMessage(message);
  }
}

/** Serves an open exec socket on `port`; returns the function that kills the shell. */
export function serveShell(socket: ExecSocket, options: ShellOptions, port: StreamPort): () => void {
  const stream = new ShellStream(socket, options, port);
  stream.run(options.columns, options.rows);
  return () => stream.close();
}
