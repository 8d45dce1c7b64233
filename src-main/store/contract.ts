/** What the object store tells its listeners, and how the engine and the publisher read it. */
import type { ClusterView, Knowledge } from '../../shared/cluster/view.ts';
import type { KindId, KubeObject } from '../../shared/model/kube.ts';

/** One object that came, changed or went. `before`/`after` are the stored (stripped) objects. */
export interface Change {
  readonly kind: KindId;
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
}

/** The writable side: fed by reflectors and by the reader of a dump. */
export interface ObjectStore {
  upsert(kind: KindId, object: KubeObject): void;
  remove(kind: KindId, object: KubeObject): void;
  /** A complete list of a kind (in one namespace, if given): what is not in it is gone. */
  replace(kind: KindId, objects: readonly KubeObject[], namespace?: string): void;
  setKnowledge(kind: KindId, knowledge: Knowledge, namespace?: string): void;
  /** All objects of a kind: for the engine's first pass and for counts, never for a scenario. */
  all(kind: KindId): Iterable<KubeObject>;
  count(kind: KindId): number;
  /** Called synchronously per change; returns the function that stops it. */
  onChange(listener: (change: Change) => void): () => void;
  /** The read-only side for scenarios, without log access and rechecks (the engine adds those). */
  readonly view: Omit<ClusterView, 'logOf' | 'recheckAt'>;
}
