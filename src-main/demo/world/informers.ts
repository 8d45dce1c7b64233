/** One watch per kind for all controllers, with indexers kept current by it, so that no event makes anyone scan. */
import { tellMistake } from './mistakes.ts';
import type { TypedEvent, WorldKind, WorldKinds, Writer } from './writer.ts';

/** The objects of one kind by some name, e.g. pods by their node. */
export class Indexer<K extends WorldKind> {
  readonly #groups = new Map<string, Map<string, WorldKinds[K]>>();
  readonly #keysOf: (object: WorldKinds[K]) => readonly string[];

  constructor(keysOf: (object: WorldKinds[K]) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  /** In the order in which the objects came under this key. */
  get(key: string): readonly WorldKinds[K][] {
    const found = this.#groups.get(key);
    return found === undefined ? [] : [...found.values()];
  }

  count(key: string): number {
    return this.#groups.get(key)?.size ?? 0;
  }

  keys(): readonly string[] {
    return [...this.#groups.keys()];
  }

  apply({ type, object, old }: TypedEvent<K>): void {
    const { uid } = object.metadata;
    const keys = type === 'DELETED' ? [] : this.#keysOf(object);
    const before =
      type === 'DELETED' ? [object, ...(old === undefined ? [] : [old])] : old === undefined ? [] : [old];
    for (const key of before.flatMap((each) => this.#keysOf(each))) {
      if (!keys.includes(key)) this.#remove(key, uid);
    }
    for (const key of keys) {
      const group = this.#groups.get(key) ?? new Map<string, WorldKinds[K]>();
      group.set(uid, object);
      this.#groups.set(key, group);
    }
  }

  #remove(key: string, uid: string): void {
    const group = this.#groups.get(key);
    group?.delete(uid);
    if (group?.size === 0) this.#groups.delete(key);
  }
}

type Apply = (event: TypedEvent<WorldKind>) => void;

interface Informer {
  readonly indexers: Apply[];
  readonly listeners: Apply[];
  readonly stop: () => void;
}

export class Informers {
  readonly #writer: Writer;
  readonly #informers = new Map<WorldKind, Informer>();

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Indexers are current before any listener hears of a change. */
  index<K extends WorldKind>(kind: K, keysOf: (object: WorldKinds[K]) => readonly string[]): Indexer<K> {
    const indexer = new Indexer(keysOf);
    const apply = (event: TypedEvent<K>): void => {
      indexer.apply(event);
    };
    for (const object of this.#writer.list(kind)) apply({ type: 'ADDED', object });
    this.#informer(kind).indexers.push(apply as Apply);
    return indexer;
  }

  /** Hears of the present objects as ADDED, then of every change. */
  on<K extends WorldKind>(kind: K, listener: (event: TypedEvent<K>) => void): void {
    for (const object of this.#writer.list(kind)) listener({ type: 'ADDED', object });
    this.#informer(kind).listeners.push(listener as Apply);
  }

  stop(): void {
    for (const { stop } of this.#informers.values()) stop();
  }

  #informer(kind: WorldKind): Informer {
    const present = this.#informers.get(kind);
    if (present !== undefined) return present;
    const indexers: Apply[] = [];
    const listeners: Apply[] = [];
    const stop = this.#writer.watchFromNow(kind, (event) => {
      for (const apply of indexers) apply(event);
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          tellMistake(error);
        }
      }
    });
    const informer = { indexers, listeners, stop };
    this.#informers.set(kind, informer);
    return informer;
  }
}
