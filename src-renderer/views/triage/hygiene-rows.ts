/** The flat list of the hygiene tab: each rule that has something to say, and below it the objects it speaks of. */
import { LINT_WORDS } from '../../../shared/lint/words.ts';
import type { LintReport, LintRow, LintRule } from '../../../shared/model/lint.ts';

export const HYGIENE_HEIGHT = { rule: 52, row: 28 } as const;

export type HygieneRow =
  | { readonly kind: 'rule'; readonly key: string; readonly rule: LintRule; readonly count: number }
  | { readonly kind: 'row'; readonly key: string; readonly row: LintRow };

const FIELDS: Readonly<Record<string, (row: LintRow) => string>> = {
  ns: ({ subject }) => subject.namespace ?? '',
  namespace: ({ subject }) => subject.namespace ?? '',
  kind: ({ subject }) => subject.kind,
  name: ({ subject }) => subject.name,
  rule: ({ rule }) => rule,
};

function textOf(row: LintRow): string {
  const { subject, rule, path, observed } = row;
  return [subject.kind, subject.namespace ?? '', subject.name, rule, LINT_WORDS[rule].title, path, observed]
    .join('\n')
    .toLowerCase();
}

/** Rows of which every word of the query is found; `ns:`, `kind:`, `name:` and `rule:` look at one field. */
export function filterHygiene(rows: readonly LintRow[], query: string): readonly LintRow[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter((row) =>
    words.every((word) => {
      const at = word.indexOf(':');
      const name = at > 0 ? word.slice(0, at) : '';
      const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
      return field === undefined
        ? textOf(row).includes(word)
        : field(row)
            .toLowerCase()
            .includes(word.slice(at + 1));
    }),
  );
}

/** In the order of the report, which is by rule. */
export function hygieneRows(rows: readonly LintRow[]): HygieneRow[] {
  const counts = new Map<LintRule, number>();
  for (const { rule } of rows) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return rows.flatMap((row, index): HygieneRow[] => {
    const entry: HygieneRow = { kind: 'row', key: row.id, row };
    if (rows[index - 1]?.rule === row.rule) return [entry];
    return [
      { kind: 'rule', key: `rule ${row.rule}`, rule: row.rule, count: counts.get(row.rule) ?? 0 },
      entry,
    ];
  });
}

/** What the report could not look at, as a sentence; empty where it looked at all. */
export function describeUnchecked({ notChecked }: Pick<LintReport, 'notChecked'>): string {
  return notChecked.length === 0 ? '' : `Not read, so not checked: ${notChecked.join(', ')}.`;
}
