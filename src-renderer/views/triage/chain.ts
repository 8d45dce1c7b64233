/** Places the causal chain of a finding: columns from root to effects, rows for branches, and the lines between. */
import type { Finding, FindingId } from '../../../shared/model/finding.ts';

export const CHAIN = {
  boxWidth: 148,
  boxHeight: 62,
  columnStep: 178,
  rowStep: 72,
  maxRows: 2,
  maxColumns: 6,
} as const;

export interface ChainBox {
  readonly finding: Finding;
  /** Its cause in the chain; undefined for the root. */
  readonly cause: Finding | undefined;
  readonly column: number;
  readonly row: number;
  /** Pixels from the left and the top. */
  readonly x: number;
  readonly y: number;
}

export interface Chain {
  readonly boxes: readonly ChainBox[];
  /** SVG paths from cause to effect. */
  readonly edges: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Effects for which there was no room. */
  readonly left: number;
}

type Find = (id: FindingId) => Finding | undefined;

/** From the root cause down to the finding itself; a circle ends where it would repeat. */
export function pathTo(finding: Finding, find: Find): readonly Finding[] {
  const path = [finding];
  const seen = new Set([finding.id]);
  for (let id = finding.rootCause; id !== null && !seen.has(id);) {
    const cause = find(id);
    if (!cause) break;
    seen.add(id);
    path.unshift(cause);
    id = cause.rootCause;
  }
  return path;
}

function edge(from: ChainBox, to: ChainBox): string {
  const startX = from.x + CHAIN.boxWidth + 2;
  const startY = from.y + CHAIN.boxHeight / 2;
  const endX = to.x - 3;
  const endY = to.y + CHAIN.boxHeight / 2;
  if (startY === endY) return `M${startX} ${startY}H${endX}`;
  const bend = startX + 10;
  return `M${startX} ${startY}H${bend}V${endY}H${endX}`;
}

/**
 * Lays out the chain through `finding`: its path from the root lies in the first row, other effects branch below as
 * far as rows and columns go. Undefined where there is no chain: a root without effects.
 */
export function layoutChain(finding: Finding, find: Find): Chain | undefined {
  const path = pathTo(finding, find);
  const root = path[0] ?? finding;
  const onPath = new Set(path.map((one) => one.id));
  const boxes: ChainBox[] = [];
  const edges: string[] = [];
  const placed = new Set<FindingId>();
  let rows = 1;

  const place = (one: Finding, cause: ChainBox | undefined, column: number, row: number): void => {
    placed.add(one.id);
    const box = {
      finding: one,
      cause: cause?.finding,
      column,
      row,
      x: column * CHAIN.columnStep,
      y: 2 + row * CHAIN.rowStep,
    };
    boxes.push(box);
    if (cause) edges.push(edge(cause, box));
    if (column + 1 >= CHAIN.maxColumns) return;
    const effects = one.effects
      .map(find)
      .filter((effect) => effect !== undefined)
      .filter((effect) => !placed.has(effect.id))
      .toSorted((a, b) => Number(onPath.has(b.id)) - Number(onPath.has(a.id)));
    // The rows of the nearer branches are given out before any of them grows further.
    const planned = effects.flatMap((effect, index) => {
      if (index === 0) return [{ effect, at: row }];
      if (rows >= CHAIN.maxRows) return [];
      rows += 1;
      return [{ effect, at: rows - 1 }];
    });
    for (const { effect, at } of planned) if (!placed.has(effect.id)) place(effect, box, column + 1, at);
  };
  place(root, undefined, 0, 0);
  if (boxes.length < 2) return undefined;

  const total = countBelow(root, find);
  const columns = Math.max(...boxes.map((box) => box.column)) + 1;
  const usedRows = Math.max(...boxes.map((box) => box.row)) + 1;
  return {
    boxes,
    edges,
    width: (columns - 1) * CHAIN.columnStep + CHAIN.boxWidth,
    height: (usedRows - 1) * CHAIN.rowStep + CHAIN.boxHeight + 4,
    left: total - (boxes.length - 1),
  };
}

function countBelow(root: Finding, find: Find): number {
  const seen = new Set<FindingId>([root.id]);
  const queue = [...root.effects];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const effect = seen.has(id) ? undefined : find(id);
    if (!effect) continue;
    seen.add(id);
    queue.push(...effect.effects);
  }
  return seen.size - 1;
}
