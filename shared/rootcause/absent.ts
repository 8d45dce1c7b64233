/** Findings about what is absent: several failures that name the same missing object have one root, that object. */
import { refKey } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import { findingId } from '../diagnosis/finding-id.ts';
import { compareConfidence, compareSeverity, compareTexts } from '../diagnosis/rank.ts';
import { KINDS } from '../kinds/kinds.ts';
import type { Evidence, Finding, FindingId } from '../model/finding.ts';
import type { KindId } from '../model/kube.ts';
import { formatRef, type Ref } from '../model/ref.ts';
import { count, enumerate } from '../scenarios/words.ts';

const MAX_NAMED = 3;
const MAX_EVIDENCE = 5;

/** What is called by its kind where several depend on one absent object. */
const NO_WORKLOADS = new Set(['Pod', 'RoleBinding', 'ClusterRoleBinding', 'ServiceAccount']);

type View = Pick<ClusterView, 'get' | 'knowledge'>;

/** A finding about an absent object, and the findings it explains. */
export interface AbsentFinding {
  readonly finding: Finding;
  readonly explains: readonly FindingId[];
}

/**
 * One finding per reference without uid that two or more findings blame, the most blamed first; each finding is
 * explained once, by the first of its blamed objects that others blame too. The new finding bears the scenario most
 * of them have.
 */
export function findAbsent(findings: readonly Finding[], view: View): AbsentFinding[] {
  const blamers = new Map<string, { ref: Ref; findings: Finding[] }>();
  for (const finding of findings) {
    for (const ref of finding.blames ?? []) {
      if (ref.uid !== undefined || exists(ref, view)) continue;
      const entry = blamers.get(refKey(ref));
      if (entry === undefined) blamers.set(refKey(ref), { ref, findings: [finding] });
      else if (entry.findings.at(-1) !== finding) entry.findings.push(finding);
    }
  }
  const explained = new Set<FindingId>();
  const ordered = [...blamers].sort(
    ([a, one], [b, other]) => other.findings.length - one.findings.length || compareTexts(a, b),
  );
  return ordered.flatMap(([, { ref, findings: blaming }]) => {
    const open = blaming.filter(({ id }) => !explained.has(id)).sort(compareExamples);
    if (open.length < 2) return [];
    for (const { id } of open) explained.add(id);
    return { finding: describeAbsent(ref, open, view), explains: open.map(({ id }) => id) };
  });
}

/** A reference without uid may name an object of a dump in which objects have none. */
function exists({ kind, namespace, name }: Ref, view: View): boolean {
  return isKindId(kind) && view.get(kind, namespace, name) !== undefined;
}

function isKindId(kind: string): kind is KindId {
  return Object.hasOwn(KINDS, kind);
}

function describeAbsent(ref: Ref, blaming: readonly Finding[], view: View): Finding {
  const [best] = blaming;
  if (best === undefined) throw new RangeError('an absent object needs findings that blame it');
  const scenario = mostCommon(blaming.map((finding) => finding.scenario));
  const subjects = [...new Map(blaming.map(({ subject }) => [refKey(subject), subject])).values()];
  const lacks = describeAbsence(ref, view);
  const names = subjects.map(formatRef).sort();
  const since = blaming.flatMap((finding) => finding.since ?? []);
  return {
    id: findingId({ scenario, subject: ref }),
    scenario,
    subject: ref,
    severity: best.severity,
    summary: [
      `${describeSubjects(subjects)} ${subjects.length === 1 ? 'needs' : 'need'} ${nameIn(ref, subjects)}`,
      ...(lacks === undefined ? [] : [`which ${lacks}`]),
    ].join(', '),
    cause:
      lacks === undefined
        ? `${enumerate(names, MAX_NAMED)} ${names.length === 1 ? 'depends' : 'depend'} on ${formatRef(ref)}.`
        : `${formatRef(ref)} ${lacks}. ${enumerate(names, MAX_NAMED)} ${names.length === 1 ? 'names' : 'name'} it.`,
    advice: best.advice,
    evidence: blaming.slice(0, MAX_EVIDENCE).flatMap((finding): Evidence[] => {
      return finding.evidence.slice(0, 1).map((one) => ({ ...one, why: finding.summary }));
    }),
    ...(since.length === 0 ? {} : { since: Math.min(...since) }),
    confidence:
      [...blaming].sort((a, b) => compareConfidence(b.confidence, a.confidence))[0]?.confidence ?? 'low',
    ...(blaming.some(({ terminal }) => terminal === true) ? { terminal: true } : {}),
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [...new Set(blaming.flatMap((finding) => finding.notChecked))].sort(),
    status: 'active',
  };
}

/** What is wrong with it, if it is an object of the cluster; where its kind cannot be read, others say that it lacks. */
function describeAbsence({ kind, namespace }: Ref, view: View): string | undefined {
  if (!isKindId(kind)) return undefined;
  return view.knowledge(kind, namespace) === 'known' ? 'does not exist' : 'is reported missing';
}

/** `2 workloads in shop`, `3 pods in 2 namespaces`, or the one object by name. */
function describeSubjects(subjects: readonly Ref[]): string {
  const [first] = subjects;
  if (first !== undefined && subjects.length === 1) return formatRef(first);
  const kinds = [...new Set(subjects.map(({ kind }) => (NO_WORKLOADS.has(kind) ? kind : 'workload')))];
  const noun = kinds.length > 1 ? 'object' : kinds[0] === 'Pod' ? 'pod' : (kinds[0] ?? 'object');
  const namespaces = [...new Set(subjects.map(({ namespace }) => namespace ?? ''))];
  const where = namespaces.length === 1 ? (namespaces[0] ?? '') : count(namespaces.length, 'namespace');
  return `${count(subjects.length, noun)}${where === '' ? '' : ` in ${where}`}`;
}

/** Without the namespace where the sentence has named it already. */
function nameIn(ref: Ref, subjects: readonly Ref[]): string {
  const said = subjects.every(({ namespace }) => namespace === ref.namespace);
  return said ? `${ref.kind} ${ref.name}` : formatRef(ref);
}

function mostCommon(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || compareTexts(a, b))[0]?.[0] ?? '';
}

function compareExamples(a: Finding, b: Finding): number {
  return compareSeverity(a.severity, b.severity) || compareTexts(a.id, b.id);
}
