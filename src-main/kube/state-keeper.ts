/** Keeps the state of one list-watch and tells each change of it. */
import type { AppError } from '../../shared/errors.ts';
import type { WatchPhase, WatchState } from '../../shared/model/fabric.ts';

/** What is counted of a list-watch beside its state. It changes with every event, and nobody is told. */
export interface Vitals {
  readonly startedAt: number;
  readonly lastEventAt?: number;
  readonly lastBookmarkAt?: number;
  /** Since the start, bookmarks left out. */
  readonly events: number;
}

export interface StateKeeper {
  /** With the present time of the last proof and number of objects. */
  readonly state: WatchState;
  readonly phase: WatchPhase;
  readonly vitals: Vitals;
  /** Enters a phase, or changes the error of the present one. */
  enter(phase: WatchPhase, error?: AppError): void;
  /** The data is current now. */
  prove(): void;
  /** Objects, and how many there will be. */
  count(objects: number, expected?: number): void;
  reconnected(): void;
  /** An event or a bookmark came: the data is current. */
  heard(type: 'event' | 'bookmark'): void;
  /** Tells the present state once more. */
  tell(): void;
}

/** `now` in ms since the epoch. */
export function createStateKeeper(listener: (state: WatchState) => void, now: () => number): StateKeeper {
  let phase: WatchPhase = 'idle';
  let since = now();
  let asOf: number | undefined;
  let objects = 0;
  let expected: number | undefined;
  let reconnects = 0;
  let error: AppError | undefined;
  const startedAt = since;
  let lastEventAt: number | undefined;
  let lastBookmarkAt: number | undefined;
  let events = 0;
  const read = (): WatchState => ({
    phase,
    since,
    objects,
    reconnects,
    ...(asOf !== undefined && { asOf }),
    ...(expected !== undefined && { expected }),
    ...(error !== undefined && { error }),
  });
  return {
    get state() {
      return read();
    },
    get phase() {
      return phase;
    },
    get vitals() {
      return {
        startedAt,
        events,
        ...(lastEventAt !== undefined && { lastEventAt }),
        ...(lastBookmarkAt !== undefined && { lastBookmarkAt }),
      };
    },
    enter(next, why) {
      const changed = next !== phase || why?.message !== error?.message;
      if (next !== phase) since = now();
      phase = next;
      error = why;
      if (changed) listener(read());
    },
    prove() {
      asOf = now();
    },
    count(present, total) {
      objects = present;
      expected = total;
    },
    reconnected() {
      reconnects++;
    },
    heard(type) {
      asOf = now();
      if (type === 'bookmark') lastBookmarkAt = asOf;
      else {
        lastEventAt = asOf;
        events++;
      }
    },
    tell() {
      listener(read());
    },
  };
}
