/** Objects in the order of their keys, with snapshots that stay as they were when taken. */
import type { StoredObject } from '../model.ts';

/** Where `key` is, or would be put, in `keys`. */
function positionOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class SortedObjects {
  readonly #keys: string[] = [];
  #items: StoredObject[] = [];
  /** True once `snapshot` gave the present array away: then the next change starts from a copy. */
  #shared = false;

  get size(): number {
    return this.#keys.length;
  }

  /** The objects in order. A later change leaves this array as it is. */
  snapshot(): readonly StoredObject[] {
    this.#shared = true;
    return this.#items;
  }

  set(key: string, object: StoredObject): void {
    const at = positionOf(this.#keys, key);
    this.#own();
    if (this.#keys[at] === key) {
      this.#items[at] = object;
      return;
    }
    this.#keys.splice(at, 0, key);
    this.#items.splice(at, 0, object);
  }

  delete(key: string): void {
    const at = positionOf(this.#keys, key);
    if (this.#keys[at] !== key) return;
    this.#own();
    this.#keys.splice(at, 1);
    this.#items.splice(at, 1);
  }

  #own(): void {
    if (!this.#shared) return;
    this.#items = this.#items.slice();
    this.#shared = false;
  }
}
