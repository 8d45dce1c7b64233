/** How a script leaves a loop or function, and the names of signals. */
import type { Wait } from '../task.ts';
import type { ShellState } from './state.ts';
import type { Command } from './syntax.ts';

/** `break`, `continue` and `return` on their way to the loop or function they end. */
export class Jump extends Error {
  readonly to: 'break' | 'continue' | 'return';
  levels: number;

  constructor(to: Jump['to'], levels: number) {
    super(to);
    this.to = to;
    this.levels = levels;
  }
}

export const SIGNAL_NAMES: Readonly<Record<number, string>> = {
  0: 'EXIT',
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  15: 'TERM',
};

/** Runs without the effect of `set -e`, as conditions do. */
export function* unchecked<T>(shell: ShellState, run: () => Generator<Wait, T>): Generator<Wait, T> {
  const wasUnchecked = shell.options.has('unchecked');
  shell.options.add('unchecked');
  try {
    return yield* run();
  } finally {
    if (!wasUnchecked) shell.options.delete('unchecked');
  }
}

/** What `ps` shows of a command that runs by itself. */
export function commandLineOf(command: Command, shell: ShellState): readonly string[] {
  if (command.kind !== 'simple') return shell.args.slice(0, 1);
  return command.words.map((word) => word.map((part) => (part.kind === 'text' ? part.text : '')).join(''));
}
