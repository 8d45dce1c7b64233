/** What one log tab shows of its stream: filtered lines, names of sources, matches of the search. */
import type { LogSession } from '../../state/logs.svelte.ts';
import type { LogLine } from './log-buffer.ts';
import { isAtLeast } from './log-level.ts';
import { LogSearch } from './log-search.ts';
import { nameSources, SOURCE_TONES } from './source-names.ts';

/** Lines on screen. The array is the buffer's own where nothing is filtered: a new object tells that it changed. */
export interface ShownLines {
  readonly lines: readonly LogLine[];
}

class LogView {
  readonly session: LogSession;
  readonly #search = new LogSearch();

  constructor(session: LogSession) {
    this.session = session;
  }

  get choices() {
    return this.session.choices;
  }

  readonly shown: ShownLines = $derived.by(() => {
    void this.session.version;
    const { lines } = this.session.buffer;
    const { least, hidden } = this.session.choices;
    if (least === 'none' && hidden.size === 0) return { lines };
    return {
      lines: lines.filter(
        (line) => !hidden.has(line.source) && (line.marker || isAtLeast(line.level, least)),
      ),
    };
  });

  readonly names: ReadonlyMap<string, string> = $derived.by(() =>
    nameSources([...this.session.sources.values()]),
  );

  readonly tones: ReadonlyMap<string, number> = $derived.by(
    () => new Map([...this.session.sources.keys()].map((source, index) => [source, index % SOURCE_TONES])),
  );

  /** Positions in `shown.lines`. */
  readonly matches: readonly number[] = $derived.by(() =>
    this.#search.find(this.shown.lines, this.session.choices.query),
  );

  /** Which of the matches is the current line, from 0; -1 where it is none. */
  readonly matchAt: number = $derived.by(() => {
    const { current } = this.session.choices;
    return current === null ? -1 : this.matches.findIndex((index) => this.shown.lines[index]?.id === current);
  });

  /** Lines that came since following ended. */
  readonly unseen: number = $derived.by(() => {
    const { follow, seen } = this.session.choices;
    if (follow) return 0;
    let count = 0;
    for (const line of this.shown.lines) if (line.id > seen && !line.marker) count += 1;
    return count;
  });

  /** The position of the first error on screen; -1 where there is none. */
  firstError(): number {
    return this.shown.lines.findIndex((line) => isAtLeast(line.level, 'error'));
  }

  /** The next or previous match after the current line; round at either end. */
  stepMatch(step: 1 | -1): number {
    const count = this.matches.length;
    if (count === 0) return -1;
    const from = this.matchAt;
    const to = from < 0 ? (step > 0 ? 0 : count - 1) : (from + step + count) % count;
    return this.matches[to] ?? -1;
  }

  /** Stops following and remembers where reading stands. */
  pause(): void {
    const { choices } = this.session;
    if (!choices.follow) return;
    choices.follow = false;
    choices.seen = this.session.buffer.newest;
  }
}

export type { LogView };

/** The view of a session; create it while a component initialises. */
export function logView(session: LogSession): LogView {
  return new LogView(session);
}
