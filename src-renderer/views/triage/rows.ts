/** From the forest to the flat list of rows that is drawn: group headings, findings, unfolded effects. */
import type { FindingId, Severity } from '../../../shared/model/finding.ts';
import { groupBySeverity, type TreeNode } from '../../state/forest.ts';

export const ROW_HEIGHT = { group: 28, finding: 48, effect: 24, more: 24 } as const;
/** Effects shown below an unfolded root before the rest is counted in one row. */
const FEW = 4;

export type ListRow =
  | { readonly kind: 'group'; readonly key: string; readonly severity: Severity; readonly count: number }
  | {
      readonly kind: 'finding';
      readonly key: string;
      readonly id: FindingId;
      readonly below: number;
      readonly unfolded: boolean;
    }
  | {
      readonly kind: 'effect';
      readonly key: string;
      readonly id: FindingId;
      readonly root: FindingId;
      /** 1 for a direct effect of the root. */
      readonly depth: number;
    }
  | { readonly kind: 'more'; readonly key: string; readonly root: FindingId; readonly count: number };

export type OptionRow = Exclude<ListRow, { kind: 'group' }>;

export interface Folds {
  /** Roots whose effects are shown. */
  readonly unfolded: ReadonlySet<FindingId>;
  /** Roots whose effects are all shown, however many. */
  readonly all: ReadonlySet<FindingId>;
}

function flatten(nodes: readonly TreeNode[], depth: number): { id: FindingId; depth: number }[] {
  return nodes.flatMap((node) => [{ id: node.id, depth }, ...flatten(node.children, depth + 1)]);
}

/** The rows to draw, in order. Keys are stable across updates. */
export function listRows(roots: readonly TreeNode[], folds: Folds): ListRow[] {
  const rows: ListRow[] = [];
  for (const group of groupBySeverity(roots)) {
    rows.push({
      kind: 'group',
      key: `group:${group.severity}`,
      severity: group.severity,
      count: group.roots.length,
    });
    for (const root of group.roots) {
      const unfolded = root.below > 0 && folds.unfolded.has(root.id);
      rows.push({ kind: 'finding', key: root.id, id: root.id, below: root.below, unfolded });
      if (!unfolded) continue;
      const effects = flatten(root.children, 1);
      const few = effects.length > FEW && !folds.all.has(root.id);
      const shown = few ? effects.slice(0, FEW - 1) : effects;
      for (const effect of shown) rows.push({ kind: 'effect', key: effect.id, root: root.id, ...effect });
      if (few)
        rows.push({
          kind: 'more',
          key: `more:${root.id}`,
          root: root.id,
          count: effects.length - shown.length,
        });
    }
  }
  return rows;
}

/** The option `step` rows away from the one with `key`, skipping headings; the nearest end where there is none. */
export function optionFrom(
  rows: readonly ListRow[],
  key: string | null,
  step: number,
): OptionRow | undefined {
  const options = rows.filter((row): row is OptionRow => row.kind !== 'group');
  const at = options.findIndex((row) => row.key === key);
  if (at < 0) return step < 0 ? options.at(-1) : options[0];
  return options[Math.min(options.length - 1, Math.max(0, at + step))];
}
