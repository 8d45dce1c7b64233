/** The log of one container run: bounded, with times, and with lines that are made only when somebody reads. */
import type { Clock } from '../world/clock.ts';
import type { Sink } from './machine.ts';

const MAX_BYTES = 262_144;
/** Lines of a running program that are made up after a long time without a reader. */
const MAX_GENERATED = 1500;

export interface LogLine {
  readonly atMs: number;
  /** Nanoseconds within the millisecond: keeps lines in order. */
  readonly nanos: number;
  readonly text: string;
}

/** What a program writes while it runs: one line each `everyMs`. */
export interface LineSource {
  readonly everyMs: number;
  readonly render: (line: number, atMs: number) => string;
}

interface Generator extends LineSource {
  readonly startMs: number;
  made: number;
}

export class ContainerLog implements Sink {
  readonly #clock: Clock;
  #lines: LogLine[] = [];
  #bytes = 0;
  #partial = '';
  #generator: Generator | undefined;
  #cancelNext: (() => void) | undefined;
  #serial = 0;
  #isEnded = false;
  readonly #followers = new Set<{ readonly onLine: (line: LogLine) => void; readonly onEnd: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  write(text: string): boolean {
    if (this.#isEnded) return false;
    this.#generate();
    const parts = (this.#partial + text).split('\n');
    this.#partial = (parts.pop() ?? '').slice(-16_384);
    for (const part of parts) this.#add(`${part.slice(0, 16_384)}\n`, this.#clock.now());
    return true;
  }

  /** From now on lines of `source` appear, until `stopGenerating` or the end. */
  generate(source: LineSource): void {
    this.#generator = { ...source, startMs: this.#clock.now(), made: 0 };
    this.#scheduleNext();
  }

  stopGenerating(): void {
    this.#generate();
    this.#generator = undefined;
    this.#cancelNext?.();
  }

  /** The run is over: nothing more is written. */
  end(): void {
    this.stopGenerating();
    if (this.#partial !== '') this.#add(this.#partial, this.#clock.now());
    this.#partial = '';
    this.#isEnded = true;
    const all = [...this.#followers];
    this.#followers.clear();
    for (const { onEnd } of all) onEnd();
  }

  /** All lines kept, the oldest first. */
  lines(): readonly LogLine[] {
    this.#generate();
    return this.#partial === '' || this.#isEnded
      ? this.#lines
      : [...this.#lines, { ...this.#stamp(), text: this.#partial }];
  }

  /** Calls `onLine` for each line written from now on, `onEnd` when the run is over. Returns what stops it. */
  follow(onLine: (line: LogLine) => void, onEnd: () => void): () => void {
    this.#generate();
    if (this.#isEnded) {
      onEnd();
      return () => undefined;
    }
    const follower = { onLine, onEnd };
    this.#followers.add(follower);
    this.#scheduleNext();
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#cancelNext?.();
    };
  }

  #stamp(): { atMs: number; nanos: number } {
    this.#serial = (this.#serial + 1237) % 1_000_000;
    return { atMs: this.#clock.now(), nanos: this.#serial };
  }

  #add(text: string, atMs: number): void {
    const last = this.#lines.at(-1);
    const { nanos } = this.#stamp();
    const line = {
      atMs,
      nanos: last?.atMs === atMs ? Math.min(999_999, last.nanos + 1 + (nanos % 1000)) : nanos,
      text,
    };
    this.#lines.push(line);
    this.#bytes += text.length;
    if (this.#bytes > MAX_BYTES) {
      let drop = 0;
      while (this.#bytes > MAX_BYTES * 0.75) this.#bytes -= this.#lines[drop++]?.text.length ?? MAX_BYTES;
      this.#lines = this.#lines.slice(drop);
    }
    for (const { onLine } of [...this.#followers]) onLine(line);
  }

  #generate(): void {
    const generator = this.#generator;
    if (generator === undefined) return;
    const due = Math.floor((this.#clock.now() - generator.startMs) / generator.everyMs);
    generator.made = Math.max(generator.made, due - MAX_GENERATED);
    while (generator.made < due) {
      generator.made += 1;
      const atMs = generator.startMs + generator.made * generator.everyMs;
      this.#add(`${generator.render(generator.made, atMs)}\n`, atMs);
    }
  }

  /** Only while somebody follows is there a task for the next line. */
  #scheduleNext(): void {
    this.#cancelNext?.();
    const generator = this.#generator;
    if (generator === undefined || this.#followers.size === 0) return;
    const next = generator.startMs + (generator.made + 1) * generator.everyMs;
    this.#cancelNext = this.#clock.after(Math.max(1, next - this.#clock.now()), () => {
      this.#generate();
      this.#scheduleNext();
    });
  }
}

/** `2026-11-21T09:58:04.018315458Z`, without zeros at the end of the fraction. */
export function nanoTime({ atMs, nanos }: LogLine): string {
  const iso = new Date(atMs).toISOString();
  const fraction = `${iso.slice(20, 23)}${String(nanos).padStart(6, '0')}`.replace(/0+$/, '');
  return `${iso.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
}
