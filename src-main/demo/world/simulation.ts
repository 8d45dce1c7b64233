/** The clock of a demo world: first virtual, to play the past of a fresh world in no time, then the real one. */
import type { Clock } from './clock.ts';

interface Task {
  readonly dueMs: number;
  /** Order of the requests, which decides between tasks due at the same time. */
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Node's timers overflow beyond this delay. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Overdue tasks are run in slices of this length, so that requests are served in between. */
const SLICE_MS = 30;

/**
 * In virtual time `now` stands still except in `advanceTo`, which jumps from task to task; the order is always by due
 * time, then by request. After `goLive` one timer waits for the next task. A task that asks for its repetition counts
 * from the time it runs, so a computer that slept for an hour owes one heartbeat and not hundreds.
 */
export class Simulation implements Clock {
  readonly #heap: Task[] = [];
  #now: number;
  #order = 0;
  #live = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #whenLive: (() => void)[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  /** Milliseconds since the epoch; never goes back. */
  now(): number {
    if (this.#live) this.#now = Math.max(this.#now, Date.now());
    return this.#now;
  }

  after(delayMs: number, task: () => void): () => void {
    const delay = Number.isFinite(delayMs) ? Math.max(0, Math.round(delayMs)) : 0;
    const entry: Task = { dueMs: this.now() + delay, order: this.#order, run: task, cancelled: false };
    this.#order += 1;
    this.#push(entry);
    if (this.#live && this.#heap[0] === entry) this.#arm();
    return () => {
      entry.cancelled = true;
    };
  }

  /** Runs what is due until `ms`, in order, in virtual time; then it is `ms`. Throws once live. */
  advanceTo(ms: number): void {
    if (this.#live) throw new RangeError('The clock is live: it cannot be advanced by hand');
    for (let task = this.#takeDue(ms); task !== undefined; task = this.#takeDue(ms)) {
      this.#now = Math.max(this.#now, task.dueMs);
      task.run();
    }
    this.#now = Math.max(this.#now, ms);
  }

  /** From now on real time, with a timer for the next task. */
  goLive(): void {
    if (this.#live || this.#stopped) return;
    this.#live = true;
    for (const task of this.#whenLive.splice(0)) task();
    this.#arm();
  }

  whenLive(task: () => void): void {
    if (this.#live) task();
    else this.#whenLive.push(task);
  }

  /** Runs no further task. */
  stop(): void {
    this.#stopped = true;
    this.#heap.length = 0;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    while (this.#heap[0]?.cancelled === true) this.#pop();
    const next = this.#heap[0];
    if (next === undefined || this.#stopped) return;
    const delay = Math.min(LONGEST_TIMER_MS, Math.max(0, next.dueMs - Date.now()));
    this.#timer = setTimeout(() => {
      this.#runDue();
    }, delay);
  }

  #runDue(): void {
    const until = Date.now();
    try {
      for (let task = this.#takeDue(until); task !== undefined; task = this.#takeDue(until)) {
        task.run();
        if (Date.now() - until > SLICE_MS) break;
      }
    } finally {
      this.#arm();
    }
  }

  #takeDue(ms: number): Task | undefined {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || (next.dueMs > ms && !next.cancelled)) return undefined;
      this.#pop();
      if (!next.cancelled) return next;
    }
  }

  #push(task: Task): void {
    if (this.#stopped) return;
    const heap = this.#heap;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, task)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = heap[leftIndex];
      const right = heap[leftIndex + 1];
      if (left === undefined) break;
      const [child, childIndex] =
        right !== undefined && isBefore(right, left) ? [right, leftIndex + 1] : [left, leftIndex];
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

function isBefore(one: Task, other: Task): boolean {
  return one.dueMs === other.dueMs ? one.order < other.order : one.dueMs < other.dueMs;
}
