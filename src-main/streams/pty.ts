/** Runs a program in a terminal of this computer. The native part is loaded when the first one is started. */
import { createRequire } from 'node:module';
import type * as NodePty from '@lydell/node-pty';
import { AppFailure } from '../../shared/errors.ts';

export interface PtyOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly columns: number;
  readonly rows: number;
}

export interface Pty {
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** Holds its output back until `resume`; what is left at its exit is handed over before that is told. */
  pause(): void;
  resume(): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Exit code, and the number of the signal where one ended it. */
  onExit(listener: (code: number, signal: number | undefined) => void): void;
  /** Ends the program and all that it started in its group. */
  kill(): void;
}

/** Bytes that are held back before the program itself is made to wait. */
const MOST_HELD = 4 * 1024 * 1024;

interface Destroyable {
  destroy(...args: readonly unknown[]): unknown;
}

/**
 * The library ends a terminal 200 ms after its program, read or not, which on a busy computer loses the last words: there
 * is time for two more rounds of reading first.
 */
function readToTheEnd(term: NodePty.IPty): void {
  const { _socket: socket } = term as unknown as { readonly _socket?: Destroyable };
  if (socket === undefined) return;
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (...args) => {
    setImmediate(() => setImmediate(() => destroy(...args)));
    return socket;
  };
}

/**
 * For the same reason a terminal is not paused while the page lags: its output is read on and held here, and only a
 * program that floods is made to wait.
 */
function createHold(term: NodePty.IPty) {
  let listener: ((bytes: Uint8Array) => void) | undefined;
  let paused = false;
  let held: Uint8Array[] = [];
  let size = 0;
  const flush = (): void => {
    while (!paused && held.length > 0) {
      const bytes = held.shift();
      if (bytes === undefined) break;
      size -= bytes.byteLength;
      listener?.(bytes);
    }
    if (size < MOST_HELD) term.resume();
  };
  term.onData((data) => {
    const bytes = Buffer.from(data);
    if (!paused) return void listener?.(bytes);
    held.push(bytes);
    size += bytes.byteLength;
    if (size >= MOST_HELD) term.pause();
  });
  return {
    listen: (to: (bytes: Uint8Array) => void) => {
      listener = to;
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      flush();
    },
    /** All that is left, whether it is wanted now or not. */
    drain: () => {
      const left = held;
      held = [];
      size = 0;
      for (const bytes of left) listener?.(bytes);
    },
  };
}

/** Loads the native part. Throws `AppFailure` where it is not there or cannot run here. */
function loadPty(): typeof NodePty {
  try {
    // Found beside the bundle, where build/bundle.mjs puts it, else among the packages of the checkout.
    return createRequire(import.meta.url)('@lydell/node-pty') as typeof NodePty;
  } catch (cause) {
    throw new AppFailure(
      {
        code: 'internal',
        message: `A terminal cannot be opened on this computer (${process.platform} on ${process.arch}): its native part is missing.`,
        hint: 'Run the sign-in command of the kubeconfig in a terminal of your own, then try again.',
        retryable: false,
      },
      { cause },
    );
  }
}

/** Starts `file` (absolute) without a shell. Throws `AppFailure` where there are no terminals. */
export function startPty(file: string, args: readonly string[], options: PtyOptions): Pty {
  const { env, columns, rows } = options;
  const { spawn } = loadPty();
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  // Without an encoding data comes as bytes, which the types do not know.
  const term = spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: set,
    encoding: null,
  });
  readToTheEnd(term);
  const hold = createHold(term);
  let running = true;
  term.onExit(() => {
    running = false;
  });
  return {
    write: (bytes) => {
      if (running) term.write(Buffer.from(bytes) as unknown as string);
    },
    resize: (wide, high) => {
      if (running) term.resize(wide, high);
    },
    pause: hold.pause,
    resume: hold.resume,
    onData: hold.listen,
    onExit: (listener) => {
      term.onExit(({ exitCode, signal }) => {
        hold.drain();
        listener(exitCode, signal === 0 ? undefined : signal);
      });
    },
    kill: () => {
      if (!running) return;
      try {
        // It leads a session, and so a group, of its own.
        process.kill(-term.pid, 'SIGKILL');
      } catch {
        // It has ended in between.
      }
    },
  };
}
