/** Keeps the time of all watches with one timer, and makes the text of an event once for all that carry it. */
import type { StoredObject } from '../model.ts';

/** What the hub does with a watch as time passes; all times are milliseconds since the epoch. */
export interface Timed {
  /** When the watch is over. */
  readonly endsAt: number;
  /** When the next bookmark is due; Infinity for none. */
  bookmarkAt: number;
  sendBookmark(now: number): void;
  end(): void;
}

const TICK_MS = 250;

export interface WatchHub {
  /** How many watches are open. */
  size(): number;
  add(watch: Timed): void;
  remove(watch: Timed): void;
  /** The bytes of one event in one form; `make` runs for the first watch that needs them. */
  bytesOf(object: StoredObject, form: string, make: () => string): Buffer;
  /** Ends all watches. */
  endAll(): void;
}

/** `now` is the wall clock, for watches live in real time. */
export function createWatchHub(now: () => number = Date.now): WatchHub {
  const watches = new Set<Timed>();
  let timer: NodeJS.Timeout | undefined;
  let newest: StoredObject | undefined;
  let forms = new Map<string, Buffer>();

  const tick = (): void => {
    const time = now();
    for (const watch of [...watches]) {
      if (time >= watch.endsAt) watch.end();
      else if (time >= watch.bookmarkAt) watch.sendBookmark(time);
    }
  };

  return {
    size: () => watches.size,
    add(watch) {
      watches.add(watch);
      timer ??= setInterval(tick, TICK_MS).unref();
    },
    remove(watch) {
      watches.delete(watch);
      if (watches.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    bytesOf(object, form, make) {
      // All watches hear of a write one after the other: one object at a time is enough to remember.
      if (newest !== object) {
        newest = object;
        forms = new Map();
      }
      const known = forms.get(form);
      if (known !== undefined) return known;
      const bytes = Buffer.from(make());
      forms.set(form, bytes);
      return bytes;
    },
    endAll() {
      for (const watch of [...watches]) watch.end();
    },
  };
}
