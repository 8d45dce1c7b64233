/** A running container as its programs see it: processes, files, ports, memory. */
import type { Clock } from '../world/clock.ts';
import type { FileTree } from './files.ts';
import type { AccessNeed, Program } from './image-row.ts';
import type { Network } from './network.ts';
import type { Interpreter } from './shell/state.ts';
import { Task, type Running } from './task.ts';

export interface Sink {
  /** False once nobody reads any more (a closed pipe). */
  write(text: string): boolean;
}

/** Where a program reads from; `take` gives what is there, `undefined` at the end. */
export interface Source {
  take(): string | undefined;
  isEmpty(): boolean;
  /** Calls `wake` when there is something to take, or the end. */
  wait(wake: () => void): () => void;
}

export interface Streams {
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly isTerminal: boolean;
}

export const NO_INPUT: Source = {
  take: () => undefined,
  isEmpty: () => false,
  wait: (wake) => (wake(), () => undefined),
};

export interface HttpReply {
  readonly status: number;
  readonly body: string;
}

/** What listens on a port; without `answer` it speaks no HTTP. */
export interface Listener {
  readonly pid: number;
  readonly answer?: (path: string) => HttpReply;
}

interface Use {
  readonly baseMiB: number;
  readonly miBPerMs: number;
  readonly sinceMs: number;
  readonly atMostMiB: number;
}

export interface MachineOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly files: FileTree;
  readonly network: Network;
  readonly env: ReadonlyMap<string, string>;
  readonly workingDir: string;
  readonly hostname: string;
  readonly podName: string;
  readonly podIP: string;
  readonly namespace: string;
  /** Why the API refuses this to the pod's ServiceAccount, in its words; undefined where it is allowed. */
  readonly refusalOf: (wanted: AccessNeed['access']) => string | undefined;
  readonly node: string;
  readonly tag: string;
  readonly repository: string;
  readonly user: number;
  /** The image's program, which can be called by its name. */
  readonly program: Program;
  readonly memoryLimitMiB: number | undefined;
  readonly interpreter: Interpreter;
  readonly nodeMemoryMiB: number;
}

export class Machine {
  readonly options: MachineOptions;
  readonly listeners = new Map<number, Listener>();
  readonly tasks = new Map<number, Task>();
  /** Output of process 1: the container's log. */
  mainOutput: Sink = { write: () => true };
  /** Called when ports or answers change: probes and those who depend on it look again. */
  onChange: () => void = () => undefined;
  /** Called when the kernel kills the container for lack of memory. */
  onOutOfMemory: () => void = () => undefined;
  /** Set by programs whose result may differ next time though nothing changes here: network, time, chance. */
  isVolatile = false;
  /** Milli CPUs in use by pid. */
  readonly #cpu = new Map<number, number>();
  readonly #memory = new Map<number, Use>();
  #cancelKill: (() => void) | undefined;
  #lastPid = 0;

  constructor(options: MachineOptions) {
    this.options = options;
    options.files.onChange = () => {
      this.onChange();
    };
  }

  now(): number {
    return this.options.clock.now();
  }

  /** Makes a process of a program; `start()` of the task runs it. Process 1 is the first. */
  spawn(args: readonly string[], program: (pid: number) => Running, onExit?: (code: number) => void): Task {
    const pid = this.#nextPid();
    const task = new Task(pid, args, program(pid), (code) => {
      this.tasks.delete(pid);
      this.release(pid);
      onExit?.(code);
    });
    this.tasks.set(pid, task);
    return task;
  }

  #nextPid(): number {
    this.#lastPid += this.#lastPid === 0 ? 1 : 1 + Math.floor(this.options.random() * 6);
    return this.#lastPid;
  }

  /** Frees what a process holds. */
  release(pid: number): void {
    this.#cpu.delete(pid);
    this.#memory.delete(pid);
    let closed = false;
    for (const [port, listener] of this.listeners) {
      if (listener.pid === pid) closed = this.listeners.delete(port) || closed;
    }
    if (closed) this.onChange();
  }

  /** Ends every process at once, as the runtime does when process 1 has ended. */
  killAll(code: number): void {
    this.#cancelKill?.();
    for (const task of [...this.tasks.values()]) task.kill(code);
  }

  /** Opens a port; false if another process has it. */
  listen(port: number, listener: Listener): boolean {
    if (this.listeners.has(port)) return false;
    this.listeners.set(port, listener);
    this.onChange();
    return true;
  }

  setCpu(pid: number, milli: number): void {
    this.#cpu.set(pid, milli);
  }

  /** A process holds `baseMiB` from now on and grows until `atMostMiB`; over the container's limit it is killed. */
  setMemory(pid: number, baseMiB: number, miBPerMinute = 0, atMostMiB = Number.POSITIVE_INFINITY): void {
    const use = { baseMiB, miBPerMs: miBPerMinute / 60_000, sinceMs: this.now(), atMostMiB };
    this.#memory.set(pid, use);
    this.#watchLimit();
  }

  memoryMiB(): number {
    const now = this.now();
    let sum = 0.3 * this.tasks.size;
    for (const { baseMiB, miBPerMs, sinceMs, atMostMiB } of this.#memory.values()) {
      sum += Math.min(Math.max(baseMiB, atMostMiB), baseMiB + miBPerMs * (now - sinceMs));
    }
    return sum;
  }

  cpuMilli(): number {
    let sum = 0;
    for (const milli of this.#cpu.values()) sum += milli;
    return sum;
  }

  #watchLimit(): void {
    this.#cancelKill?.();
    const limit = this.options.memoryLimitMiB ?? this.options.nodeMemoryMiB;
    const missing = limit - this.memoryMiB();
    if (missing <= 0) {
      this.#cancelKill = this.options.clock.after(0, () => {
        this.onOutOfMemory();
      });
      return;
    }
    const now = this.now();
    const growth = [...this.#memory.values()].filter(
      ({ baseMiB, miBPerMs, sinceMs, atMostMiB }) =>
        miBPerMs > 0 && baseMiB + miBPerMs * (now - sinceMs) < atMostMiB,
    );
    const perMs = growth.reduce((sum, { miBPerMs }) => sum + miBPerMs, 0);
    if (perMs === 0) return;
    // What stops growing before the limit is met only delays the next look.
    this.#cancelKill = this.options.clock.after(Math.max(1, missing / perMs), () => {
      this.#watchLimit();
    });
  }
}
