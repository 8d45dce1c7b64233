/** Rules between pods: topology spread, affinity and anti-affinity that are required. */
import { matchesSelector } from '../../../shared/cluster/selectors.ts';
import { matchesNode } from './node-matching.ts';
import type { LabelSelector, Node, Pod, PodAffinityTerm } from './objects.ts';
import { isActive, isTerminal, selects } from './pods.ts';

export interface Refusal {
  readonly reasons: readonly string[];
  /** Removing pods from the node could help. */
  readonly resolvable: boolean;
}

/** What the rules look at; asked only where a pod has such rules. */
export interface Placement {
  readonly nodes: readonly Node[];
  readonly podsOn: (nodeName: string) => readonly Pod[];
  /** Pods on nodes that have required anti-affinity of their own. */
  readonly exclusive: readonly Pod[];
  readonly namespaceLabels: (namespace: string) => unknown;
}

const NOT_SPREAD = "node(s) didn't match pod topology spread constraints";

export function antiAffinityRefusal(pod: Pod, node: Node, placement: Placement): Refusal | undefined {
  return spreadRefusal(pod, node, placement) ?? affinityRefusal(pod, node, placement);
}

function spreadRefusal(pod: Pod, node: Node, { nodes, podsOn }: Placement): Refusal | undefined {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  );
  for (const { topologyKey, labelSelector, maxSkew, minDomains } of constraints) {
    const own = node.metadata.labels?.[topologyKey];
    if (own === undefined) {
      return { reasons: [`${NOT_SPREAD} (missing required label)`], resolvable: false };
    }
    const domains = new Map<string, number>();
    for (const each of nodes) {
      const domain = each.metadata.labels?.[topologyKey];
      if (domain === undefined || !matchesNode(pod, each)) continue;
      const count = podsOn(each.metadata.name).filter((other) =>
        counts(other, pod.metadata.namespace, labelSelector),
      ).length;
      domains.set(domain, (domains.get(domain) ?? 0) + count);
    }
    const fewest = domains.size < (minDomains ?? 1) ? 0 : Math.min(...domains.values());
    const self = selects(labelSelector, pod.metadata.labels) ? 1 : 0;
    if ((domains.get(own) ?? 0) + self - fewest > maxSkew) return { reasons: [NOT_SPREAD], resolvable: true };
  }
  return undefined;
}

function counts(other: Pod, namespace: string | undefined, selector: LabelSelector | undefined): boolean {
  return (
    other.metadata.namespace === namespace && isActive(other) && selects(selector, other.metadata.labels)
  );
}

function affinityRefusal(pod: Pod, node: Node, placement: Placement): Refusal | undefined {
  const affinity = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  if (affinity.length > 0 && !meetsAffinity(pod, node, affinity, placement)) {
    return { reasons: ["node(s) didn't match pod affinity rules"], resolvable: false };
  }
  const anti = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const crowded = anti.some((term) =>
    podsInDomain(node, term.topologyKey, placement).some((other) => applies(term, pod, other, placement)),
  );
  if (crowded) return { reasons: ["node(s) didn't match pod anti-affinity rules"], resolvable: true };
  for (const other of placement.exclusive) {
    const terms = other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const home = placement.nodes.find(({ metadata }) => metadata.name === other.spec.nodeName);
    const refuses = terms.some(({ topologyKey, ...term }) => {
      const domain = home?.metadata.labels?.[topologyKey];
      return (
        domain !== undefined &&
        domain === node.metadata.labels?.[topologyKey] &&
        applies({ topologyKey, ...term }, other, pod, placement)
      );
    });
    if (refuses) {
      return { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], resolvable: true };
    }
  }
  return undefined;
}

/** Every term needs a matching pod in the node's domain; the first pod of a group that matches itself may go anywhere. */
function meetsAffinity(
  pod: Pod,
  node: Node,
  terms: readonly PodAffinityTerm[],
  placement: Placement,
): boolean {
  if (terms.some(({ topologyKey }) => node.metadata.labels?.[topologyKey] === undefined)) return false;
  const near = terms.every((term) =>
    podsInDomain(node, term.topologyKey, placement).some((other) => applies(term, pod, other, placement)),
  );
  if (near) return true;
  const anywhere = placement.nodes.some(({ metadata }) =>
    placement
      .podsOn(metadata.name)
      .some((other) => terms.every((term) => applies(term, pod, other, placement))),
  );
  return !anywhere && terms.every((term) => applies(term, pod, pod, placement));
}

function podsInDomain(node: Node, topologyKey: string, { nodes, podsOn }: Placement): readonly Pod[] {
  const domain = node.metadata.labels?.[topologyKey];
  if (domain === undefined) return [];
  return nodes
    .filter(({ metadata }) => metadata.labels?.[topologyKey] === domain)
    .flatMap(({ metadata }) => podsOn(metadata.name));
}

/** Whether the term of `holder` speaks of `other`. */
function applies(term: PodAffinityTerm, holder: Pod, other: Pod, { namespaceLabels }: Placement): boolean {
  if (isTerminal(other) || !selects(term.labelSelector, other.metadata.labels)) return false;
  const { namespace = '' } = other.metadata;
  const { namespaces = [], namespaceSelector } = term;
  if (namespaces.length === 0 && namespaceSelector === undefined)
    return namespace === holder.metadata.namespace;
  return (
    namespaces.includes(namespace) ||
    (namespaceSelector !== undefined &&
      matchesSelector(
        namespaceLabels(namespace),
        namespaceSelector as { matchLabels?: Record<string, string> },
      ))
  );
}
