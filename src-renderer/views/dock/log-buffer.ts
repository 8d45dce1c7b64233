/** Keeps the newest log lines of several containers in order of time, up to a fixed number. */
import type { LogEntry } from '../../../shared/streams.ts';
import { clean } from '../../parts/text.ts';
import type { Level } from './log-level.ts';
import { detectLevel, isContinuation } from './log-level.ts';

export interface LogLine {
  /** Counts up from 1 in the order of arrival; never used twice. */
  readonly id: number;
  /** `pod/container`. */
  readonly source: string;
  /** Milliseconds since the epoch; lines without a time take that of the line before them. */
  readonly at: number;
  readonly time: string | undefined;
  /** Without escape sequences, controls and invisible characters. */
  readonly text: string;
  readonly level: Level;
  /** True where the level is that of the line before, which this one continues. */
  readonly continued: boolean;
  /** A restart or another event of the stream, told as a sentence, not a line of the log. */
  readonly marker: boolean;
}

/** Lines kept unless told otherwise. */
export const LOG_CAPACITY = 50_000;
// Longer lines are cut: one line of some megabytes would take the memory of all others.
const LINE_CAPACITY = 64 * 1024;

export function sourceOf(entry: { readonly pod: string; readonly container: string }): string {
  return `${entry.pod}/${entry.container}`;
}

/** A bounded list of lines, oldest first. Memory stays within the capacity whatever comes in. */
export class LogBuffer {
  /** All lines, oldest first. Replaced in place: read it anew after each call. */
  readonly lines: LogLine[] = [];
  /** How many lines had to go since the last `clear`. */
  dropped = 0;
  readonly #capacity: number;
  #nextId = 1;
  readonly #last = new Map<string, LogLine>();

  constructor(capacity = LOG_CAPACITY) {
    this.#capacity = capacity;
  }

  /** Id of the line that arrived last; 0 before the first. */
  get newest(): number {
    return this.#nextId - 1;
  }

  /** Adds lines of one batch where their time puts them; equal times keep the order of arrival. */
  add(entries: readonly LogEntry[]): void {
    this.#insert(entries.map((entry) => this.#lineOf(entry)));
  }

  /** Adds a sentence after what this source has said so far. */
  mark(entry: { readonly pod: string; readonly container: string }, text: string): void {
    const source = sourceOf(entry);
    const at = this.#last.get(source)?.at ?? this.lines.at(-1)?.at ?? 0;
    const id = this.#nextId++;
    this.#insert([
      { id, source, at, time: undefined, text: clean(text), level: 'none', continued: false, marker: true },
    ]);
  }

  clear(): void {
    this.lines.length = 0;
    this.dropped = 0;
    this.#last.clear();
  }

  #lineOf(entry: LogEntry): LogLine {
    const source = sourceOf(entry);
    const previous = this.#last.get(source);
    const parsed = entry.time === undefined ? Number.NaN : Date.parse(entry.time);
    const at = Number.isNaN(parsed) ? (previous?.at ?? this.lines.at(-1)?.at ?? 0) : parsed;
    const cut = entry.text.length > LINE_CAPACITY;
    const text = clean(cut ? entry.text.slice(0, LINE_CAPACITY) : entry.text);
    const named = detectLevel(text);
    const continued = named === 'none' && previous !== undefined && isContinuation(text);
    const line: LogLine = {
      id: this.#nextId++,
      source,
      at,
      time: Number.isNaN(parsed) ? undefined : entry.time,
      text: cut ? `${text} … ${entry.text.length - LINE_CAPACITY} more characters` : text,
      level: continued ? previous.level : named,
      continued,
      marker: false,
    };
    this.#last.set(source, line);
    return line;
  }

  /** Merges a batch into the tail it belongs to: mostly an append, since logs come nearly in order. */
  #insert(batch: LogLine[]): void {
    const added = batch.toSorted((a, b) => a.at - b.at);
    const first = added[0];
    if (!first) return;
    let from = this.lines.length;
    while (from > 0 && (this.lines[from - 1]?.at ?? 0) > first.at) from -= 1;
    const tail = this.lines.splice(from);
    let next = 0;
    for (const line of added) {
      for (; next < tail.length; next += 1) {
        const waiting = tail[next];
        if (!waiting || waiting.at > line.at) break;
        this.lines.push(waiting);
      }
      this.lines.push(line);
    }
    for (; next < tail.length; next += 1) {
      const waiting = tail[next];
      if (waiting) this.lines.push(waiting);
    }
    this.#trim();
  }

  #trim(): void {
    const excess = this.lines.length - this.#capacity;
    if (excess <= 0) return;
    this.lines.splice(0, excess);
    this.dropped += excess;
  }
}
