/** Keeps memory small: parts of an object that equal those of another object are stored once. */

/** Deeper parts are kept as they are; no Kubernetes object of a kind that is read nests so far. */
const MAX_DEPTH = 24;
/** Shorter strings are shared by the JSON parser itself. */
const SHORT = 10;

/**
 * Replaces, in place, every part of `next` that equals the same part of `sample` by `sample`'s own, strings included;
 * returns `sample` itself where all is equal. The previous version of an object or a pod of the same owner is a good
 * sample: most of a pod is its template.
 */
export function share<T extends object>(next: T, sample: T | undefined): T {
  return sample === undefined ? next : (shareAt(next, sample, 0) as T);
}

function shareAt(next: object, sample: object, depth: number): object {
  if (next === sample || depth > MAX_DEPTH) return next;
  if (isList(next)) return isList(sample) ? shareItems(next, sample, depth) : next;
  return isList(sample) ? next : shareFields(next as Fields, sample as Fields, depth);
}

function isList(value: object): value is unknown[] {
  return Array.isArray(value);
}

type Fields = Record<string, unknown>;

function shareFields(next: Fields, sample: Fields, depth: number): Fields {
  let equal = true;
  let fields = 0;
  for (const key of Object.keys(next)) {
    fields += 1;
    const mine = next[key];
    // What the prototype has (`constructor`) is no field of the sample; neither is what an own `__proto__` hides.
    const theirs = sample[key];
    if (typeof mine === 'object' && mine !== null) {
      const part =
        typeof theirs === 'object' && theirs !== null && Object.hasOwn(sample, key)
          ? shareAt(mine, theirs, depth + 1)
          : mine;
      if (part !== mine) next[key] = part;
      if (part !== theirs) equal = false;
    } else if (mine !== theirs) equal = false;
    // Equal text: taking the sample's lets the new copy be collected.
    else if (typeof mine === 'string' && mine.length > SHORT) next[key] = theirs;
  }
  if (!equal) return next;
  return fields === Object.keys(sample).length ? sample : next;
}

function shareItems(next: unknown[], sample: readonly unknown[], depth: number): unknown[] {
  let equal = next.length === sample.length;
  const common = Math.min(next.length, sample.length);
  for (let index = 0; index < common; index += 1) {
    const mine = next[index];
    const theirs = sample[index];
    if (typeof mine === 'object' && mine !== null) {
      const part = typeof theirs === 'object' && theirs !== null ? shareAt(mine, theirs, depth + 1) : mine;
      if (part !== mine) next[index] = part;
      if (part !== theirs) equal = false;
    } else if (mine !== theirs) equal = false;
    else if (typeof mine === 'string' && mine.length > SHORT) next[index] = theirs;
  }
  return equal ? (sample as unknown[]) : next;
}
