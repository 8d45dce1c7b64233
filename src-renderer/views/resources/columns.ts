/** Which columns a table shows, and how wide: the server's printer columns between health, name, namespace and age. */
import type { Row, RowColumn } from '../../../shared/ipc.ts';
import { cellText, isAgeColumn, isNumericColumn } from './cell.ts';
import type { Field } from './match-row.ts';
import { isRelativeColumn } from './row-value.ts';

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  readonly field: Field;
  readonly numeric: boolean;
  readonly mono: boolean;
  readonly description: string;
  /** True where cells say how long ago something was, and go on counting. */
  readonly relative: boolean;
}

/** The server's own name column repeats the name, which is always shown. */
function isNameColumn(column: RowColumn): boolean {
  return column.name.toLowerCase() === 'name';
}

/** Number of columns that only the toggle shows. */
export function countHidden(columns: readonly RowColumn[]): number {
  return columns.filter((column) => column.priority > 0).length;
}

/** Columns from left to right without the health glyph. A kind that tells no age gets a column for it at the end. */
export function tableColumns(
  columns: readonly RowColumn[],
  options: { readonly namespaces: boolean; readonly all: boolean },
): readonly TableColumn[] {
  const own = columns.flatMap((column, index): TableColumn[] => {
    if (isNameColumn(column) || (column.priority > 0 && !options.all)) return [];
    const age = isAgeColumn(column);
    return [
      {
        key: age ? 'age' : `cell-${index}`,
        label: column.name,
        field: age ? 'age' : index,
        numeric: isNumericColumn(column),
        mono: false,
        description: column.description,
        relative: isRelativeColumn(column),
      },
    ];
  });
  const fixed = (key: 'name' | 'namespace' | 'age', label: string): TableColumn => ({
    key,
    label,
    field: key,
    numeric: key === 'age',
    mono: key === 'name',
    description: '',
    relative: false,
  });
  // Where the server itself holds the name back (events), it says less than the rest.
  const nameHidden = !options.all && columns.some((column) => isNameColumn(column) && column.priority > 0);
  const aged = own.some((column) => column.field === 'age' || column.relative);
  return [
    ...(nameHidden ? [] : [fixed('name', 'Name')]),
    ...(options.namespaces ? [fixed('namespace', 'Namespace')] : []),
    ...own,
    ...(aged ? [] : [fixed('age', 'Age')]),
  ];
}

const SAMPLE = 200;
const CHARACTER = { mono: 6.95, ui: 6.3 };
const PADDING = 18;
// The last column keeps away from the scroll bar.
const EDGE = 8;
const HEALTH = 36;
/** Least and most px of a column: by its key, for figures, for other text. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  name: [136, 380],
  namespace: [68, 190],
};
const FIGURES: readonly [number, number] = [66, 160];
const TEXT: readonly [number, number] = [92, 420];

export interface Tracks {
  /** A `grid-template-columns`, the same for header and rows. */
  readonly template: string;
  /** Px below which the table scrolls sideways. */
  readonly least: number;
}

/**
 * Columns that may each shrink to what they need at least and grow by what they hold. Measured on the first rows in
 * steps of two characters, so that they do not change with every update.
 */
export function columnTracks(columns: readonly TableColumn[], rows: readonly Row[]): Tracks {
  const sample = rows.slice(0, SAMPLE);
  let least = HEALTH;
  const tracks = columns.map((column, index) => {
    const longest = Math.max(
      column.label.length + 1,
      ...sample.map((row) => textOf(row, column.field).length),
    );
    const stepped = Math.ceil(longest / 2) * 2;
    const own = Object.hasOwn(LIMITS, column.key) ? LIMITS[column.key] : undefined;
    const [low, high] = own ?? (column.numeric ? FIGURES : TEXT);
    const padding = PADDING + (index === columns.length - 1 ? EDGE : 0);
    const wanted = Math.round(stepped * (column.mono ? CHARACTER.mono : CHARACTER.ui)) + padding;
    const width = Math.min(wanted, high);
    const narrow = Math.min(width, low);
    least += narrow;
    return `minmax(${narrow}px, ${width}fr)`;
  });
  return { template: `${HEALTH}px ${tracks.join(' ')}`, least };
}

function textOf(row: Row, field: Field): string {
  if (field === 'name') return row.name;
  if (field === 'namespace') return row.namespace ?? '';
  if (field === 'age') return '59 min';
  return field === 'health' ? '' : cellText(row.cells[field]);
}
