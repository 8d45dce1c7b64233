/** One row of a table. */
import type { StoredObject } from '../../model.ts';

export type Cell = string | number | boolean | null;

export interface Row {
  readonly cells: readonly Cell[];
  readonly conditions?: readonly object[];
}

/** `now` in milliseconds since the epoch: ages are as of then. */
export type PrintCells = (object: StoredObject, now: number) => readonly Cell[];
