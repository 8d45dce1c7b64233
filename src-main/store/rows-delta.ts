/** Gathers what a table watch says, by uid, into messages for a page. */
import type { Pushes, Row, RowColumn } from '../../shared/ipc.ts';
import type { WatchState } from '../../shared/model/fabric.ts';

export type RowsMessage = Omit<Pushes['rows'], 'sub'>;

/** The rows a page has and what has changed since; a row that changes ten times in between is sent once. */
export class RowsDelta {
  readonly #rows = new Map<string, Row>();
  #upsert = new Map<string, Row>();
  #remove = new Set<string>();
  #columns: readonly RowColumn[] | undefined;
  #columnsChanged = false;
  #state: WatchState;
  #stateChanged = true;
  #reset = true;
  #seq = 0;

  constructor(state: WatchState) {
    this.#state = state;
  }

  setColumns(columns: readonly RowColumn[]): void {
    if (JSON.stringify(columns) === JSON.stringify(this.#columns)) return;
    this.#columns = columns;
    this.#columnsChanged = true;
  }

  setState(state: WatchState): void {
    this.#state = state;
    this.#stateChanged = true;
  }

  upsert(row: Row): void {
    this.#rows.set(row.uid, row);
    this.#upsert.set(row.uid, row);
    this.#remove.delete(row.uid);
  }

  remove(uid: string): void {
    if (!this.#rows.delete(uid)) return;
    this.#upsert.delete(uid);
    this.#remove.add(uid);
  }

  /** A complete list: rows that are equal to what the page has are not sent again. */
  replace(rows: readonly Row[]): void {
    const kept = new Set(rows.map((row) => row.uid));
    for (const uid of this.#rows.keys()) if (!kept.has(uid)) this.remove(uid);
    for (const row of rows) {
      const before = this.#rows.get(row.uid);
      if (before === undefined || JSON.stringify(before) !== JSON.stringify(row)) this.upsert(row);
    }
  }

  /** Forgets what the page has: the next message brings everything. */
  restart(state: WatchState): void {
    this.#rows.clear();
    this.#upsert = new Map();
    this.#remove = new Set();
    this.#columnsChanged = this.#columns !== undefined;
    this.#reset = true;
    this.setState(state);
  }

  /** What has changed since the last message, or undefined for nothing. */
  next(): RowsMessage | undefined {
    const idle =
      this.#upsert.size === 0 && this.#remove.size === 0 && !this.#columnsChanged && !this.#stateChanged;
    if (idle && !this.#reset) return undefined;
    const message: RowsMessage = {
      seq: ++this.#seq,
      reset: this.#reset,
      ...(this.#columnsChanged && { columns: this.#columns }),
      upsert: [...this.#upsert.values()],
      remove: this.#reset ? [] : [...this.#remove],
      state: this.#state,
    };
    this.#upsert = new Map();
    this.#remove = new Set();
    this.#columnsChanged = false;
    this.#stateChanged = false;
    this.#reset = false;
    return message;
  }
}
