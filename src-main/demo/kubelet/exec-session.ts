/** A command that a client runs in a container, with its input, output and terminal. */
import { StatusError, badRequest } from '../status-error.ts';
import { createProcess } from './execute.ts';
import type { Machine, Sink } from './machine.ts';
import type { PodWorker } from './pod-worker.ts';
import type { Pod } from './pod-types.ts';
import { Pipe } from './shell/streams.ts';
import { LineDiscipline } from './line-discipline.ts';
import { deliverSignal } from './signals.ts';
import type { Task } from './task.ts';

export interface ShellSession {
  /** Input of the client, as UTF-8. */
  write(bytes: Uint8Array): void;
  /** The client will send no more input. */
  endInput(): void;
  resize(columns: number, rows: number): void;
  onOutput(listener: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void): void;
  /** `error` is why the command could not be started. */
  onExit(listener: (code: number, error?: string) => void): void;
  /** Ends the command: the client has gone. */
  close(): void;
}

interface ExecRequest {
  readonly container: string;
  readonly command: readonly string[];
  readonly tty: boolean;
}

function internal(message: string): StatusError {
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ reason: '', message }],
  });
}

function machineOf(pod: Pod, worker: PodWorker | undefined, name: string): Machine {
  const { spec, status, metadata } = pod;
  if (![...spec.containers, ...(spec.initContainers ?? [])].some((each) => each.name === name)) {
    throw badRequest(`container ${name} is not valid for pod ${metadata.name}`);
  }
  if (spec.nodeName === undefined || spec.nodeName === '')
    throw badRequest(`pod ${metadata.name} does not have a host assigned`);
  const machine = worker?.container(name)?.machine;
  if (machine === undefined || /^(?:Succeeded|Failed)$/.test(status?.phase ?? '')) {
    throw internal(`unable to upgrade connection: container not found ("${name}")`);
  }
  return machine;
}

/** The runtime names each exec by 64 hexadecimal digits. */
function idOf({ options }: Machine): string {
  return Array.from({ length: 64 }, () => Math.floor(options.random() * 16).toString(16)).join('');
}

/** Makes the session; the command runs once `onExit` is set. Throws StatusError. */
export function openShell(
  pod: Pod,
  worker: PodWorker | undefined,
  { container, command, tty }: ExecRequest,
): ShellSession {
  const machine = machineOf(pod, worker, container);
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const input = new Pipe();
  let onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void = () => undefined;
  let task: Task | undefined;
  const sink = (stream: 'stdout' | 'stderr'): Sink => ({
    write: (text) => {
      // A terminal has one stream, and its lines end with a carriage return.
      onOutput(tty ? 'stdout' : stream, encoder.encode(tty ? text.replace(/\r?\n/g, '\r\n') : text));
      return true;
    },
  });
  const streams = { stdin: input, stdout: sink('stdout'), stderr: sink('stderr'), isTerminal: tty };
  const terminal = tty
    ? new LineDiscipline({
        echo: (text) => {
          onOutput('stdout', encoder.encode(text));
        },
        line: (text) => input.write(text),
        end: () => {
          input.end();
        },
        interrupt: () => task?.interrupt(2),
      })
    : undefined;
  return {
    write: (bytes) => {
      const text = decoder.decode(bytes, { stream: true });
      if (terminal === undefined) input.write(text);
      else terminal.take(text);
    },
    endInput: () => {
      input.end();
    },
    resize: () => undefined,
    onOutput: (listener) => {
      onOutput = listener;
    },
    onExit: (listener) => {
      const made = createProcess(machine, command, streams, (code) => {
        listener(code);
      });
      if ('error' in made) {
        listener(
          126,
          `error executing command in container: failed to exec in container: failed to start exec "${idOf(machine)}": OCI runtime exec failed: exec failed: unable to start container process: ${made.error}: unknown`,
        );
        return;
      }
      task = made;
      made.start();
    },
    close: () => {
      input.end();
      if (task !== undefined) deliverSignal(task, 9, true);
    },
  };
}
