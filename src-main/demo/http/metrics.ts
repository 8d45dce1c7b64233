/** Usage of nodes and pods as metrics.k8s.io/v1beta1 serves it. */
import type { Kubelet } from '../kubelet/kubelet.ts';
import { parseQuantity } from '../../../shared/cluster/quantities.ts';
import type { StoredObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { notFound } from '../status-error.ts';

const API_VERSION = 'metrics.k8s.io/v1beta1';
const GROUP = 'metrics.k8s.io';
const WINDOW = '15.048s';
const WINDOW_MS = 15_000;
/** What the system of a node uses beside its pods. */
const SYSTEM = { cpuNanoCores: 120_000_000, memoryBytes: 900 * 1024 * 1024 };

interface Source {
  readonly registry: Registry;
  readonly kubelet: Kubelet;
}
interface Use {
  readonly cpuNanoCores: number;
  readonly memoryBytes: number;
}

/** A NodeMetrics or PodMetrics; label selectors of a request apply to its labels. */
export interface MetricsObject {
  readonly kind: 'NodeMetrics' | 'PodMetrics';
  readonly apiVersion: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly timestamp: string;
  readonly window: string;
  readonly [field: string]: unknown;
}

function usageText({ cpuNanoCores, memoryBytes }: Use): { cpu: string; memory: string } {
  return {
    cpu: cpuNanoCores === 0 ? '0' : `${cpuNanoCores}n`,
    memory: `${Math.round(memoryBytes / 1024)}Ki`,
  };
}

/** Metrics are of the last whole window. */
function timeOf({ registry }: Source): string {
  const ms = Math.floor(registry.now() / WINDOW_MS) * WINDOW_MS;
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function headOf(
  source: Source,
  { metadata }: StoredObject,
): Pick<MetricsObject, 'metadata' | 'timestamp' | 'window'> {
  const { name, namespace, labels } = metadata;
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      creationTimestamp: `${new Date(source.registry.now()).toISOString().slice(0, 19)}Z`,
      ...(labels === undefined ? {} : { labels }),
    },
    timestamp: timeOf(source),
    window: WINDOW,
  };
}

function podMetrics(source: Source, pod: StoredObject): MetricsObject | undefined {
  const usage = source.kubelet.usage(pod);
  if (usage === undefined) return undefined;
  const containers = usage.containers.map((each) => ({ name: each.name, usage: usageText(each) }));
  return { kind: 'PodMetrics', apiVersion: API_VERSION, ...headOf(source, pod), containers };
}

function nodeMetrics(source: Source, node: StoredObject, use: Use): MetricsObject {
  return { kind: 'NodeMetrics', apiVersion: API_VERSION, ...headOf(source, node), usage: usageText(use) };
}

/** Usage of every node, from that of its pods. */
function useByNode({ registry, kubelet }: Source): ReadonlyMap<string, Use> {
  const result = new Map<string, Use>();
  for (const pod of registry.list(registry.catalogue.builtIn('v1', 'Pod'))) {
    const { nodeName = '' } = pod.spec as { nodeName?: string };
    for (const { cpuNanoCores, memoryBytes } of kubelet.usage(pod)?.containers ?? []) {
      const before = result.get(nodeName) ?? SYSTEM;
      result.set(nodeName, {
        cpuNanoCores: before.cpuNanoCores + cpuNanoCores,
        memoryBytes: before.memoryBytes + memoryBytes,
      });
    }
  }
  return result;
}

function capped(use: Use, node: StoredObject): Use {
  const { capacity } = (node.status ?? {}) as { capacity?: Readonly<Record<string, string>> };
  const cores = parseQuantity(capacity?.cpu) ?? Number.POSITIVE_INFINITY;
  const memory = parseQuantity(capacity?.memory) ?? Number.POSITIVE_INFINITY;
  return {
    cpuNanoCores: Math.round(Math.min(use.cpuNanoCores, cores * 1e9)),
    memoryBytes: Math.min(use.memoryBytes, memory),
  };
}

/** Metrics of the running pods of a namespace, or of all. */
export function listPodMetrics(source: Source, namespace: string | undefined): MetricsObject[] {
  const { registry } = source;
  return registry
    .list(registry.catalogue.builtIn('v1', 'Pod'), namespace)
    .flatMap((pod) => podMetrics(source, pod) ?? []);
}

/** Metrics of one pod. Throws 404. */
export function getPodMetrics(source: Source, namespace: string | undefined, name: string): MetricsObject {
  const { registry } = source;
  const pod = registry.find(registry.catalogue.builtIn('v1', 'Pod'), namespace, name);
  const found = pod === undefined ? undefined : podMetrics(source, pod);
  if (found !== undefined) return found;
  throw notFound({ group: GROUP, plural: 'podmetrics' }, `${namespace ?? ''}/${name}`);
}

/** Metrics of all nodes. */
export function listNodeMetrics(source: Source): MetricsObject[] {
  const { registry } = source;
  const uses = useByNode(source);
  return registry
    .list(registry.catalogue.builtIn('v1', 'Node'))
    .map((node) => nodeMetrics(source, node, capped(uses.get(node.metadata.name) ?? SYSTEM, node)));
}

/** Metrics of one node. Throws 404. */
export function getNodeMetrics(source: Source, name: string): MetricsObject {
  const found = listNodeMetrics(source).find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw notFound({ group: GROUP, plural: 'nodemetrics' }, name);
  return found;
}
