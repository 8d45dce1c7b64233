/** From findings to chains of causes, with the severities and the order they have in the list. */
import type { ClusterView } from '../cluster/view.ts';
import { compareFindings, compareSeverity, shiftSeverity } from '../diagnosis/rank.ts';
import type { Finding, FindingId } from '../model/finding.ts';
import { findAbsent } from './absent.ts';
import { FindingGraph } from './graph.ts';
import { CAUSE_RULES } from './rules.ts';
import { isExposed, isReplaced } from './severity.ts';

/**
 * Adds findings about absent objects, gives each finding at most one cause, moves severities, and sorts by rank.
 * The chains hold no circle, and `effects` says the same as `rootCause`.
 *
 * @param findings with different ids, unlinked
 */
export function linkFindings(findings: readonly Finding[], view: ClusterView): Finding[] {
  const absent = findAbsent(findings, view);
  const graph = new FindingGraph([...findings, ...absent.map(({ finding }) => finding)], view);
  for (const { finding, explains } of absent) {
    for (const id of explains) {
      const effect = graph.byId(id);
      if (effect !== undefined) graph.link(effect, finding);
    }
  }
  for (const rule of CAUSE_RULES) {
    for (const finding of graph.findings) {
      const cause = graph.causeOf(finding) === undefined ? rule(finding, graph) : undefined;
      if (cause !== undefined) graph.link(finding, cause);
    }
  }
  const exposed = new Set<FindingId>();
  const moved = graph.findings.map((finding): Finding => {
    const leadsTo = isExposed(finding, view);
    if (leadsTo) exposed.add(finding.id);
    const steps = isReplaced(finding, view) ? -1 : leadsTo ? 1 : 0;
    return { ...finding, severity: shiftSeverity(finding.severity, steps) };
  });
  return rank(
    connect(moved, graph),
    // An absent object stands above the references to it.
    [
      ...graph.findings.filter(isMereReference).map(({ id }) => id),
      ...absent.map(({ finding }) => finding.id),
    ],
    exposed,
  );
}

/** Writes the causes into the findings, and for each cause its effects. */
function connect(findings: readonly Finding[], graph: FindingGraph): Finding[] {
  const effects = new Map<FindingId, FindingId[]>();
  for (const finding of findings) {
    const cause = graph.causeOf(finding)?.id;
    if (cause !== undefined) effects.set(cause, [...(effects.get(cause) ?? []), finding.id]);
  }
  return findings.map((finding) => ({
    ...finding,
    rootCause: graph.causeOf(finding)?.id ?? null,
    effects: effects.get(finding.id) ?? [],
  }));
}

/** Low by itself: a reference to nothing harms nobody until something is refused for it. */
function isMereReference({ scenario }: Finding): boolean {
  return scenario === 'rbac/dangling-reference';
}

/** What is nothing by itself (an absent object, a mere reference) is as bad as the worst it explains; then all are sorted, and effects like the list. */
function rank(
  findings: readonly Finding[],
  nothings: readonly FindingId[],
  exposed: ReadonlySet<FindingId>,
): Finding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  for (const id of nothings) {
    const finding = byId.get(id);
    const explained = (finding?.effects ?? []).flatMap((effect) => byId.get(effect) ?? []);
    if (finding === undefined) continue;
    const [severity = finding.severity] = [finding, ...explained]
      .map((one) => one.severity)
      .sort(compareSeverity);
    byId.set(id, { ...finding, severity });
  }
  const sorted = [...byId.values()].sort((a, b) => compareFindings(a, b, ({ id }) => exposed.has(id)));
  const place = new Map(sorted.map(({ id }, index) => [id, index]));
  const byPlace = (a: FindingId, b: FindingId): number => (place.get(a) ?? 0) - (place.get(b) ?? 0);
  return sorted.map((finding) => ({ ...finding, effects: [...finding.effects].sort(byPlace) }));
}
