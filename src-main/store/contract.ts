/** What the object store tells its listeners, and how the engine and the publisher read it. */
import type { KnowledgeReason, ObjectSource } from '../../shared/cluster/source.ts';
import type { Knowledge } from '../../shared/cluster/view.ts';
import type { KindId, KubeObject } from '../../shared/model/kube.ts';

/** The writable side: fed by reflectors and by the reader of a dump. The store owns the objects it is given. */
export interface ObjectStore extends ObjectSource {
  /** Adds or replaces. An object with the uid and resourceVersion already stored is no change and tells nobody. */
  upsert(kind: KindId, object: KubeObject): void;
  remove(kind: KindId, object: KubeObject): void;
  /** A complete list of a kind (in one namespace, if given): what is not in it is gone. */
  replace(kind: KindId, objects: readonly KubeObject[], namespace?: string): void;
  /**
   * What is known of a kind: of the whole cluster, or of one namespace where that differs (access by namespace).
   * `because` is shown with the blind spot; without it the engine words a sentence of its own.
   */
  setKnowledge(kind: KindId, knowledge: Knowledge, namespace?: string, because?: KnowledgeReason): void;
  count(kind: KindId): number;
}
