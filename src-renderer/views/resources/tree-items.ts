/** The kind tree as a list of lines, and how the arrow keys move in it. */
import type { GroupId, KindGroup, KindNode } from './kind-tree.ts';

/** One line of the tree as it stands on screen. `node` is missing on a group. */
export interface TreeItem {
  readonly id: string;
  readonly group: KindGroup;
  readonly node?: KindNode;
  readonly expanded: boolean;
  /** Place among its siblings, from 1, and how many there are. */
  readonly position: number;
  readonly size: number;
}

/** Groups with their kinds below where they are unfolded. */
export function flattenTree(
  groups: readonly KindGroup[],
  expanded: ReadonlySet<string> | 'all',
): readonly TreeItem[] {
  return groups.flatMap((group, index) => {
    const open = expanded === 'all' || expanded.has(group.id);
    const head: TreeItem = { id: group.id, group, expanded: open, position: index + 1, size: groups.length };
    if (!open) return [head];
    const size = group.kinds.length;
    return [
      head,
      ...group.kinds.map((node, at): TreeItem => ({
        id: node.id,
        group,
        node,
        expanded: false,
        position: at + 1,
        size,
      })),
    ];
  });
}

/** What an arrow key does from an item: goes to another, or folds (`false`) and unfolds (`true`) this one. */
export function moveInTree(
  items: readonly TreeItem[],
  from: string,
  key: string,
): { readonly to?: string; readonly toggle?: boolean } | undefined {
  const at = items.findIndex((item) => item.id === from);
  const item = items[at];
  if (!item) return undefined;
  const go = (to: TreeItem | undefined) => (to ? { to: to.id } : {});
  switch (key) {
    case 'ArrowDown':
      return go(items[at + 1]);
    case 'ArrowUp':
      return go(items[at - 1]);
    case 'Home':
      return go(items[0]);
    case 'End':
      return go(items.at(-1));
    case 'ArrowRight':
      if (item.node) return {};
      return item.expanded ? go(items[at + 1]) : { toggle: true };
    case 'ArrowLeft':
      if (item.node) return { to: item.group.id };
      return item.expanded ? { toggle: false } : {};
    default:
      return undefined;
  }
}

const FIRST_EXPANDED: readonly GroupId[] = ['wiring', 'vpc', 'workloads', 'custom'];

/** The groups that were unfolded last time, from storage of unknown shape; else those people begin with. */
export function readExpanded(stored: unknown): ReadonlySet<string> {
  const valid = Array.isArray(stored) && stored.every((id) => typeof id === 'string');
  return new Set<string>(valid ? stored : FIRST_EXPANDED);
}
