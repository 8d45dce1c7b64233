/** Runs the syntax tree of a shell script; every wait of a command is a wait of the script. */
import type { Streams } from '../machine.ts';
import { Exit, type Task, type Wait } from '../task.ts';
import { findCommand } from './commands.ts';
import { createExpander } from './expand.ts';
import { parseScript } from './parse.ts';
import { commandLineOf, Jump, SIGNAL_NAMES, unchecked } from './flow.ts';
import { matches } from './patterns.ts';
import { redirected } from './redirect.ts';
import type { Call, ShellState } from './state.ts';
import { Pipe, TextSink } from './streams.ts';
import { ShellSyntaxError, type Command, type Script } from './syntax.ts';

/** Runs a text as a script; what is no script is an error of the shell, status 2. */
export function* runText(text: string, shell: ShellState, streams: Streams): Generator<Wait, number> {
  let script: Script;
  try {
    script = parseScript(text);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    streams.stderr.write(`sh: ${error.message}\n`);
    return (shell.status = 2);
  }
  return yield* runScript(script, shell, streams);
}

/** Runs the commands of a script; the status of the last is returned and kept. */
export function* runScript(script: Script, shell: ShellState, streams: Streams): Generator<Wait, number> {
  shell.enter();
  for (const { command, inBackground } of script) {
    if (inBackground) startJob(command, shell, streams);
    else yield* runCommand(command, shell, streams);
    yield* runTraps(shell, streams);
  }
  shell.leave();
  return shell.status;
}

/** Runs the traps of signals that came meanwhile. */
export function* runTraps(shell: ShellState, streams: Streams): Generator<Wait, void> {
  for (
    let signal = shell.pendingSignals.shift();
    signal !== undefined;
    signal = shell.pendingSignals.shift()
  ) {
    const trap = shell.traps.get(SIGNAL_NAMES[signal] ?? '');
    if (trap === undefined || trap === '') continue;
    const { status } = shell;
    yield* runText(trap, shell, streams);
    shell.status = status;
  }
}

function startJob(command: Command, shell: ShellState, streams: Streams): void {
  const task = spawnShell(shell, { kind: 'background', command }, streams);
  shell.lastJob = task.pid;
  shell.jobs.set(task.pid, task);
  shell.status = 0;
  task.start();
}

/** Makes a process that runs one command in a copy of the shell. */
function spawnShell(
  shell: ShellState,
  { command }: { kind: 'background' | 'stage'; command: Command },
  streams: Streams,
  onExit?: () => void,
): Task {
  const args = commandLineOf(command, shell);
  return shell.machine.spawn(args, (pid) => runIsolated(command, shell.fork(pid), streams), onExit);
}

function* runIsolated(command: Command, shell: ShellState, streams: Streams): Generator<Wait, number> {
  try {
    return yield* runCommand(command, shell, streams);
  } catch (error) {
    if (error instanceof Exit) return (shell.status = error.code);
    if (error instanceof Jump) return shell.status;
    throw error;
  }
}

function* runCommand(command: Command, shell: ShellState, streams: Streams): Generator<Wait, number> {
  const busy = shell.spend();
  if (busy !== undefined) yield busy;
  switch (command.kind) {
    case 'simple':
      yield* runSimple(command, shell, streams);
      break;
    case 'pipe':
      yield* runPipe(command, shell, streams);
      break;
    case 'and':
    case 'or':
      yield* unchecked(shell, () => runCommand(command.left, shell, streams));
      if ((shell.status === 0) === (command.kind === 'and')) yield* runCommand(command.right, shell, streams);
      // `set -e` does not look at a list whose last command was not reached.
      return shell.status;
    case 'group':
      yield* runScript(command.body, shell, streams);
      return shell.status;
    case 'subshell':
      yield* runSubshell(command.body, shell, streams);
      break;
    case 'redirected':
      yield* runRedirected(command, shell, streams);
      return shell.status;
    case 'function':
      shell.functions.set(command.name, command.body);
      shell.status = 0;
      break;
    default:
      yield* runCompound(command, shell, streams);
      return shell.status;
  }
  if (shell.status !== 0 && shell.options.has('e') && !shell.options.has('unchecked'))
    throw new Exit(shell.status);
  return shell.status;
}

function* runSubshell(body: Script, shell: ShellState, streams: Streams): Generator<Wait, number> {
  const copy = shell.fork();
  shell.status = yield* runIsolated({ kind: 'group', body }, copy, streams);
  return shell.status;
}

function* runCompound(
  command: Command & { kind: 'if' | 'loop' | 'for' | 'case' },
  shell: ShellState,
  streams: Streams,
): Generator<Wait, void> {
  if (command.kind === 'if') {
    for (const { test, body } of command.branches) {
      if ((yield* unchecked(shell, () => runScript(test, shell, streams))) !== 0) continue;
      shell.status = 0;
      yield* runScript(body, shell, streams);
      return;
    }
    shell.status = 0;
    yield* runScript(command.otherwise, shell, streams);
  } else if (command.kind === 'loop') {
    let status = 0;
    for (;;) {
      const test = yield* unchecked(shell, () => runLoopBody(command.test, shell, streams));
      if (test === 'left' || (shell.status === 0) === command.isUntil) break;
      if ((yield* runLoopBody(command.body, shell, streams)) === 'left') return;
      status = shell.status;
    }
    shell.status = status;
  } else if (command.kind === 'for') {
    const expand = expander(shell, streams);
    const values = command.words === undefined ? shell.args.slice(1) : yield* expand.fields(command.words);
    shell.status = 0;
    for (const value of values) {
      shell.set(command.name, value);
      if ((yield* runLoopBody(command.body, shell, streams)) === 'left') return;
    }
  } else {
    const expand = expander(shell, streams);
    const word = yield* expand.text(command.word);
    shell.status = 0;
    for (const { patterns, body } of command.arms) {
      for (const pattern of patterns) {
        const source = pattern.map((part) => (part.kind === 'text' && !part.quoted ? undefined : part));
        const plain = source.every((part) => part === undefined);
        const wanted = yield* expand.text(pattern);
        if (plain ? !matches(word, wanted) : word !== wanted && !matches(word, wanted)) continue;
        yield* runScript(body, shell, streams);
        return;
      }
    }
  }
}

function* runLoopBody(body: Script, shell: ShellState, streams: Streams): Generator<Wait, 'next' | 'left'> {
  const { depth } = shell;
  try {
    yield* runScript(body, shell, streams);
  } catch (error) {
    if (!(error instanceof Jump) || error.to === 'return') throw error;
    shell.depth = depth;
    if (error.levels > 1) {
      error.levels -= 1;
      throw error;
    }
    if (error.to === 'break') return 'left';
  }
  const busy = shell.spend(0);
  if (busy !== undefined) yield busy;
  return 'next';
}

function* runPipe(
  { stages, isNegated }: Command & { kind: 'pipe' },
  shell: ShellState,
  streams: Streams,
): Generator<Wait, void> {
  let { stdin } = streams;
  const pipes: Pipe[] = [];
  for (const [index, stage] of stages.entries()) {
    if (index === stages.length - 1) {
      shell.status = yield* runIsolated(stage, stages.length === 1 ? shell : shell.fork(), {
        ...streams,
        stdin,
      });
      break;
    }
    const pipe = new Pipe();
    const before = pipes.at(-1);
    const task = spawnShell(
      shell,
      { kind: 'stage', command: stage },
      { ...streams, stdin, stdout: pipe },
      () => {
        pipe.end();
        before?.close();
      },
    );
    pipes.push(pipe);
    task.start();
    stdin = pipe;
  }
  for (const pipe of pipes) pipe.close();
  if (isNegated) shell.status = shell.status === 0 ? 1 : 0;
}

function expander(shell: ShellState, streams: Streams): ReturnType<typeof createExpander> {
  return createExpander(shell, streams, substitute);
}

function* substitute(script: Script, shell: ShellState, streams: Streams): Generator<Wait, string> {
  const stdout = new TextSink();
  yield* runSubshell(script, shell, { ...streams, stdout, isTerminal: false });
  return stdout.text;
}

function* runRedirected(
  command: Command & { kind: 'redirected' },
  shell: ShellState,
  streams: Streams,
): Generator<Wait, void> {
  const inner = yield* redirected(command.redirects, expander(shell, streams), shell, streams);
  if (inner !== undefined) yield* runCommand(command.command, shell, inner);
}

function* runSimple(
  command: Command & { kind: 'simple' },
  shell: ShellState,
  streams: Streams,
): Generator<Wait, void> {
  const expand = expander(shell, streams);
  const [name, ...args] = yield* expand.fields(command.words);
  const before = shell.status;
  if (name === undefined) shell.status = 0;
  const inner = yield* redirected(command.redirects, expander(shell, streams), shell, streams);
  if (inner === undefined) return;
  if (name === undefined) {
    for (const { name: variable, value } of command.assigns) shell.set(variable, yield* expand.text(value));
    if (command.assigns.length === 0) shell.status = before;
    return;
  }
  const restore: (() => void)[] = [];
  for (const { name: variable, value } of command.assigns) {
    const old = shell.variables.get(variable);
    shell.set(variable, yield* expand.text(value), true);
    restore.push(() => {
      if (old === undefined) shell.variables.delete(variable);
      else shell.variables.set(variable, old);
    });
  }
  if (shell.options.has('x')) streams.stderr.write(`+ ${[name, ...args].join(' ')}\n`);
  shell.status = yield* call({ name, args, shell, streams: inner });
  for (const undo of restore) undo();
  const room = inner.stdout instanceof Pipe ? inner.stdout.full() : undefined;
  if (room !== undefined) yield room;
}

/** Runs one command by name: a function, a builtin, an applet or the image's program. */
export function* call(each: Call): Generator<Wait, number> {
  const { name, args, shell, streams } = each;
  const body = shell.functions.get(name);
  if (body !== undefined) {
    const { args: outer, depth } = shell;
    shell.args = [outer[0] ?? 'sh', ...args];
    try {
      return yield* runCommand(body, shell, streams);
    } catch (error) {
      if (!(error instanceof Jump) || error.to !== 'return') throw error;
      return error.levels;
    } finally {
      shell.args = outer;
      shell.depth = depth;
    }
  }
  const found = findCommand(each);
  if (typeof found === 'number') return found;
  const result = found(each);
  return typeof result === 'number' ? result : yield* result;
}
