/** Runs programs written as generators on the world's clock: each `yield` is a wait, and a signal can end it. */
import type { Clock } from '../world/clock.ts';

/** What a program waits for: called with the function that wakes it; returns the function that gives the wait up. */
export type Wait = (wake: () => void) => () => void;
export type Running = Generator<Wait, number>;

/** Thrown into a program at the point where it waits. */
export class Interrupt extends Error {
  readonly signal: number;

  constructor(signal: number) {
    super(`signal ${signal}`);
    this.name = 'Interrupt';
    this.signal = signal;
  }
}

/** Ends a program from within, as `exit` does. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.name = 'Exit';
    this.code = code;
  }
}

/** Waits so many milliseconds. */
export function sleep(clock: Clock, ms: number): Wait {
  return (wake) => clock.after(ms, wake);
}

/** Waits for ever: until a signal. */
export const forever: Wait = () => () => undefined;

export class Task {
  readonly args: readonly string[];
  readonly pid: number;
  /** What SIGTERM and SIGINT do; undefined: the default action. */
  onSignal: ((signal: number) => boolean) | undefined;
  exitCode: number | undefined;
  readonly #program: Running;
  readonly #onExit: (code: number) => void;
  readonly #watchers = new Set<() => void>();
  #giveUp: (() => void) | undefined;
  #isRunning = false;
  #pendingKill: number | undefined;

  constructor(pid: number, args: readonly string[], program: Running, onExit: (code: number) => void) {
    this.pid = pid;
    this.args = args;
    this.#program = program;
    this.#onExit = onExit;
  }

  start(): void {
    this.#step(() => this.#program.next());
  }

  /** Ends it at once. */
  kill(code: number): void {
    if (this.exitCode !== undefined) return;
    if (this.#isRunning) {
      this.#pendingKill = code;
      return;
    }
    this.#giveUp?.();
    this.#finish(code);
  }

  /** Throws an Interrupt where the program waits. Does nothing while it runs or after its end. */
  interrupt(signal: number): void {
    if (this.exitCode !== undefined || this.#isRunning) return;
    this.#giveUp?.();
    this.#step(() => this.#program.throw(new Interrupt(signal)));
  }

  /** A wait for the end of this task. */
  ended(): Wait {
    return (wake) => {
      if (this.exitCode !== undefined) {
        wake();
        return () => undefined;
      }
      this.#watchers.add(wake);
      return () => this.#watchers.delete(wake);
    };
  }

  /** Calls `listener` at the end of this task. */
  onEnd(listener: () => void): void {
    this.#watchers.add(listener);
  }

  #step(advance: () => IteratorResult<Wait, number>): void {
    let next: (() => IteratorResult<Wait, number>) | undefined = advance;
    while (next !== undefined) {
      const result = this.#advance(next);
      next = undefined;
      if (result === undefined) return;
      // A wait may be over before it is taken up (data already there): loop instead of recursing.
      const state = { wokenInside: false };
      let isSubscribing = true;
      let isSpent = false;
      const giveUp = result(() => {
        if (isSpent) return;
        isSpent = true;
        if (isSubscribing) state.wokenInside = true;
        else this.#step(() => this.#program.next());
      });
      isSubscribing = false;
      this.#giveUp = () => {
        isSpent = true;
        giveUp();
      };
      if (state.wokenInside) next = () => this.#program.next();
    }
  }

  /** The next wait; undefined once it has ended. */
  #advance(step: () => IteratorResult<Wait, number>): Wait | undefined {
    this.#isRunning = true;
    let result: IteratorResult<Wait, number>;
    try {
      result = step();
    } catch (error) {
      this.#isRunning = false;
      if (error instanceof Exit) this.#finish(this.#pendingKill ?? error.code);
      else if (error instanceof Interrupt) this.#finish(128 + error.signal);
      else if (error instanceof RangeError) this.#finish(139);
      else throw error;
      return undefined;
    }
    this.#isRunning = false;
    if (this.#pendingKill !== undefined || result.done === true) {
      this.#finish(this.#pendingKill ?? (result.done === true ? result.value : 0));
      return undefined;
    }
    return result.value;
  }

  #finish(code: number): void {
    if (this.exitCode !== undefined) return;
    this.exitCode = code & 0xff;
    this.#giveUp = undefined;
    this.#onExit(this.exitCode);
    for (const wake of [...this.#watchers]) wake();
    this.#watchers.clear();
  }
}
