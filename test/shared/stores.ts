/** Stores for tests: filled, and with every kind known unless told. */
import type { Knowledge } from '../../shared/cluster/view.ts';
import { KIND_IDS } from '../../shared/kinds/kinds.ts';
import type { KindId, KubeObject } from '../../shared/model/kube.ts';
import type { ObjectStore } from '../../src-main/store/contract.ts';
import { createObjectStore } from '../../src-main/store/object-store.ts';

/** A store that holds copies of these objects. */
export function storeOf(
  objects: readonly KubeObject[] = [],
  knowledge: Partial<Record<KindId, Knowledge>> = {},
): ObjectStore {
  const store = createObjectStore();
  for (const kind of KIND_IDS) store.setKnowledge(kind, knowledge[kind] ?? 'known');
  for (const object of objects) put(store, object);
  return store;
}

/** Stores a copy, as if it came from the server just now. */
export function put(store: ObjectStore, object: KubeObject): void {
  store.upsert(object.kind as KindId, structuredClone(object));
}
