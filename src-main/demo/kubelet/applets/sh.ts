/** The shell as a program: `sh -c …`, `sh script`, and the prompt. */
import { resolvePath } from '../files.ts';
import type { Streams } from '../machine.ts';
import { parseScript } from '../shell/parse.ts';
import { Jump } from '../shell/flow.ts';
import { ShellState, type Call } from '../shell/state.ts';
import { ShellSyntaxError } from '../shell/syntax.ts';
import { Exit, Interrupt, type Wait } from '../task.ts';

/** `sh [-eux] [-c script [name] | file] [args…]`; without either it reads commands from its input, with a prompt on a terminal. */
export function* runShell({ name, args, shell: outer, streams }: Call): Generator<Wait, number> {
  const shell = new ShellState(outer.machine, outer.pid);
  shell.variables.clear();
  for (const [variable, value] of outer.exported()) shell.set(variable, value, true);
  shell.folder = outer.folder;
  shell.depth = outer.depth + 1;
  outer.inner = shell;
  try {
    return yield* runArguments(shell, name, [...args], streams);
  } finally {
    outer.inner = undefined;
  }
}

function* runArguments(
  shell: ShellState,
  name: string,
  args: string[],
  streams: Streams,
): Generator<Wait, number> {
  let isText = false;
  while (/^[-+]./.test(args[0] ?? '')) {
    const option = args.shift() ?? '';
    if (option.startsWith('--')) continue;
    for (const letter of option.slice(1)) {
      if (letter === 'c') isText = true;
      else if (letter === 'o') args.shift();
      else if (option.startsWith('-')) shell.options.add(letter);
    }
  }
  if (isText) {
    const [script = '', zero = name, ...rest] = args;
    shell.args = [zero, ...rest];
    return yield* runToEnd(shell, () => shell.interpreter.runText(script, shell, streams), streams);
  }
  const [file, ...rest] = args;
  shell.args = [file ?? name, ...rest];
  if (file === undefined) return yield* runToEnd(shell, () => runInput(shell, streams), streams);
  const text = shell.machine.options.files.read(resolvePath(shell.folder, file));
  if (text === undefined) {
    streams.stderr.write(`sh: can't open '${file}': No such file or directory\n`);
    return 2;
  }
  return yield* runToEnd(shell, () => shell.interpreter.runText(text, shell, streams), streams);
}

function* runToEnd(
  shell: ShellState,
  run: () => Generator<Wait, number>,
  streams: Streams,
): Generator<Wait, number> {
  let code: number;
  try {
    code = yield* run();
  } catch (error) {
    if (error instanceof Exit) ({ code } = error);
    else if (error instanceof Jump) code = shell.status;
    else throw error;
  }
  const trap = shell.traps.get('EXIT');
  if (trap !== undefined) {
    shell.traps.delete('EXIT');
    shell.status = code;
    yield* runToEnd(shell, () => shell.interpreter.runText(trap, shell, streams), streams);
  }
  return code;
}

/** Reads commands line by line. */
function* runInput(shell: ShellState, streams: Streams): Generator<Wait, number> {
  const { stdin, stdout, isTerminal } = streams;
  let pending = '';
  let rest = '';
  const prompt = (): void => {
    if (!isTerminal) return;
    const sign = shell.machine.options.user === 0 ? '#' : '$';
    stdout.write(pending === '' ? `${shell.folder} ${sign} ` : '> ');
  };
  prompt();
  for (;;) {
    const end = rest.indexOf('\n');
    if (end < 0) {
      try {
        while (stdin.isEmpty()) yield (wake) => stdin.wait(wake);
      } catch (error) {
        if (!(error instanceof Interrupt) || !isTerminal) throw error;
        pending = rest = '';
        prompt();
        continue;
      }
      const chunk = stdin.take();
      if (chunk === undefined) {
        const last = pending + rest;
        return last.trim() === '' ? shell.status : yield* shell.interpreter.runText(last, shell, streams);
      }
      rest += chunk;
      continue;
    }
    pending += rest.slice(0, end + 1);
    rest = rest.slice(end + 1);
    // The commands may read what follows themselves.
    if (rest !== '' && 'giveBack' in stdin) {
      (stdin as { giveBack: (text: string) => void }).giveBack(rest);
      rest = '';
    }
    if (yield* runLine(pending, shell, streams)) pending = '';
    prompt();
  }
}

/** Runs what is a whole script; false if more lines must follow. */
function* runLine(text: string, shell: ShellState, streams: Streams): Generator<Wait, boolean> {
  const { depth } = shell;
  try {
    yield* shell.interpreter.runScript(parseScript(text), shell, streams);
  } catch (error) {
    shell.depth = depth;
    if (error instanceof ShellSyntaxError) {
      if (error.isIncomplete) return false;
      streams.stderr.write(`sh: ${error.message}\n`);
      shell.status = 2;
    } else if (error instanceof Interrupt && streams.isTerminal) {
      shell.status = 130;
    } else if (!(error instanceof Jump)) throw error;
  }
  return true;
}
