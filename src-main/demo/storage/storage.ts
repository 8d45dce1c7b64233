/** All objects of one fabric with one count of writes, as etcd keeps them: collections, their histories and their watchers. */
import type { StoredObject } from '../model.ts';
import type { RegistryEvent, Snapshot } from '../registry/contract.ts';
import { Collection } from './collection.ts';
import type { HistoryLimits } from './history.ts';

export interface StorageOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly history: HistoryLimits;
  /** Number of the last write before the first. */
  readonly firstVersion: number;
  /** Takes what a watcher threw. */
  readonly report: (error: unknown) => void;
}

export class Storage {
  readonly #options: StorageOptions;
  readonly #collections = new Map<string, Collection>();
  readonly #waiting: { readonly collection: Collection; readonly event: RegistryEvent }[] = [];
  #announcing = false;
  #version: number;
  #compacted: number;

  constructor(options: StorageOptions) {
    this.#options = options;
    this.#version = options.firstVersion;
    this.#compacted = options.firstVersion;
  }

  get version(): number {
    return this.#version;
  }

  find(storedAs: string, namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#collections.get(storedAs)?.find(namespace, name);
  }

  list(storedAs: string, namespace: string | undefined): readonly StoredObject[] {
    return this.#collection(storedAs).list(namespace);
  }

  listAt(storedAs: string, namespace: string | undefined, version: number): Snapshot {
    return this.#collection(storedAs).listAt(namespace, version, this.#options.now());
  }

  /** Writes `object` with the next version in it and returns it so. */
  put(storedAs: string, object: StoredObject, old: StoredObject | undefined): StoredObject {
    const stored = this.#stamp(object);
    const version = this.#version;
    const type = old === undefined ? 'ADDED' : 'MODIFIED';
    this.#write(storedAs, { type, object: stored, version, ...(old === undefined ? {} : { old }) });
    return stored;
  }

  /** Removes `old`; returns its last state with the version of the deletion. */
  remove(storedAs: string, old: StoredObject): StoredObject {
    const last = this.#stamp(old);
    this.#write(storedAs, { type: 'DELETED', object: last, old, version: this.#version });
    return last;
  }

  watch(
    storedAs: string,
    request: {
      readonly namespace?: string | undefined;
      readonly since?: number | undefined;
    },
    listener: (event: RegistryEvent) => void,
  ): () => void {
    const since = request.since ?? this.#version;
    return this.#collection(storedAs).watch({ ...request, since }, this.#options.now(), listener);
  }

  compact(version = this.#version): void {
    const upTo = Math.min(version, this.#version);
    this.#compacted = Math.max(this.#compacted, upTo);
    for (const collection of this.#collections.values()) collection.compact(upTo);
  }

  #collection(storedAs: string): Collection {
    let collection = this.#collections.get(storedAs);
    if (collection === undefined) {
      const { history, report } = this.#options;
      collection = new Collection(this.#compacted, history, report);
      this.#collections.set(storedAs, collection);
    }
    return collection;
  }

  #stamp(object: StoredObject): StoredObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  /** A watcher may write in turn: that event waits until all have seen the one before, so that everybody sees the same order. */
  #write(storedAs: string, event: RegistryEvent): void {
    const collection = this.#collection(storedAs);
    collection.apply(event, this.#options.now());
    this.#waiting.push({ collection, event });
    if (this.#announcing) return;
    this.#announcing = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next.collection.announce(next.event);
    }
    this.#announcing = false;
  }
}
