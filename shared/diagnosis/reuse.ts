/** Gives equal findings the same identity from one answer to the next, so that nobody sends what did not change. */
import type { Finding } from '../model/finding.ts';

/** The new findings, each replaced by the old one of its id where both say the same; `before` itself if all do. */
export function reuseFindings(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const old = new Map(before.map((finding) => [finding.id, finding]));
  const reused = after.map((finding) => {
    const known = old.get(finding.id);
    return known !== undefined && isEqual(known, finding) ? known : finding;
  });
  const same = reused.length === before.length && reused.every((finding, index) => finding === before[index]);
  return same ? before : reused;
}

/** Deep equality of plain data: objects, lists and scalars. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}
