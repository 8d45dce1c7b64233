/** From the flat, ranked findings to root causes with their effects below them. */
import { SEVERITIES, type Finding, type FindingId, type Severity } from '../../shared/model/finding.ts';

/** One finding in the forest; `children` are its direct effects, in rank order. */
export interface TreeNode {
  readonly id: FindingId;
  readonly severity: Severity;
  readonly children: readonly TreeNode[];
  /** All effects below, at any depth. */
  readonly below: number;
}

export interface Forest {
  readonly roots: readonly TreeNode[];
  /** Effects of all roots together. */
  readonly symptoms: number;
}

/**
 * Builds the forest from findings in rank order. A finding whose cause is not among them is a root, and so is the
 * highest-ranked one of a circle, so that nothing can vanish from the screen. O(n).
 */
export function buildForest(order: readonly FindingId[], byId: ReadonlyMap<FindingId, Finding>): Forest {
  const present = order.filter((id) => byId.has(id));
  const rank = new Map(present.map((id, index) => [id, index]));
  const effects = new Map<FindingId, FindingId[]>();
  for (const id of present) {
    const cause = byId.get(id)?.rootCause ?? null;
    if (cause === null || !rank.has(cause) || cause === id) continue;
    const known = effects.get(cause);
    if (known) known.push(id);
    else effects.set(cause, [id]);
  }

  const placed = new Set<FindingId>();
  const grow = (id: FindingId): TreeNode => {
    placed.add(id);
    const children: TreeNode[] = [];
    for (const effect of effects.get(id) ?? []) if (!placed.has(effect)) children.push(grow(effect));
    const below = children.reduce((sum, child) => sum + 1 + child.below, 0);
    return { id, severity: byId.get(id)?.severity ?? 'info', children, below };
  };

  const isRoot = (id: FindingId): boolean => {
    const cause = byId.get(id)?.rootCause ?? null;
    return cause === null || cause === id || !rank.has(cause);
  };
  const roots = present.filter(isRoot).map(grow);
  // What is left hangs on a circle of causes.
  for (const id of present) if (!placed.has(id)) roots.push(grow(id));
  roots.sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
  return { roots, symptoms: roots.reduce((sum, root) => sum + root.below, 0) };
}

/** Every id in the forest, roots first, each with its effects after it. */
export function idsOf(roots: readonly TreeNode[]): FindingId[] {
  return roots.flatMap((root) => [root.id, ...idsOf(root.children)]);
}

/** Roots in groups of equal severity, worst first; the order within a group is kept. Empty groups are left out. */
export function groupBySeverity(
  roots: readonly TreeNode[],
): readonly { readonly severity: Severity; readonly roots: readonly TreeNode[] }[] {
  return SEVERITIES.map((severity) => ({
    severity,
    roots: roots.filter((root) => root.severity === severity),
  })).filter((group) => group.roots.length > 0);
}

/**
 * Keeps what matches: a root stays with all its effects where it or any effect matches, since an effect without its
 * cause would mislead.
 */
export function filterForest(forest: Forest, matches: (id: FindingId) => boolean): Forest {
  const hit = (node: TreeNode): boolean => matches(node.id) || node.children.some(hit);
  const roots = forest.roots.filter(hit);
  return { roots, symptoms: roots.reduce((sum, root) => sum + root.below, 0) };
}
