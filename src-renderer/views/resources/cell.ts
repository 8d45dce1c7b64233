/** Reads the cells of a server's Table: as text to show and as keys to sort by. */
import type { Row, RowColumn } from '../../../shared/ipc.ts';

export type Cell = Row['cells'][number];

/** Missing cells sort last, numbers before text. */
export interface SortKey {
  readonly rank: 0 | 1 | 2;
  readonly numbers: readonly number[];
  readonly text: string;
}

const MISSING: SortKey = { rank: 2, numbers: [], text: '' };
const BLANK: ReadonlySet<string> = new Set(['', '<none>', '<unknown>', '<unset>', '<nil>']);
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  y: 31_536_000,
  d: 86_400,
  h: 3_600,
  m: 60,
  s: 1,
  ms: 0.001,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[ydhms]))+$/;

/** Seconds of a Kubernetes duration such as `5d3h`, `90s`, `2y11d`, `1.5s`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let seconds = 0;
  for (const part of text.matchAll(/(\d+(?:\.\d+)?)(ms|[ydhms])/g)) {
    seconds += Number(part[1]) * (UNIT_SECONDS[part[2] ?? ''] ?? 0);
  }
  return seconds;
}

/** `7 (3m ago)`: kubectl's restart cell. The bracket is as old as the row, so it is not shown. */
const COUNT_AGO = /^(\d+) \(.{1,20} ago\)$/;

/** What a cell shows. An empty text stands for a cell that holds nothing. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  if (BLANK.has(cell)) return cell === '' ? '' : cell.slice(1, -1);
  return COUNT_AGO.exec(cell)?.[1] ?? cell;
}

/** Sort key of one cell: numbers, `1/3` ratios, quantities of time and dates by value, the rest as text. */
export function sortKey(cell: Cell | undefined, type: string): SortKey {
  if (cell === null || cell === undefined) return MISSING;
  if (typeof cell === 'number') return Number.isNaN(cell) ? MISSING : numeric(cell);
  if (typeof cell === 'boolean') return numeric(cell ? 1 : 0);
  const text = cell.trim();
  if (BLANK.has(text)) return MISSING;
  const count = COUNT_AGO.exec(text)?.[1];
  if (count !== undefined) return numeric(Number(count));
  if (/^-?\d+(\.\d+)?%?$/.test(text)) return numeric(Number.parseFloat(text));
  const ratio = /^(\d+)\/(\d+)$/.exec(text);
  if (ratio) return numeric(Number(ratio[1]) / Math.max(1, Number(ratio[2])), Number(ratio[2]));
  const seconds = parseDuration(text);
  if (seconds !== undefined) return numeric(seconds);
  if (type === 'date' || /^\d{4}-\d\d-\d\dT/.test(text)) {
    const time = Date.parse(text);
    if (!Number.isNaN(time)) return numeric(time);
  }
  return { rank: 1, numbers: [], text: text.toLowerCase() };
}

function numeric(...numbers: number[]): SortKey {
  return { rank: 0, numbers, text: '' };
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** Text with numbers inside in human order: `w2` before `w10`. A total order: equal only for equal texts. */
export function compareNatural(a: string, b: string): number {
  return a === b ? 0 : COLLATOR.compare(a, b) || (a < b ? -1 : 1);
}

/** Ascending; `descending` turns values round but leaves missing cells last. */
export function compareKeys(a: SortKey, b: SortKey, descending: boolean): number {
  if (a.rank === 2 || b.rank === 2) return a.rank - b.rank;
  const ascending = a.rank - b.rank || compareNumbers(a.numbers, b.numbers) || compareNatural(a.text, b.text);
  return descending ? -ascending : ascending;
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** True for the server's age column, which is computed from the creation time here so that it ticks. */
export function isAgeColumn(column: RowColumn): boolean {
  return column.name.toLowerCase() === 'age';
}

/** True where figures should stand right-aligned. */
export function isNumericColumn(column: RowColumn): boolean {
  return (
    column.type === 'integer' || column.type === 'number' || isAgeColumn(column) || column.name === 'Restarts'
  );
}
