/** Which nodes a pod's nodeSelector and required node affinity allow. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import { labelOf, meets, parseExpression } from '../../../shared/cluster/selectors.ts';
import type { Node, NodeSelectorTerm, Pod, PodSpec } from './objects.ts';

function requiredTerms(spec: PodSpec): readonly NodeSelectorTerm[] | undefined {
  return spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

export function matchesNode({ spec }: Pick<Pod, 'spec'>, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(spec.nodeSelector ?? {}).every(
    ([key, value]) => labelOf(labels, key) === value,
  );
  const terms = requiredTerms(spec);
  return selected && (terms === undefined || matchesTerms(terms, node));
}

/** One term must hold; a term without any expression matches nothing. */
export function matchesTerms(terms: readonly NodeSelectorTerm[], node: Node): boolean {
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length === 0 && matchFields.length === 0) return false;
    return (
      holds(matchExpressions, node.metadata.labels ?? {}) &&
      holds(matchFields, { 'metadata.name': node.metadata.name })
    );
  });
}

function holds(expressions: readonly unknown[], values: Readonly<Record<string, string>>): boolean {
  return expressions.every((expression) => {
    const requirement = parseExpression(expression);
    return requirement !== undefined && meets(values, [requirement]);
  });
}

/** Names to which the affinity binds the pod, as a DaemonSet's pods have it; undefined if it may go to any node. */
export function boundNames(spec: PodSpec): readonly string[] | undefined {
  const terms = requiredTerms(spec);
  if (terms === undefined) return undefined;
  const names: string[] = [];
  for (const { matchFields = [] } of terms) {
    const field = matchFields.find((each) => isRecord(each) && each.operator === 'In');
    const requirement = parseExpression(field);
    if (requirement?.key !== 'metadata.name') return undefined;
    names.push(...requirement.values);
  }
  return names;
}
