/** How the program names one object of a cluster, present or absent. */

/** Milliseconds since the Unix epoch. */
export type Instant = number;

/** Names one object. `uid` is missing where the object does not exist (a deleted ConfigMap). */
export interface Ref {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

/** `Pod shop/web-1`, or `Node n1` for a cluster-scoped object: for sentences and logs. */
export function formatRef(ref: Ref): string {
  return ref.namespace === undefined ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}
