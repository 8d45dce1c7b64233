/** What every controller is given, and the small rules that all of them share. */
import type { ObjectMeta, OwnerReference, StoredObject } from '../model.ts';
import { equal } from '../registry/json.ts';
import type { Clock } from './clock.ts';
import type { RecordEvent } from './events.ts';
import type { Indexer, Informers } from './informers.ts';
import type { Condition, IntOrPercent } from './objects.ts';
import type { Writer } from './writer.ts';

export interface Tools {
  readonly clock: Clock;
  readonly writer: Writer;
  readonly informers: Informers;
  readonly recordEvent: RecordEvent;
  readonly pods: PodIndexers;
}

export interface PodIndexers {
  /** By the uid of the controlling owner. */
  readonly byController: Indexer<'Pod'>;
  /** Pods that no controller owns, by namespace: candidates for adoption. */
  readonly orphans: Indexer<'Pod'>;
  readonly byNamespace: Indexer<'Pod'>;
  readonly byNode: Indexer<'Pod'>;
}

export interface Controller {
  stop(): void;
}

export function podIndexers(informers: Informers): PodIndexers {
  return {
    byController: informers.index('Pod', (pod) => optional(controllerOf(pod)?.uid)),
    orphans: informers.index('Pod', (pod) =>
      controllerOf(pod) === undefined ? optional(pod.metadata.namespace) : [],
    ),
    byNamespace: informers.index('Pod', (pod) => optional(pod.metadata.namespace)),
    byNode: informers.index('Pod', (pod) => optional(pod.spec.nodeName)),
  };
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** `namespace/name`, or the name alone for an object without a namespace: the key of a work queue. */
export function keyOf({ metadata: { namespace, name } }: { readonly metadata: Partial<ObjectMeta> }): string {
  return namespace === undefined ? (name ?? '') : `${namespace}/${name ?? ''}`;
}

export function splitKey(key: string): { readonly namespace: string | undefined; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function controllerOf(object: StoredObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export function ownerReferenceTo({ apiVersion, kind, metadata }: StoredObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

/**
 * The conditions with one set, as the workload controllers of Kubernetes do it: same status and reason change nothing,
 * same status keeps the transition time, and a changed condition goes to the end.
 */
export function withCondition(conditions: readonly Condition[], wanted: Condition): readonly Condition[] {
  const present = conditions.find(({ type }) => type === wanted.type);
  if (present?.status === wanted.status && present.reason === wanted.reason) return conditions;
  const kept =
    present?.status === wanted.status && present.lastTransitionTime !== undefined
      ? { lastTransitionTime: present.lastTransitionTime }
      : {};
  return [...withoutCondition(conditions, wanted.type), { ...wanted, ...kept }];
}

export function withoutCondition(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** Without the fields that are zero, empty text or missing, as Go's `omitempty` leaves them out. */
export function omitEmpty<T extends object>(fields: T): Partial<T> {
  const kept = Object.entries(fields).filter(
    ([, value]: [string, unknown]) =>
      value !== 0 && value !== '' && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as Partial<T>;
}

/** Deep equality of JSON. */
export function same(one: unknown, other: unknown): boolean {
  return equal(one, other);
}

/** A number, or a share of `total` such as `25%`. */
export function scaled(value: IntOrPercent | undefined, total: number, round: 'up' | 'down'): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const share = (Number.parseInt(value, 10) * total) / 100;
  if (!Number.isFinite(share)) return 0;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}

export function timeOf(text: string | null | undefined): number {
  return text === undefined || text === null ? 0 : Date.parse(text);
}

/** Oldest first, by name where two were made in the same second. */
export function byAge(one: StoredObject, other: StoredObject): number {
  return (
    timeOf(one.metadata.creationTimestamp) - timeOf(other.metadata.creationTimestamp) ||
    (one.metadata.name < other.metadata.name ? -1 : 1)
  );
}

export function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
