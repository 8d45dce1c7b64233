/** Cuts the byte stream of a container's log into lines with their kubelet time. */

/** One line; `time` is RFC 3339 as the kubelet stamped it. */
export interface TimedLine {
  readonly time?: string;
  readonly text: string;
}

/** Longer lines are cut here (characters): a page cannot show them and memory is finite. */
const LINE_LIMIT = 65_536;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

function parseLine(line: string): TimedLine {
  const raw = line.endsWith('\r') ? line.slice(0, -1) : line;
  const stamp = STAMP.exec(raw);
  const time = stamp?.[1];
  const rest = stamp === null ? raw : raw.slice(stamp[0].length);
  const text =
    rest.length > LINE_LIMIT ? `${rest.slice(0, LINE_LIMIT)} (line cut, ${rest.length} characters)` : rest;
  return time === undefined ? { text } : { time, text };
}

/** Yields the complete lines of each chunk, and at the end what is left without a line break. Invalid UTF-8 is replaced. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<TimedLine[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    // A line without end must not grow without bound.
    if (rest.length > 4 * LINE_LIMIT) {
      parts.push(rest);
      rest = '';
    }
    if (parts.length > 0) yield parts.map(parseLine);
  }
  rest += decoder.decode();
  if (rest !== '') yield [parseLine(rest)];
}

/** Orders RFC 3339 times to the nanosecond, whatever their offset; lines without a time keep their place. */
export function compareTimes(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const difference = Date.parse(a) - Date.parse(b);
  if (difference !== 0 || Number.isNaN(difference)) return Number.isNaN(difference) ? 0 : difference;
  return nanoseconds(a) - nanoseconds(b);
}

function nanoseconds(time: string): number {
  const digits = /\.(\d+)/.exec(time)?.[1] ?? '';
  return Number(digits.slice(0, 9).padEnd(9, '0'));
}

/** Drops what was read before a stream broke off, so that resuming at `sinceTime` repeats no line and loses none. */
export class ResumePoint {
  /** The latest time seen, and how many lines bear exactly that. */
  #last: string | undefined;
  #atLast = 0;
  /** Lines at the latest time that the present request will repeat; undefined once it is past them. */
  #repeated: number | undefined;
  get sinceTime(): string | undefined {
    return this.#last;
  }
  /** To be called before each new request. */
  begin(): void {
    this.#repeated = this.#last === undefined ? undefined : this.#atLast;
  }
  /** The lines that are new, and remembers where they end. Times may go back a little within one request. */
  take(lines: readonly TimedLine[]): TimedLine[] {
    return lines.filter(({ time }) => {
      if (time === undefined) return this.#repeated === undefined;
      const order = this.#last === undefined ? 1 : compareTimes(time, this.#last);
      if (this.#repeated !== undefined) {
        if (order < 0) return false;
        if (order === 0 && this.#repeated > 0) {
          this.#repeated--;
          return false;
        }
        this.#repeated = undefined;
      }
      if (order > 0) {
        this.#last = time;
        this.#atLast = 1;
      } else if (order === 0) this.#atLast++;
      return true;
    });
  }
}
