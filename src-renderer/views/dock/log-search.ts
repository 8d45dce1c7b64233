/** Finds the lines of a log that hold a text, and goes on finding as lines come. */
import type { LogLine } from './log-buffer.ts';

/** Remembers what was looked at: each line is searched once per query. */
export class LogSearch {
  #query = '';
  #looked = 0;
  readonly #hits = new Set<number>();

  /** Positions in `lines` of those that hold the query, in their order. None for an empty query. */
  find(lines: readonly LogLine[], query: string): readonly number[] {
    const wanted = query.toLowerCase();
    if (wanted !== this.#query) {
      this.#query = wanted;
      this.#looked = 0;
      this.#hits.clear();
    }
    if (wanted === '') return [];
    const found: number[] = [];
    let newest = this.#looked;
    for (const [index, line] of lines.entries()) {
      if (line.id > this.#looked) {
        if (line.text.toLowerCase().includes(wanted)) this.#hits.add(line.id);
        if (line.id > newest) newest = line.id;
      }
      if (this.#hits.has(line.id)) found.push(index);
    }
    this.#looked = newest;
    return found;
  }
}

/** A piece of a line: plain, or a hit to be marked. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** Cuts a text at the places where the query stands, without regard to case. */
export function splitHits(text: string, query: string): readonly Piece[] {
  const wanted = query.toLowerCase();
  const folded = text.toLowerCase();
  // Folding may change the length of rare letters; positions would then be wrong.
  if (wanted === '' || folded.length !== text.length) return [{ text, hit: false }];
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), hit: false });
    pieces.push({ text: text.slice(at, at + wanted.length), hit: true });
    from = at + wanted.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}
