/** Questions about a Service: whether it has pods to lead to, and which workloads it is meant for. */
import { record, records } from '../cluster/narrow.ts';
import { labelPairs, matchesSelector } from '../cluster/selectors.ts';
import { controllerOf, refOf } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { EndpointSlice, KindId, KubeObject, Pod, Service } from '../model/kube.ts';
import type { Instant, Ref } from '../model/ref.ts';
import { changedAt, conditionOf, createdAt } from './pods.ts';

/** The label pairs of a selector that makes endpoints; `undefined` where pods are none of this Service's business. */
export function selectorOf(service: Service): Record<string, string> | undefined {
  const { type, selector } = record(service.spec);
  if (type === 'ExternalName' || service.metadata.deletionTimestamp !== undefined) {
    return undefined;
  }
  const pairs = labelPairs(selector);
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** `app=web, tier=front`. */
export function formatLabels(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

const YOUNG = 30_000;

/** A Service and the pods for it are made one after the other: for 30 s nothing is held against it. */
export function isYoung(service: Service, cluster: ClusterView, now: Instant): boolean {
  const until = (createdAt(service) ?? 0) + YOUNG;
  if (now >= until) return false;
  cluster.recheckAt(until);
  return true;
}

/**
 * Whether any endpoint takes traffic: ready, or ending and still serving. A missing `ready` means ready (EndpointSlice
 * API). `undefined` where slices are not known.
 */
export function hasServingEndpoint(service: Service, cluster: ClusterView): boolean | undefined {
  const { namespace = '', name } = service.metadata;
  if (cluster.knowledge('EndpointSlice', namespace) !== 'known') return undefined;
  return cluster.slicesOf(namespace, name).some(({ endpoints }: EndpointSlice) =>
    records(endpoints).some(({ conditions }) => {
      const { ready, serving } = record(conditions);
      return ready !== false || serving === true;
    }),
  );
}

/** A workload whose pods would match, and how many it wants. */
export interface Target {
  readonly ref: Ref;
  readonly wanted: number;
  readonly labels: Record<string, string>;
  /** When its availability last changed, or else it was made. */
  readonly changedAt: Instant | undefined;
}

const WORKLOADS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
] as const satisfies readonly KindId[];

/** All workloads of a namespace with the labels of their pods. For broken Services only: it reads every one. */
export function workloadsIn(namespace: string, cluster: ClusterView): Target[] {
  return WORKLOADS.flatMap((kind) =>
    cluster.names(kind, namespace).flatMap((name) => {
      const object = cluster.get(kind, namespace, name);
      // A Deployment speaks for its ReplicaSets; those of kinds that are not read (Argo Rollouts) speak for themselves.
      if (object === undefined || (kind === 'ReplicaSet' && controllerOf(object)?.kind === 'Deployment'))
        return [];
      const template = record(record(object.spec).template);
      const labels = Object.fromEntries(labelPairs(record(template.metadata).labels));
      const changed =
        changedAt(conditionOf(record(object.status).conditions, 'Available')) ?? createdAt(object);
      return { ref: refOf(object), wanted: wantedBy(kind, object), labels, changedAt: changed };
    }),
  );
}

/** Those whose pods the selector would match. */
export function targetsOf(selector: Record<string, string>, workloads: readonly Target[]): Target[] {
  return workloads.filter(({ labels }) => matchesSelector(labels, selector));
}

function wantedBy(kind: (typeof WORKLOADS)[number], { spec, status }: KubeObject): number {
  const { replicas, suspend } = record(spec);
  if (kind === 'DaemonSet') return numberOf(record(status).desiredNumberScheduled, 1);
  if (kind === 'Job') return suspend === true ? 0 : numberOf(record(status).active, 0);
  return numberOf(replicas, 1);
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** Pods of the namespace that run or are to run, for "nearest labels". */
export function livePodsIn(namespace: string, cluster: ClusterView): Pod[] {
  return cluster.podsInNamespace(namespace).filter(({ metadata, status }) => {
    const phase = status?.phase;
    return phase !== 'Succeeded' && phase !== 'Failed' && metadata.deletionTimestamp === undefined;
  });
}
