/** Holding the list still while someone points at it or works in it: what waits, in words. */
import type { FindingId } from '../../../shared/model/finding.ts';
import { plural } from '../../parts/text.ts';
import { idsOf, type Forest } from '../../state/forest.ts';

export interface Waiting {
  readonly appeared: number;
  readonly gone: number;
  /** True where the same findings stand in another order, group or tree. */
  readonly moved: boolean;
}

/** The order as one comparable text: ids, severities of roots, and nesting. */
function shapeOf(forest: Forest): string {
  const write = (nodes: Forest['roots']): string =>
    nodes
      .map((node) => (node.children.length === 0 ? node.id : `${node.id}(${write(node.children)})`))
      .join(' ');
  return forest.roots.map((root) => `${root.severity} ${write([root])}`).join('\n');
}

/** What a re-rank from `shown` to `next` would bring; undefined where it would change nothing. */
export function compareForests(shown: Forest, next: Forest): Waiting | undefined {
  if (shown === next) return undefined;
  const before = new Set<FindingId>(idsOf(shown.roots));
  const after = new Set<FindingId>(idsOf(next.roots));
  const appeared = [...after].filter((id) => !before.has(id)).length;
  const gone = [...before].filter((id) => !after.has(id)).length;
  if (appeared === 0 && gone === 0 && shapeOf(shown) === shapeOf(next)) return undefined;
  return { appeared, gone, moved: appeared === 0 && gone === 0 };
}

/** The label of the pill: `2 new`, `2 new, 1 gone`, `New order`. */
export function describeWaiting(waiting: Waiting): string {
  const parts = [
    ...(waiting.appeared > 0 ? [`${plural(waiting.appeared, 'new', 'new')}`] : []),
    ...(waiting.gone > 0 ? [`${plural(waiting.gone, 'gone', 'gone')}`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'New order';
}
