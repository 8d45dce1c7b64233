/** What is remembered of one fabric over restarts, and how a fabric reads and writes it. */
import type { ClusterIdentity, ConnectionStatus } from '../../shared/model/connection.ts';

export interface Remembered {
  /** The cluster that was first seen behind this context, or that was acknowledged since. */
  readonly identity?: ClusterIdentity | undefined;
  /** The limit with which the server last answered, ms. */
  readonly timeoutMs?: number | undefined;
  readonly status?: ConnectionStatus | undefined;
}

/** The memory of ONE fabric; a write that fails is reported by whoever made it, never thrown. */
export interface FabricMemory {
  read(): Remembered;
  /** Merges; a key that is present and undefined is forgotten. */
  write(change: Remembered): void;
}

/** A memory for this run alone: for tests, the demo and the headless command. */
export function memoryOfThisRun(): FabricMemory {
  let now: Remembered = {};
  return {
    read: () => now,
    write: (change) => {
      now = { ...now, ...change };
    },
  };
}
