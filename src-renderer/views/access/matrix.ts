/** The access matrix as it is drawn: lines, marks, and neighbours that mean the same. */
import {
  ACCESS_VERBS,
  type AccessCell,
  type AccessReview,
  type AccessRow,
  type AccessVerb,
} from '../../../shared/model/access.ts';
import { formatCount, plural } from '../../parts/text.ts';

/**
 * What a cell shows. `denied`: refused and needed. `no`: refused, and nobody needs it. `none`: the verb means nothing
 * for this resource.
 */
export type Mark = 'allowed' | 'denied' | 'partly' | 'unknown' | 'no' | 'none';

export interface MatrixCell {
  readonly verb: AccessVerb;
  readonly mark: Mark;
  readonly cell?: AccessCell;
  /** Cells from here to the right that are drawn as one; 1 for a cell alone, 0 for one that an earlier cell covers. */
  readonly run: number;
}

export type MatrixLine =
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'row'; readonly row: AccessRow; readonly cells: readonly MatrixCell[] };

/** Drawn as a box that runs over its neighbours; the others are single signs. */
const BOXED: ReadonlySet<Mark> = new Set(['denied', 'partly', 'unknown']);

/** In words, for the legend, the cells and the explanation. */
export const MARK_WORDS: Readonly<Record<Mark, string>> = {
  allowed: 'allowed',
  denied: 'denied and needed',
  partly: 'partly allowed',
  unknown: 'cannot tell',
  no: 'not allowed, not needed',
  none: 'does not apply',
};

export function isBoxed(mark: Mark): boolean {
  return BOXED.has(mark);
}

function markOf(cell: AccessCell | undefined): Mark {
  if (!cell) return 'none';
  if (cell.state === 'denied') return cell.needed ? 'denied' : 'no';
  return cell.state;
}

/** One cell per verb, with the length of each run of equal boxes. */
export function cellsOf(row: Pick<AccessRow, 'cells'>): readonly MatrixCell[] {
  const plain = ACCESS_VERBS.map((verb) => {
    const cell = row.cells.find((one) => one.verb === verb);
    return { verb, mark: markOf(cell), ...(cell ? { cell } : {}) };
  });
  return plain.map((one, index) => {
    if (!isBoxed(one.mark)) return { ...one, run: 1 };
    if (plain[index - 1]?.mark === one.mark) return { ...one, run: 0 };
    let run = 1;
    while (plain[index + run]?.mark === one.mark) run += 1;
    return { ...one, run };
  });
}

/** Rows below the name of their API group, in the order of the review. */
export function linesOf(rows: readonly AccessRow[]): readonly MatrixLine[] {
  const lines: MatrixLine[] = [];
  let group: string | undefined;
  for (const row of rows) {
    if (row.group !== group) {
      group = row.group;
      lines.push({ kind: 'group', name: group === '' ? 'Core' : group });
    }
    lines.push({ kind: 'row', row, cells: cellsOf(row) });
  }
  return lines;
}

/** Kinds with a verb that is needed and not allowed in full. */
export function deniedKinds(rows: readonly AccessRow[]): number {
  return rows.filter((row) => row.cells.some((cell) => cell.needed && cell.state === 'denied')).length;
}

/** `6 denied kinds switch off 9 of 141 checks`, `Every check may read what it needs`. */
export function describeLoss(review: Pick<AccessReview, 'rows' | 'lost' | 'incomplete'>): string {
  const denied = deniedKinds(review.rows);
  const { checks, total } = review.lost;
  const unsure = review.incomplete ? ', as far as the server tells' : '';
  if (denied === 0 && checks === 0) return `Every check may read what it needs${unsure}`;
  const kinds = plural(denied, 'denied kind');
  return checks === 0
    ? `${kinds}, no check lost${unsure}`
    : `${kinds} ${denied === 1 ? 'switches' : 'switch'} off ${formatCount(checks)} of ${formatCount(total)} checks${unsure}`;
}

/** Where the focus of the grid is: index of the line, and column (0 the kind, 1–6 the verbs, 7 what it blocks). */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const COLUMNS = ACCESS_VERBS.length + 2;

function nextRow(lines: readonly MatrixLine[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < lines.length; at += step)
    if (lines[at]?.kind === 'row') return at;
  return from;
}

/** Moves by rows and columns, over the names of groups; stays where there is nothing further. */
export function movePlace(
  lines: readonly MatrixLine[],
  place: Place,
  by: { readonly rows?: number; readonly columns?: number },
): Place {
  let line = place.line;
  const step = (by.rows ?? 0) < 0 ? -1 : 1;
  for (let left = Math.min(Math.abs(by.rows ?? 0), lines.length); left > 0; left -= 1)
    line = nextRow(lines, line, step);
  return { line, column: Math.min(COLUMNS - 1, Math.max(0, place.column + (by.columns ?? 0))) };
}

/** A place that exists: where rows went, the nearest one, else the first. */
export function settlePlace(lines: readonly MatrixLine[], place: Place): Place {
  const at = Math.min(place.line, lines.length - 1);
  if (lines[at]?.kind === 'row') return { ...place, line: at };
  const after = nextRow(lines, at, 1);
  return { ...place, line: lines[after]?.kind === 'row' ? after : Math.max(0, nextRow(lines, at, -1)) };
}
