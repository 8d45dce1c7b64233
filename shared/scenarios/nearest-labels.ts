/** Finds the labels a selector that matches nothing was probably meant for. */
import { labelOf } from '../cluster/selectors.ts';
import type { Ref } from '../model/ref.ts';
import { editDistance } from './similar-names.ts';

export interface Candidate {
  readonly ref: Ref;
  readonly labels: Record<string, string>;
}

export interface NearMiss {
  readonly candidate: Candidate;
  /** The labels that differ; `found` is missing where the candidate has no such key. */
  readonly differs: readonly {
    readonly key: string;
    readonly wanted: string;
    readonly found: string | undefined;
  }[];
}

/** More edits than these are another word, not a slip. */
const MAX_EDITS = 3;

/**
 * The candidate that differs least, or `undefined` where none is near: one shares at least one label with the
 * selector, or has the same key with a value that looks like a slip (`web` for `wbe`, `catalog` for `catalogue`).
 */
export function nearestLabels(
  selector: Record<string, string>,
  candidates: readonly Candidate[],
): NearMiss | undefined {
  let best: { miss: NearMiss; score: number } | undefined;
  for (const candidate of candidates) {
    const differs = Object.entries(selector).flatMap(([key, wanted]) => {
      const found = labelOf(candidate.labels, key);
      return found === wanted ? [] : { key, wanted, found };
    });
    const edits = differs.map(({ wanted, found }) => editsBetween(wanted, found));
    const shares = differs.length < Object.keys(selector).length;
    if (differs.length === 0 || (!shares && edits.some((each) => each > MAX_EDITS))) continue;
    // One label more that differs outweighs any difference in spelling.
    const score = differs.length * 1000 + edits.reduce((sum, each) => sum + Math.min(each, 100), 0);
    if (best === undefined || score < best.score) best = { miss: { candidate, differs }, score };
  }
  return best?.miss;
}

function editsBetween(wanted: string, found: string | undefined): number {
  if (found === undefined) return MAX_EDITS + 1;
  if (found.startsWith(wanted) || wanted.startsWith(found))
    return Math.min(MAX_EDITS, Math.abs(found.length - wanted.length));
  const limit = Math.min(MAX_EDITS, Math.floor(Math.max(wanted.length, found.length) / 2));
  const edits = editDistance(wanted, found, limit);
  return edits > limit ? MAX_EDITS + 1 : edits;
}
