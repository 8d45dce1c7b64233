/** The state of one shell: variables, functions, traps, jobs, and how much it has run without waiting. */
import type { Machine, Streams } from '../machine.ts';
import { Exit, sleep, type Task, type Wait } from '../task.ts';
import type { Command, Script } from './syntax.ts';

/** Commands that may run at one moment; beyond it the shell counts as busy and time goes on. */
const COMMANDS_AT_ONCE = 1500;
const LONGEST_BUSY_MS = 60_000;
const MAX_VARIABLE = 1_048_576;

interface Variable {
  readonly value: string;
  readonly isExported: boolean;
}

export class ShellState {
  readonly machine: Machine;
  readonly pid: number;
  readonly variables = new Map<string, Variable>();
  readonly functions = new Map<string, Command>();
  readonly traps = new Map<string, string>();
  readonly jobs = new Map<number, Task>();
  readonly options = new Set<string>();
  /** $0, $1, … */
  args: readonly string[] = ['sh'];
  folder: string;
  /** True where a program takes the place of the shell: it gets the signals of the process. */
  isReplaced = false;
  status = 0;
  lastJob: number | undefined;
  depth = 0;
  readonly pendingSignals: number[] = [];
  /** The shell that runs inside this one in the same process: signals are its. */
  inner: ShellState | undefined;
  readonly #signalWatchers = new Set<() => void>();
  #spent = 0;
  #spentAt = -1;
  #busyMs = 500;

  constructor(machine: Machine, pid: number) {
    this.machine = machine;
    this.pid = pid;
    this.folder = machine.options.workingDir;
    for (const [name, value] of machine.options.env) this.variables.set(name, { value, isExported: true });
  }

  /** A copy for a subshell: what it changes stays its own. */
  fork(pid = this.pid): ShellState {
    const copy = new ShellState(this.machine, pid);
    copy.variables.clear();
    for (const [name, variable] of this.variables) copy.variables.set(name, variable);
    for (const [name, body] of this.functions) copy.functions.set(name, body);
    for (const option of this.options) copy.options.add(option);
    copy.args = this.args;
    copy.folder = this.folder;
    copy.status = this.status;
    copy.lastJob = this.lastJob;
    copy.depth = this.depth + 1;
    return copy;
  }

  get interpreter(): Interpreter {
    return this.machine.options.interpreter;
  }

  get(name: string): string | undefined {
    const positional = /^\d+$/.test(name) ? this.args[Number(name)] : undefined;
    if (positional !== undefined) return positional;
    if (name === '?') return String(this.status);
    if (name === '$') return String(this.pid);
    if (name === '!') return this.lastJob === undefined ? '' : String(this.lastJob);
    if (name === '#') return String(this.args.length - 1);
    if (name === '@' || name === '*') return this.args.slice(1).join(' ');
    if (name === '-') return [...this.options].join('');
    if (name === 'PWD') return this.folder;
    if (name === 'RANDOM') {
      this.machine.isVolatile = true;
      return String(Math.floor(this.machine.options.random() * 32_768));
    }
    return this.variables.get(name)?.value;
  }

  set(name: string, value: string, isExported?: boolean): void {
    if (value.length > MAX_VARIABLE) this.machine.setMemory(this.pid, 8, 60_000);
    this.variables.set(name, {
      value: value.slice(0, MAX_VARIABLE),
      isExported: isExported ?? this.variables.get(name)?.isExported ?? false,
    });
  }

  /** The environment of a command. */
  exported(): Map<string, string> {
    return new Map(
      [...this.variables]
        .filter(([, { isExported }]) => isExported)
        .map(([name, { value }]) => [name, value]),
    );
  }

  /** Counts one command; gives a wait when too many ran without one, so that an endless loop takes time, not the process. */
  spend(commands = 1): Wait | undefined {
    const now = this.machine.now();
    if (this.#spentAt !== now) {
      this.#spent = 0;
      this.#spentAt = now;
    }
    this.#spent += commands;
    if (this.#spent < COMMANDS_AT_ONCE) return undefined;
    this.#spent = 0;
    this.#busyMs = Math.min(LONGEST_BUSY_MS, this.#busyMs * 2);
    this.machine.setCpu(this.pid, 1000);
    return sleep(this.machine.options.clock, this.#busyMs);
  }

  /** The shell has really waited: it is no busy loop. */
  rest(): void {
    this.#busyMs = 500;
    this.machine.setCpu(this.pid, 0);
  }

  /** Takes a signal if there is a trap for it; `name` as in `trap`. */
  takeSignal(signal: number, name: string): boolean {
    if (this.inner !== undefined) return this.inner.takeSignal(signal, name);
    if (!this.traps.has(name)) return false;
    this.pendingSignals.push(signal);
    for (const watcher of [...this.#signalWatchers]) watcher();
    return true;
  }

  /** Calls `listener` for each signal taken. */
  onSignal(listener: () => void): () => void {
    this.#signalWatchers.add(listener);
    return () => this.#signalWatchers.delete(listener);
  }

  /** Throws for scripts that call themselves without end. */
  enter(): void {
    this.depth += 1;
    if (this.depth > 80) throw new Exit(139);
  }

  leave(): void {
    this.depth -= 1;
  }
}

/** One call of a command. */
export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly shell: ShellState;
  readonly streams: Streams;
}

export type Applet = (call: Call) => Generator<Wait, number> | number;

/** The parts of the interpreter that commands call back: given to each machine, as commands are part of it. */
export interface Interpreter {
  /** Runs a text as a script. */
  readonly runText: (text: string, shell: ShellState, streams: Streams) => Generator<Wait, number>;
  readonly runScript: (script: Script, shell: ShellState, streams: Streams) => Generator<Wait, number>;
  readonly runTraps: (shell: ShellState, streams: Streams) => Generator<Wait, void>;
  /** Runs one command by name. */
  readonly call: (call: Call) => Generator<Wait, number>;
  /** The program of a name or path, or why it cannot be run. */
  readonly findProgram: (machine: Machine, name: string, folder: string) => Applet | ProgramError;
}

export type ProgramError = 'not found' | 'no such file' | 'permission denied';
