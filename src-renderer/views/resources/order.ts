/** Puts rows in order, and keeps them where they are while someone points at them. */
import type { Row, RowColumn } from '../../../shared/ipc.ts';
import type { Severity } from '../../../shared/model/finding.ts';
import { SEVERITIES } from '../../../shared/model/finding.ts';
import type { SortKey } from './cell.ts';
import { compareKeys, compareNatural, sortKey } from './cell.ts';
import type { Field } from './match-row.ts';
import type { ValueContext } from './row-value.ts';
import { valueOf } from './row-value.ts';

export interface SortBy {
  readonly field: Field;
  readonly descending: boolean;
}

/** Ill first, then by name. */
export const DEFAULT_SORT: SortBy = { field: 'health', descending: false };

/** Events are read newest first; everything else ill first. */
export function defaultSort(columns: readonly RowColumn[]): SortBy {
  const index = columns.findIndex((column) => column.name.toLowerCase() === 'last seen');
  return index === -1 ? DEFAULT_SORT : { field: index, descending: false };
}

/** What ordering looks at beside the rows. */
export interface OrderContext extends ValueContext {
  severityOf(uid: string): Severity | undefined;
}

function byName(a: Row, b: Row): number {
  return (
    compareNatural(a.name, b.name) ||
    compareNatural(a.namespace ?? '', b.namespace ?? '') ||
    (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0)
  );
}

/** The comparison of a sort choice: a total order, so equal rows never change places. */
export function compareRows(sort: SortBy, context: OrderContext): (a: Row, b: Row) => number {
  const { field, descending } = sort;
  const turn = descending ? -1 : 1;
  if (field === 'name') return (a, b) => turn * byName(a, b);
  if (field === 'namespace') {
    return (a, b) => turn * compareNatural(a.namespace ?? '', b.namespace ?? '') || byName(a, b);
  }
  if (field === 'health') {
    const rank = (row: Row): number => {
      const severity = context.severityOf(row.uid);
      return severity === undefined ? SEVERITIES.length : SEVERITIES.indexOf(severity);
    };
    return (a, b) => turn * (rank(a) - rank(b)) || byName(a, b);
  }
  const keys = new WeakMap<Row, SortKey>();
  const type = field === 'age' ? 'number' : (context.columns[field]?.type ?? 'string');
  const keyOf = (row: Row): SortKey => {
    const known = keys.get(row);
    if (known) return known;
    const key = sortKey(valueOf(row, field, context), type);
    keys.set(row, key);
    return key;
  };
  return (a, b) => compareKeys(keyOf(a), keyOf(b), descending) || byName(a, b);
}

/** What a held order looks like, and what waits for it to be released. */
export interface HeldOrder {
  readonly order: readonly string[];
  /** Rows that came since and are not shown yet. */
  readonly fresh: number;
  /** True where rows that are shown would change places. */
  readonly moved: boolean;
}

/**
 * Keeps every shown row in its place, gone ones included, and leaves new ones out.
 * `shown` are the uids on screen, `ideal` those that the sort asks for.
 */
export function holdOrder(shown: readonly string[], ideal: readonly string[]): HeldOrder {
  const known = new Set(shown);
  const present = ideal.filter((uid) => known.has(uid));
  const kept = new Set(present);
  const places = shown.filter((uid) => kept.has(uid));
  return {
    order: shown,
    fresh: ideal.length - present.length,
    moved: present.some((uid, index) => places[index] !== uid),
  };
}
