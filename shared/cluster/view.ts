/** What a scenario may read: one fabric's objects through indexes, and what is known of each kind. */
import type { LogExcerpt } from '../model/finding.ts';
import type { KindId, LabelSelector, ObjectOf, KubeObject } from '../model/kube.ts';
import type { Instant, Ref } from '../model/ref.ts';

/**
 * `known`: listed and followed (or listed once and now stale, which marks the finding, not the claim).
 * `unknown`: not listed yet. `denied`: RBAC refuses list or watch. `absent`: the server does not serve the kind,
 * which then is empty and no blind spot.
 */
export type Knowledge = 'known' | 'unknown' | 'denied' | 'absent';

/** One event, normalised from `core/v1` or `events.k8s.io/v1`. */
export interface ClusterEvent {
  /** The Event object itself, for evidence. */
  readonly ref: Ref;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first?: Instant;
  readonly last?: Instant;
  readonly fieldPath?: string;
  readonly source?: string;
}

/** A container log asked for by a scenario and not (yet) at hand. */
export type LogAnswer =
  | { readonly state: 'ready'; readonly excerpt: LogExcerpt }
  | { readonly state: 'pending' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** Lists are sorted by namespace and name, so that equal clusters give equal answers in every process. */
export interface ClusterView {
  /** What is known of a kind; for a namespaced kind optionally within one namespace. */
  knowledge(kind: KindId, namespace?: string): Knowledge;
  /** One object by name. `undefined` proves absence only where `knowledge(kind, namespace)` is `known`. */
  get<K extends KindId>(kind: K, namespace: string | undefined, name: string): ObjectOf<K> | undefined;
  byUid(uid: string): KubeObject | undefined;
  /** Objects of a kind whose ownerReferences hold this uid. The owner may be of a kind that is not read. */
  ownedBy<K extends KindId>(kind: K, ownerUid: string): readonly ObjectOf<K>[];
  podsOnNode(node: string): readonly ObjectOf<'Pod'>[];
  /** Pods of a namespace that a selector matches; an empty selector matches none here. */
  podsSelected(
    namespace: string,
    selector: LabelSelector | Record<string, string>,
  ): readonly ObjectOf<'Pod'>[];
  /** All nodes: few beside pods, and a scheduling question is about all of them. */
  nodes(): readonly ObjectOf<'Node'>[];
  /** All pods of a namespace: for "nearest labels" questions about a broken Service, never in a healthy path. */
  podsInNamespace(namespace: string): readonly ObjectOf<'Pod'>[];
  /** EndpointSlices of a Service (label kubernetes.io/service-name). */
  slicesOf(namespace: string, service: string): readonly ObjectOf<'EndpointSlice'>[];
  /** Services whose selector matches this pod. */
  servicesSelecting(pod: ObjectOf<'Pod'>): readonly ObjectOf<'Service'>[];
  /** Ingresses of the namespace that name this Service as a backend. */
  ingressesTo(namespace: string, service: string): readonly ObjectOf<'Ingress'>[];
  /** Pods of the namespace whose spec names this ConfigMap or Secret, optional references included. */
  podsReferring(kind: 'ConfigMap' | 'Secret', namespace: string, name: string): readonly ObjectOf<'Pod'>[];
  /**
   * Bindings of one kind that name this subject: a ServiceAccount with its namespace, or a User or Group. The groups of
   * a ServiceAccount (`system:serviceaccounts`, `system:serviceaccounts:NS`, `system:authenticated`) are asked for each.
   */
  bindingsFor<K extends 'RoleBinding' | 'ClusterRoleBinding'>(
    kind: K,
    subject: { readonly kind: string; readonly namespace?: string | undefined; readonly name: string },
  ): readonly ObjectOf<K>[];
  /** All RoleBindings of a namespace: for "who else may" questions about a refusal, never in a healthy path. */
  roleBindingsIn(namespace: string): readonly ObjectOf<'RoleBinding'>[];
  /** Names of all objects of a kind in a namespace: for "similar name" hints on a broken reference. */
  names(kind: KindId, namespace: string | undefined): readonly string[];
  /**
   * The events about the object with this uid, newest first: of each reason, container and message the latest. The
   * first of a reason is the latest of it.
   */
  eventsOf(uid: string): readonly ClusterEvent[];
  /** The tail of a container's log. Asking is what makes it be fetched; nothing is fetched while it is healthy. */
  logOf(pod: ObjectOf<'Pod'>, container: string, previous: boolean): LogAnswer;
  /** Asks for another evaluation of this subject at `at`, for rules that depend on time alone. */
  recheckAt(at: Instant): void;
}
