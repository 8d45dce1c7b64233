/** The newest writes of one collection in order, as many and as old as is allowed. */
import type { RegistryEvent } from '../registry/contract.ts';

interface Entry {
  readonly event: RegistryEvent;
  /** Milliseconds since the epoch at which it was written. */
  readonly at: number;
}

export interface HistoryLimits {
  /** How many writes are kept at most. */
  readonly events: number;
  /** Writes older than this are forgotten, in milliseconds. */
  readonly ageMs: number;
}

/** Forgotten entries are cut off in blocks, for cutting moves all the others. */
const BLOCK = 1024;

export class History {
  #entries: Entry[] = [];
  /** How many entries at the front are forgotten but not yet cut off. */
  #start = 0;
  #forgotten: number;
  readonly #limits: HistoryLimits;

  /** Writes up to `forgotten` are not in it. */
  constructor(forgotten: number, limits: HistoryLimits) {
    this.#forgotten = forgotten;
    this.#limits = limits;
  }

  /** Number of the newest write that is no longer known: what happened after it is all here. */
  get forgotten(): number {
    return this.#forgotten;
  }

  add(event: RegistryEvent, at: number): void {
    this.#entries.push({ event, at });
    this.trim(at);
  }

  /** Forgets what the limits no longer allow at the time `now`. */
  trim(now: number): void {
    const oldest = now - this.#limits.ageMs;
    for (;;) {
      const entry = this.#entries[this.#start];
      if (entry === undefined) break;
      const tooMany = this.#entries.length - this.#start > this.#limits.events;
      if (!tooMany && entry.at >= oldest) break;
      this.#forgotten = entry.event.version;
      this.#start += 1;
    }
    this.#cut();
  }

  /** Forgets the writes up to `version`. */
  compact(version: number): void {
    this.#start = this.#after(version);
    this.#forgotten = Math.max(this.#forgotten, version);
    this.#cut(0);
  }

  /** The first write after `version`. */
  next(version: number): RegistryEvent | undefined {
    return this.#entries[this.#after(version)]?.event;
  }

  /** The writes after `version`, the newest first. */
  *backTo(version: number): Generator<RegistryEvent> {
    for (let index = this.#entries.length - 1; index >= this.#start; index -= 1) {
      const event = this.#entries[index]?.event;
      if (event === undefined || event.version <= version) return;
      yield event;
    }
  }

  #after(version: number): number {
    let low = this.#start;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.event.version ?? Infinity) <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #cut(block = BLOCK): void {
    if (this.#start <= block) return;
    this.#entries = this.#entries.slice(this.#start);
    this.#start = 0;
  }
}
