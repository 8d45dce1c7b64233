/** Cuts a stream of bytes into lines, whatever the boundaries of its chunks. */

/** The longest line that is kept, in bytes: an object is at most 1.5 MiB in etcd, its JSON a few times that. */
const MAX_LINE = 16 * 1024 * 1024;

export interface LineSplitter {
  /** The lines that this chunk completes, without line feeds; empty lines are left out. */
  push(chunk: Buffer): string[];
  /** Bytes of a line that has not ended: a stream that ends with some was cut off. */
  readonly pending: number;
}

/** Thrown by `push` for a line longer than the limit. */
export class LineTooLong extends Error {
  constructor(limit: number) {
    super(`A line is longer than ${limit} bytes.`);
    this.name = 'LineTooLong';
  }
}

const LINE_FEED = 10;

/**
 * Works on bytes: UTF-8 never holds a line feed within a character, so a character split across two chunks is whole
 * again before it is decoded. The parts of a long line are joined once, when it ends.
 */
export function createLineSplitter(limit = MAX_LINE): LineSplitter {
  let parts: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      const lines: string[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        if (size + at - from > limit) throw new LineTooLong(limit);
        let line: string;
        if (size === 0) line = chunk.toString('utf8', from, at);
        else {
          parts.push(chunk.subarray(from, at));
          line = Buffer.concat(parts).toString('utf8');
          parts = [];
          size = 0;
        }
        if (line !== '') lines.push(line);
        from = at + 1;
      }
      if (from < chunk.length) {
        parts.push(from === 0 ? chunk : chunk.subarray(from));
        size += chunk.length - from;
        if (size > limit) throw new LineTooLong(limit);
      }
      return lines;
    },
    get pending() {
      return size;
    },
  };
}
