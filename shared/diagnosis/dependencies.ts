/** Who read what: from a read key to those who must look again when it changes. */

/** Something computed from the cluster, with the keys it read. */
export interface Dependent {
  keys: readonly string[];
  /** Called for each of its keys that changed; possibly several times. */
  invalidate(): void;
}

export class Dependencies {
  readonly #readers = new Map<string, Set<Dependent>>();

  get isEmpty(): boolean {
    return this.#readers.size === 0;
  }

  has(key: string): boolean {
    return this.#readers.has(key);
  }

  /** Notes what a dependent read now, in place of what it read before. */
  set(dependent: Dependent, keys: readonly string[]): void {
    // Who looks again mostly asks the same questions in the same order.
    if (isSame(dependent.keys, keys)) return;
    for (const key of dependent.keys) {
      const readers = this.#readers.get(key);
      if (readers?.delete(dependent) === true && readers.size === 0) this.#readers.delete(key);
    }
    dependent.keys = keys;
    for (const key of keys) {
      const readers = this.#readers.get(key);
      if (readers === undefined) this.#readers.set(key, new Set([dependent]));
      else readers.add(dependent);
    }
  }

  touch(key: string): void {
    for (const reader of this.#readers.get(key) ?? []) reader.invalidate();
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
