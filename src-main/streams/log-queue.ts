/** What is on its way to the page of a log stream: gathered, put in order of time, and sent as fast as the page shows it. */
import type { LogEntry, LogMessage } from '../../shared/streams.ts';
import { compareTimes } from './log-lines.ts';
import { CreditGate } from './port.ts';

/** Messages that may be under way before the page must have shown one. */
const CREDIT = 16;
const BATCH = 500;
/** Entries held for the page before the sources are made to wait. */
const HELD = 5000;
/** How long entries of several containers are gathered so that they can be put in order. */
const GATHER_MS = 50;

/** An entry, or a marker between entries. */
type Item = LogEntry | LogMessage;

const isMarker = (item: Item): item is LogMessage => 'type' in item;
const byTime = (a: LogEntry, b: LogEntry) => compareTimes(a.time, b.time);

/** The gathered history: which logs are open, all entries by time, then what came of the containers. */
function inTimeOrder(items: readonly Item[]): Item[] {
  const markers = items.filter(isMarker);
  const opens = (marker: LogMessage) => marker.type === 'container' && marker.state !== 'ended';
  const entries = items.filter((item): item is LogEntry => !isMarker(item));
  return [...markers.filter(opens), ...entries.sort(byTime), ...markers.filter((marker) => !opens(marker))];
}

export class LogQueue {
  readonly #send: (message: LogMessage) => void;
  readonly #gate = new CreditGate(CREDIT);
  /** In the order in which the page gets them. */
  #held: Item[] = [];
  #room: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #pumping = false;
  #gathering = true;
  #closed = false;

  constructor(send: (message: LogMessage) => void) {
    this.#send = send;
  }

  push(items: readonly Item[]): void {
    for (const item of items) this.#held.push(item);
    this.#schedule();
  }

  /** The history of all containers is in: puts it in order and begins to send. */
  begin(): void {
    this.#gathering = false;
    this.#held = inTimeOrder(this.#held);
    this.#schedule();
  }

  /** The page has shown so many messages. */
  credit(count: number): void {
    this.#gate.add(count);
  }

  /** Resolves when there is room for more; a history under way is bounded by itself and never held back. */
  async ready(): Promise<void> {
    while (!this.#gathering && !this.#closed && this.#held.length > HELD) {
      await new Promise<void>((resolve) => this.#room.push(resolve));
    }
  }

  /** Sends nothing more and lets everybody go who waits. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#gate.close();
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }

  #schedule(): void {
    const idle = this.#gathering || this.#closed || this.#held.length === 0;
    if (idle || this.#pumping || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#pump();
    }, GATHER_MS);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#held.length > 0) {
      await this.#gate.ready();
      if (this.#closed) return;
      this.#gate.take(1);
      this.#send(this.#next());
      if (this.#held.length <= HELD) this.#makeRoom();
    }
    this.#pumping = false;
  }

  /** The next marker, or the entries before it, in order of time. */
  #next(): LogMessage {
    const marker = this.#held.findIndex(isMarker);
    if (marker === 0) return this.#held.shift() as LogMessage;
    const count = Math.min(BATCH, marker === -1 ? this.#held.length : marker);
    return { type: 'lines', entries: (this.#held.splice(0, count) as LogEntry[]).sort(byTime) };
  }
}
