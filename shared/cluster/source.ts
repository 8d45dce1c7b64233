/** What the diagnosis engine asks of an object store: all objects of a kind, changes, indexes and what is known. */
import type { KindId, KubeObject } from '../model/kube.ts';
import type { ClusterView, Knowledge } from './view.ts';

/** One object that came, changed or went. `before`/`after` are the stored (stripped) objects. */
export interface Change {
  readonly kind: KindId;
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
}

/** Why a kind cannot be read, for the blind spot: one sentence each. */
export interface KnowledgeReason {
  /** The verb that was refused; `list` unless told. */
  readonly verb?: string | undefined;
  readonly reason?: string | undefined;
  readonly fix?: string | undefined;
  /** Nobody refuses it: the settings of the fabric leave it out. */
  readonly leftOut?: true | undefined;
}

/** What is known of one kind: for the whole cluster, and where single namespaces differ. */
export interface KindKnowledge {
  readonly all: Knowledge;
  readonly namespaces: ReadonlyMap<string, Knowledge>;
  /** By namespace; the empty string stands for the whole cluster. */
  readonly reasons: ReadonlyMap<string, KnowledgeReason>;
}

/** The store as a scenario sees it: without log access and rechecks, which the engine adds. */
export type StoreView = Omit<ClusterView, 'logOf' | 'recheckAt'>;

export interface ObjectSource {
  /** All objects of a kind: for the engine's first pass and for counts, never for a scenario. */
  all(kind: KindId): Iterable<KubeObject>;
  /** Called synchronously per change; returns the function that stops it. */
  onChange(listener: (change: Change) => void): () => void;
  knowledgeOf(kind: KindId): KindKnowledge;
  /** Grows whenever the knowledge of any kind changes. */
  readonly knowledgeVersion: number;
  readonly view: StoreView;
}
