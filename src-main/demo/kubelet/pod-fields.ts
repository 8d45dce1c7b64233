/** Values of the downward API: fields of a pod and resources of its containers. */
import type { ContainerSpec, Pod } from './pod-types.ts';
import { parseQuantity } from '../../../shared/cluster/quantities.ts';

/** Addresses the status need not have yet. */
export interface PodAddresses {
  readonly podIP: string;
  readonly hostIP: string;
}

const SIMPLE: Readonly<Record<string, (pod: Pod, addresses: PodAddresses) => string | undefined>> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
  'metadata.uid': ({ metadata }) => metadata.uid,
  'spec.nodeName': ({ spec }) => spec.nodeName,
  'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName,
  'status.podIP': (_, { podIP }) => podIP,
  'status.podIPs': (_, { podIP }) => podIP,
  'status.hostIP': (_, { hostIP }) => hostIP,
  'status.hostIPs': (_, { hostIP }) => hostIP,
};

function listed(values: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(values ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** The value of `metadata.labels['app']`, `spec.nodeName` and the like; '' for what is not set. */
export function fieldOf(pod: Pod, path: string, addresses: PodAddresses): string {
  const simple = SIMPLE[path];
  if (simple !== undefined) return simple(pod, addresses) ?? '';
  const [, kind = '', key] = /^metadata\.(labels|annotations)(?:\['(.+)'\])?$/.exec(path) ?? [];
  const values = kind === 'labels' ? pod.metadata.labels : pod.metadata.annotations;
  if (key === undefined) return kind === '' ? '' : listed(values);
  return values !== undefined && Object.hasOwn(values, key) ? (values[key] ?? '') : '';
}

/** The value of `limits.memory` and the like, divided and rounded up; without a limit that of the node. */
export function resourceOf(
  container: ContainerSpec | undefined,
  { resource, divisor }: { readonly resource: string; readonly divisor?: string },
  allocatable: Readonly<Record<string, string>>,
): string {
  const [kind = '', name = ''] = resource.split('.');
  const set = kind === 'limits' ? container?.resources?.limits : container?.resources?.requests;
  const value = parseQuantity(set?.[name] ?? (kind === 'limits' ? allocatable[name] : '0')) ?? 0;
  const by = parseQuantity(divisor) ?? 0;
  return String(Math.ceil(value / (by === 0 ? 1 : by) - 1e-9));
}
