/** The clock of a demo world: real time, except while the past of a freshly planted world is played through. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, `delayMs` from now; returns the function that cancels it. Tasks due at the same time run in order of their request. */
  after(delayMs: number, task: () => void): () => void;
  /** Runs `task` when real time begins, at once if it has; absent where time is always real. */
  whenLive?(task: () => void): void;
}
