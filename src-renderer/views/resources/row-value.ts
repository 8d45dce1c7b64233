/** What stands in a row under a column by now: ages and relative times go on counting after the server printed them. */
import type { Row, RowColumn } from '../../../shared/ipc.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import type { Cell } from './cell.ts';
import { parseDuration } from './cell.ts';

/** The clock, the columns, and when each row arrived. */
export interface ValueContext {
  readonly columns: readonly RowColumn[];
  readonly now: Instant;
  arrivedOf(uid: string): Instant | undefined;
}

const RELATIVE: ReadonlySet<string> = new Set(['last seen', 'first seen', 'last schedule']);

/** True for columns in which the server prints how long ago something was. */
export function isRelativeColumn(column: Pick<RowColumn, 'name'>): boolean {
  return RELATIVE.has(column.name.toLowerCase());
}

/** Seconds since the time that a relative cell means; undefined where it holds none. */
export function relativeSeconds(
  cell: Cell | undefined,
  arrived: Instant | undefined,
  now: Instant,
): number | undefined {
  const printed = typeof cell === 'string' ? parseDuration(cell) : undefined;
  return printed === undefined ? undefined : printed + Math.max(0, now - (arrived ?? now)) / 1000;
}

/** The value to sort and compare by: seconds for ages and relative times, else the cell as it came. */
export function valueOf(row: Row, field: 'age' | number, context: ValueContext): Cell | undefined {
  const { columns, now } = context;
  if (field === 'age') return row.created === undefined ? null : (now - row.created) / 1000;
  const column = columns[field];
  const cell = row.cells[field];
  if (!column || !isRelativeColumn(column)) return cell;
  return relativeSeconds(cell, context.arrivedOf(row.uid), now) ?? cell;
}
