/** Runs a command in a running container beside its main process: probes, hooks, exec. */
import { findProgram } from './shell/commands.ts';
import { ShellState, type Applet } from './shell/state.ts';
import { TextSink } from './shell/streams.ts';
import { NO_INPUT, type Machine, type Streams } from './machine.ts';
import { SIGNAL_NAMES } from './shell/flow.ts';
import type { Running, Task } from './task.ts';

const PHRASES = {
  'not found': 'executable file not found in $PATH',
  'permission denied': 'permission denied',
} as const;

/** Why a program cannot be started, in the words of runc: `exec: "x": …`; or the program. */
function startable(machine: Machine, name: string): Applet | { readonly error: string } {
  const found = findProgram(machine, name, machine.options.workingDir);
  if (typeof found === 'function') return found;
  if (found === 'no such file') return { error: `exec: "${name}": stat ${name}: no such file or directory` };
  return { error: `exec: "${name}": ${PHRASES[found]}` };
}

/** Makes the process of a command; the error if its program cannot be started. */
export function createProcess(
  machine: Machine,
  [name = '', ...args]: readonly string[],
  streams: Streams,
  onExit: (code: number) => void,
): Task | { readonly error: string } {
  const applet = startable(machine, name);
  if (typeof applet !== 'function') return applet;
  let shell: ShellState | undefined;
  const task = machine.spawn(
    [name, ...args],
    (pid) => {
      shell = new ShellState(machine, pid);
      shell.isReplaced = true;
      return runApplet(applet, name, args, shell, streams);
    },
    onExit,
  );
  task.onSignal = (signal) => shell?.takeSignal(signal, SIGNAL_NAMES[signal] ?? '') ?? false;
  return task;
}

function* runApplet(
  applet: Applet,
  name: string,
  args: readonly string[],
  shell: ShellState,
  streams: Streams,
): Running {
  const result = applet({ name: name.slice(name.lastIndexOf('/') + 1), args, shell, streams });
  return typeof result === 'number' ? result : yield* result;
}

/** Runs a command without input; gives its code and what it wrote, or why it could not be started. Returns what ends it. */
export function execute(
  machine: Machine,
  command: readonly string[],
  onDone: (code: number, output: string, error?: string) => void,
): () => void {
  const output = new TextSink();
  const streams = { stdin: NO_INPUT, stdout: output, stderr: output, isTerminal: false };
  const task = createProcess(machine, command, streams, (code) => {
    onDone(code, output.text);
  });
  if ('error' in task) {
    onDone(
      -1,
      '',
      `rpc error: code = Unknown desc = failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: ${task.error}: unknown`,
    );
    return () => undefined;
  }
  task.start();
  return () => {
    task.kill(137);
  };
}
