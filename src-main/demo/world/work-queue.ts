/** A queue of names to reconcile: each at most once at a time, a little after the cause, and again later after a refusal. */
import { StatusError } from '../status-error.ts';
import type { Clock } from './clock.ts';
import { tellMistake } from './mistakes.ts';

/** Back-off of client-go's default controller rate limiter. */
const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 1_000_000;

interface QueueOptions {
  readonly clock: Clock;
  /** How long after the cause a reaction comes: a real controller hears of a change over the network. */
  readonly delayMs: number;
  readonly reconcile: (key: string) => void;
}

export class WorkQueue {
  readonly #options: QueueOptions;
  #waiting = new Set<string>();
  readonly #failures = new Map<string, number>();
  /** Later reconciliations, by key: the earliest wins. */
  readonly #later = new Map<string, { readonly dueMs: number; readonly cancel: () => void }>();
  #cancelRun: (() => void) | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Asks for a reconciliation soon; asking again before it starts changes nothing. */
  add(key: string): void {
    this.#waiting.add(key);
    this.#cancelRun ??= this.#options.clock.after(this.#options.delayMs, () => {
      this.#run();
    });
  }

  /** Asks for one in `delayMs`, unless one is due before. */
  addAfter(key: string, delayMs: number): void {
    const { clock } = this.#options;
    const dueMs = clock.now() + Math.max(0, delayMs);
    const present = this.#later.get(key);
    if (present !== undefined && present.dueMs <= dueMs) return;
    present?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { dueMs, cancel });
  }

  stop(): void {
    this.#cancelRun?.();
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    this.#waiting.clear();
  }

  #run(): void {
    this.#cancelRun = undefined;
    const keys = this.#waiting;
    this.#waiting = new Set();
    for (const key of keys) this.#reconcile(key);
  }

  #reconcile(key: string): void {
    try {
      this.#options.reconcile(key);
      this.#failures.delete(key);
    } catch (error) {
      // A refusal is part of the world's life; anything else is a defect.
      if (!(error instanceof StatusError)) tellMistake(error);
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.addAfter(key, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 20)));
    }
  }
}
