/** One index of the store: from a key to the uids of the objects that have it. */
import type { IndexKeys } from '../../shared/cluster/index-keys.ts';
import type { KubeObject } from '../../shared/model/kube.ts';

export class KeyIndex {
  readonly #uids = new Map<string, Set<string>>();
  readonly #keys: IndexKeys;

  constructor(keys: IndexKeys) {
    this.#keys = keys;
  }

  /** Follows one object from `before` to `after`; both have this uid and the same namespace. */
  move(uid: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const { keysOf, part } = this.#keys;
    if (before !== undefined && after !== undefined && part(before) === part(after)) return;
    if (before !== undefined) for (const key of keysOf(before)) this.#drop(key, uid);
    if (after !== undefined) for (const key of keysOf(after)) this.#add(key, uid);
  }

  uids(key: string): ReadonlySet<string> | undefined {
    return this.#uids.get(key);
  }

  #add(key: string, uid: string): void {
    const set = this.#uids.get(key);
    if (set === undefined) this.#uids.set(key, new Set([uid]));
    else set.add(uid);
  }

  #drop(key: string, uid: string): void {
    const set = this.#uids.get(key);
    if (set?.delete(uid) === true && set.size === 0) this.#uids.delete(key);
  }
}
