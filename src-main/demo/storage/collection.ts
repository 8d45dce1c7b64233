/** The objects of one resource: the present ones, their history and who watches them. */
import type { StoredObject } from '../model.ts';
import type { RegistryEvent, Snapshot } from '../registry/contract.ts';
import { expired } from '../status-error.ts';
import { History, type HistoryLimits } from './history.ts';
import { SortedObjects } from './sorted-objects.ts';

const NOTHING: readonly StoredObject[] = [];

/** As etcd orders: `namespace/name`, or the name alone. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** One who watches; `since` is the version up to which it has seen everything. */
interface Watcher {
  readonly namespace: string | undefined;
  readonly listener: (event: RegistryEvent) => void;
  since: number;
  stopped: boolean;
}

export interface WatchRequest {
  readonly namespace?: string | undefined;
  readonly since: number;
}

export class Collection {
  readonly #objects = new Map<string, StoredObject>();
  readonly #all = new SortedObjects();
  readonly #byNamespace = new Map<string, SortedObjects>();
  readonly #history: History;
  readonly #watchers = new Map<string | undefined, Set<Watcher>>();
  readonly #report: (error: unknown) => void;
  #remembered: { readonly namespace: string | undefined; readonly snapshot: Snapshot } | undefined;

  constructor(version: number, limits: HistoryLimits, report: (error: unknown) => void) {
    this.#history = new History(version, limits);
    this.#report = report;
  }

  find(namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  list(namespace: string | undefined): readonly StoredObject[] {
    if (namespace === undefined) return this.#all.snapshot();
    return this.#byNamespace.get(namespace)?.snapshot() ?? NOTHING;
  }

  /** Undoes the writes since `version`. Throws 410 where they are not all known. */
  listAt(namespace: string | undefined, version: number, now: number): Snapshot {
    this.#history.trim(now);
    if (version < this.#history.forgotten) {
      throw expired('The resourceVersion for the provided list is too old.');
    }
    const remembered = this.#remembered;
    if (remembered?.namespace === namespace && remembered?.snapshot.version === version) {
      return remembered.snapshot;
    }
    const objects = new SortedObjects();
    for (const object of this.list(namespace)) {
      objects.set(keyOf(object.metadata.namespace, object.metadata.name), object);
    }
    for (const { old, object } of this.#history.backTo(version)) {
      const { namespace: home, name } = object.metadata;
      if (namespace !== undefined && home !== namespace) continue;
      if (old === undefined) objects.delete(keyOf(home, name));
      else objects.set(keyOf(home, name), old);
    }
    const snapshot: Snapshot = { items: objects.snapshot(), version };
    this.#remembered = { namespace, snapshot };
    return snapshot;
  }

  /** Makes the change that `event` tells of, without telling anybody yet. */
  apply(event: RegistryEvent, now: number): void {
    const { namespace, name } = event.object.metadata;
    const key = keyOf(namespace, name);
    if (event.type === 'DELETED') this.#remove(namespace, key);
    else this.#put(namespace, key, event.object);
    this.#history.add(event, now);
  }

  #put(namespace: string | undefined, key: string, object: StoredObject): void {
    this.#objects.set(key, object);
    this.#all.set(key, object);
    if (namespace === undefined) return;
    let own = this.#byNamespace.get(namespace);
    if (own === undefined) this.#byNamespace.set(namespace, (own = new SortedObjects()));
    own.set(key, object);
  }

  #remove(namespace: string | undefined, key: string): void {
    this.#objects.delete(key);
    this.#all.delete(key);
    if (namespace === undefined) return;
    const own = this.#byNamespace.get(namespace);
    own?.delete(key);
    if (own?.size === 0) this.#byNamespace.delete(namespace);
  }

  /** Tells those who watch. What one of them throws is reported and hurts nobody else. */
  announce(event: RegistryEvent): void {
    const { namespace } = event.object.metadata;
    this.#tell(this.#watchers.get(undefined), event);
    if (namespace !== undefined) this.#tell(this.#watchers.get(namespace), event);
  }

  #tell(watchers: ReadonlySet<Watcher> | undefined, event: RegistryEvent): void {
    if (watchers === undefined) return;
    for (const watcher of watchers) {
      if (event.version > watcher.since) this.#deliver(watcher, event);
    }
  }

  #deliver(watcher: Watcher, event: RegistryEvent): void {
    if (watcher.stopped) return;
    watcher.since = event.version;
    try {
      watcher.listener(event);
    } catch (error) {
      this.#report(error);
    }
  }

  /** Tells the writes after `since` at once and all later ones as they come. Throws 410 where some are not known any more. */
  watch(request: WatchRequest, now: number, listener: (event: RegistryEvent) => void): () => void {
    this.#history.trim(now);
    const { namespace, since } = request;
    const { forgotten } = this.#history;
    if (since < forgotten) throw expired(`too old resource version: ${since} (${forgotten})`);
    const watcher: Watcher = { namespace, listener, since, stopped: false };
    this.#replay(watcher);
    if (!watcher.stopped) this.#enlist(watcher);
    return () => {
      watcher.stopped = true;
      this.#dismiss(watcher);
    };
  }

  /** A listener may write: its own writes too are found here, for the search goes on until there is nothing newer. */
  #replay(watcher: Watcher): void {
    let reached = watcher.since;
    for (let event = this.#history.next(reached); event !== undefined; event = this.#history.next(reached)) {
      reached = event.version;
      if (watcher.namespace !== undefined && event.object.metadata.namespace !== watcher.namespace) continue;
      this.#deliver(watcher, event);
    }
  }

  #enlist(watcher: Watcher): void {
    const others = this.#watchers.get(watcher.namespace);
    if (others === undefined) this.#watchers.set(watcher.namespace, new Set([watcher]));
    else others.add(watcher);
  }

  #dismiss(watcher: Watcher): void {
    const others = this.#watchers.get(watcher.namespace);
    others?.delete(watcher);
    if (others?.size === 0) this.#watchers.delete(watcher.namespace);
  }

  compact(version: number): void {
    this.#history.compact(version);
    this.#remembered = undefined;
  }
}
