/** Turns a parsed filter into a test on rows. */
import type { Row, RowColumn } from '../../../shared/ipc.ts';
import type { Severity } from '../../../shared/model/finding.ts';
import { SEVERITIES } from '../../../shared/model/finding.ts';
import type { Filter, FilterTerm } from './filter.ts';
import { normaliseKey, parseComparison } from './filter.ts';
import { cellText, compareKeys, isAgeColumn, sortKey } from './cell.ts';
import type { ValueContext } from './row-value.ts';
import { valueOf } from './row-value.ts';

/** What a filter looks at beside the row itself. */
export interface RowContext extends ValueContext {
  /** Worst finding of an object, by uid. */
  severityOf(uid: string): Severity | undefined;
  readonly namespaces: ReadonlySet<string>;
}

/** A column a filter or a sort may name; the server's columns by index. */
export type Field = 'name' | 'namespace' | 'health' | 'age' | number;

const ALIASES: Readonly<Record<string, Field>> = {
  ns: 'namespace',
  namespace: 'namespace',
  name: 'name',
  health: 'health',
  severity: 'health',
  age: 'age',
};

/** The field a key names: an alias, a column by its exact name, or the only column that begins with it. */
export function fieldOf(key: string, columns: readonly RowColumn[]): Field | undefined {
  if (Object.hasOwn(ALIASES, key)) return ALIASES[key];
  const names = columns.map((column) => normaliseKey(column.name));
  const exact = names.indexOf(key);
  const near = names.flatMap((name, index) => (name.startsWith(key) && key.length > 1 ? [index] : []));
  const index = exact !== -1 ? exact : near.length === 1 ? near[0] : undefined;
  const column = index === undefined ? undefined : columns[index];
  if (index === undefined || !column) return undefined;
  return isAgeColumn(column) ? 'age' : index;
}

const haystacks = new WeakMap<Row, string>();

/** All that can be read in a row, in lower case; built once per row object. */
function haystackOf(row: Row): string {
  const known = haystacks.get(row);
  if (known !== undefined) return known;
  const text = [row.name, row.namespace ?? '', ...row.cells.map(cellText)].join('\n').toLowerCase();
  haystacks.set(row, text);
  return text;
}

/** A test that holds for the rows a filter shows. */
export function compileFilter(filter: Filter, context: RowContext): (row: Row) => boolean {
  const tests = filter.terms.map((term) => compileTerm(term, context));
  const { words } = filter;
  return (row) => words.every((word) => haystackOf(row).includes(word)) && tests.every((test) => test(row));
}

function compileTerm(term: FilterTerm, context: RowContext): (row: Row) => boolean {
  const field = fieldOf(term.key, context.columns);
  if (field === undefined) return () => true;
  const tests = term.values.map((value) => compileValue(field, value, context));
  return (row) => tests.some((test) => test(row)) !== term.negated;
}

function compileValue(field: Field, value: string, context: RowContext): (row: Row) => boolean {
  const wanted = value.toLowerCase();
  if (field === 'namespace') {
    const exact = context.namespaces.has(value);
    return (row) => (exact ? row.namespace === value : (row.namespace ?? '').toLowerCase().includes(wanted));
  }
  if (field === 'name') return (row) => row.name.toLowerCase().includes(wanted);
  if (field === 'health') return compileHealth(wanted, context);
  const comparison = parseComparison(value);
  if (comparison) return compileComparison(field, comparison, context);
  if (field === 'age') return () => false;
  return (row) => cellText(row.cells[field]).toLowerCase().includes(wanted);
}

/** `health:ill`, `health:ok`, a severity, or `>=high` for that and worse. */
function compileHealth(wanted: string, context: RowContext): (row: Row) => boolean {
  const comparison = parseComparison(wanted);
  const least = SEVERITIES.findIndex((severity) => severity === (comparison?.operand ?? wanted));
  return (row) => {
    const severity = context.severityOf(row.uid);
    if (wanted === 'ok') return severity === undefined;
    if (wanted === 'ill') return severity !== undefined;
    const rank = severity === undefined ? -1 : SEVERITIES.indexOf(severity);
    if (rank === -1 || least === -1) return severity?.startsWith(wanted) ?? false;
    return comparison?.operator === '>='
      ? rank <= least
      : comparison?.operator === '>'
        ? rank < least
        : rank === least;
  };
}

function compileComparison(
  field: 'age' | number,
  comparison: NonNullable<ReturnType<typeof parseComparison>>,
  context: RowContext,
): (row: Row) => boolean {
  const operand = sortKey(comparison.operand, '');
  if (operand.rank !== 0) return () => false;
  const type = field === 'age' ? 'number' : (context.columns[field]?.type ?? 'string');
  return (row) => {
    const key = sortKey(valueOf(row, field, context), type);
    if (key.rank !== 0) return false;
    const order = compareKeys(key, operand, false);
    if (comparison.operator === '>') return order > 0;
    if (comparison.operator === '<') return order < 0;
    return comparison.operator === '>=' ? order >= 0 : order <= 0;
  };
}
