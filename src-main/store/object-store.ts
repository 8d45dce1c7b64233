/** The objects of one fabric in memory, by kind, with indexes, and what is known of each kind. */
import type { Change, KindKnowledge, KnowledgeReason, StoreView } from '../../shared/cluster/source.ts';
import type { Knowledge } from '../../shared/cluster/view.ts';
import { KIND_IDS } from '../../shared/kinds/kinds.ts';
import type { KindId, KubeObject } from '../../shared/model/kube.ts';
import type { ObjectStore } from './contract.ts';
import { Shelf } from './shelf.ts';
import { createStoreView } from './store-view.ts';

interface KindState {
  all: Knowledge;
  readonly namespaces: Map<string, Knowledge>;
  readonly reasons: Map<string, KnowledgeReason>;
}

/** An empty store in which no kind is known yet. */
export function createObjectStore(): ObjectStore {
  return new MemoryStore();
}

class MemoryStore implements ObjectStore {
  readonly view: StoreView;
  knowledgeVersion = 0;
  readonly #shelves: Readonly<Record<KindId, Shelf>>;
  readonly #knowledge = new Map<KindId, KindState>();
  readonly #listeners = new Set<(change: Change) => void>();

  constructor() {
    this.#shelves = Object.fromEntries(KIND_IDS.map((kind) => [kind, new Shelf(kind)])) as Record<
      KindId,
      Shelf
    >;
    this.view = createStoreView(this.#shelves, (kind) => this.knowledgeOf(kind));
  }

  upsert(kind: KindId, object: KubeObject): void {
    const shelf = this.#shelves[kind];
    const uid = shelf.adopt(object);
    if (uid === undefined) return;
    let before = shelf.byUid(uid);
    if (before !== undefined && isSameVersion(before, object)) return;
    const { namespace, name } = object.metadata;
    // A new object under an old name, or (from a hostile server) a new name under an old uid: the old one is gone.
    const namesake = shelf.byName(namespace, name);
    if (namesake !== undefined && namesake !== before) this.#drop(kind, namesake);
    if (before !== undefined && namesake !== before) {
      this.#drop(kind, before);
      before = undefined;
    }
    const after = shelf.put(uid, object, before);
    if (after !== before) this.#tell({ kind, before, after });
  }

  remove(kind: KindId, object: KubeObject): void {
    const shelf = this.#shelves[kind];
    const uid = shelf.adopt(object);
    const stored = uid === undefined ? undefined : shelf.byUid(uid);
    if (stored !== undefined) this.#drop(kind, stored);
  }

  replace(kind: KindId, objects: readonly KubeObject[], namespace?: string): void {
    const shelf = this.#shelves[kind];
    const kept = new Set<string>();
    for (const object of objects) {
      this.upsert(kind, object);
      const uid = shelf.adopt(object);
      if (uid !== undefined) kept.add(uid);
    }
    const present = namespace === undefined ? shelf.all() : shelf.inNamespace(namespace);
    const gone = [...present].filter(({ metadata }) => !kept.has(metadata.uid ?? ''));
    for (const object of gone) this.#drop(kind, object);
  }

  setKnowledge(kind: KindId, knowledge: Knowledge, namespace?: string, because?: KnowledgeReason): void {
    const state = this.#stateOf(kind);
    const before = namespace === undefined ? state.all : state.namespaces.get(namespace);
    const where = namespace ?? '';
    if (before === knowledge && state.reasons.get(where) === because) return;
    if (namespace === undefined) state.all = knowledge;
    else state.namespaces.set(namespace, knowledge);
    if (because === undefined) state.reasons.delete(where);
    else state.reasons.set(where, because);
    this.knowledgeVersion += 1;
  }

  knowledgeOf(kind: KindId): KindKnowledge {
    return this.#stateOf(kind);
  }

  all(kind: KindId): Iterable<KubeObject> {
    return this.#shelves[kind].all();
  }

  count(kind: KindId): number {
    return this.#shelves[kind].size;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stateOf(kind: KindId): KindState {
    let state = this.#knowledge.get(kind);
    if (state === undefined) {
      state = { all: 'unknown', namespaces: new Map(), reasons: new Map() };
      this.#knowledge.set(kind, state);
    }
    return state;
  }

  #drop(kind: KindId, object: KubeObject): void {
    this.#shelves[kind].drop(object.metadata.uid ?? '', object);
    this.#tell({ kind, before: object });
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function isSameVersion(stored: KubeObject, next: KubeObject): boolean {
  const { resourceVersion } = next.metadata;
  return (
    resourceVersion !== undefined &&
    resourceVersion !== '' &&
    stored.metadata.resourceVersion === resourceVersion
  );
}
