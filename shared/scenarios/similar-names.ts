/** Finds the names that were probably meant where a reference points at nothing. */

/** Longer names than Kubernetes allows are not compared: the cost grows with the square. */
const LONGEST = 253;

/**
 * The names most like `wanted`, the nearest first, at most `max`. Alike are names within a few edits (one per four
 * characters), and names that differ only in a trailing hash, as generators append (`app-config-7g8h9k2m5t`).
 */
export function similarNames(wanted: string, names: readonly string[], max = 2): string[] {
  const limit = Math.max(1, Math.floor(wanted.length / 4));
  const scored: { name: string; distance: number }[] = [];
  for (const name of names) {
    if (name === wanted) continue;
    const sameStem = stemOf(name) === stemOf(wanted);
    const distance = sameStem ? 0 : editDistance(wanted, name, limit);
    if (distance <= limit) scored.push({ name, distance });
  }
  return scored
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, max)
    .map(({ name }) => name);
}

/**
 * The number of edits between two texts, or `limit + 1` once it is clear that there are more. An edit adds, drops or
 * replaces a character, or swaps two neighbours (optimal string alignment).
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || a.length > LONGEST || b.length > LONGEST) return limit + 1;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (previous[column - 1] ?? 0) + (same ? 0 : 1),
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          swapped ? (older[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    if (Math.min(...current, ...previous) > limit) return limit + 1;
    older = previous;
    previous = current;
  }
  return Math.min(previous[b.length] ?? 0, limit + 1);
}

/** The name without the hash that Kustomize appends: ten characters of its hash alphabet. */
function stemOf(name: string): string {
  return name.replace(/-[2456789bcdfghkmt]{10}$/, '');
}
