/** Makes a finding of one diagnosis, or of the equal diagnoses of several pods of one workload revision. */
import { activePodsOf, type Workload } from '../cluster/owners.ts';
import { records } from '../cluster/narrow.ts';
import { refKey, refOf } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Diagnosis, Evidence, Finding, FindingId } from '../model/finding.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';
import type { Answer } from './subjects.ts';
import { findingId } from './finding-id.ts';
import { groupSummary } from './group-summary.ts';
import { compareSeverity, compareTexts, lowerConfidence } from './rank.ts';

/** Lines of evidence for further pods, beside those of the pod that shows the failure best. */
const MAX_FURTHER = 5;

/** The id of the finding a diagnosis belongs to: equal for those that are one finding. */
export function idOf(
  scenario: string,
  object: KubeObject,
  { part, same }: Diagnosis,
  workload: Workload | undefined,
): FindingId {
  if (workload === undefined) return findingId({ scenario, subject: refOf(object), part });
  return findingId({ scenario, subject: workload.ref, revision: workload.revision, part, same });
}

/** Negative where `a` is the better example of the failure. */
export function compareAnswers(a: Answer, b: Answer): number {
  return (
    compareSeverity(a.diagnosis.severity, b.diagnosis.severity) ||
    restartsOf(b.object) - restartsOf(a.object) ||
    (a.diagnosis.since ?? Infinity) - (b.diagnosis.since ?? Infinity) ||
    compareTexts(a.object.metadata.name, b.object.metadata.name) ||
    compareTexts(a.diagnosis.summary, b.diagnosis.summary)
  );
}

/**
 * One finding of answers with equal id, not yet linked to others.
 *
 * @param answers at least one, all of one id and one per object
 * @param view for counting the workload's pods
 */
export function composeFinding(answers: readonly Answer[], view: Pick<ClusterView, 'ownedBy'>): Finding {
  const [best, ...further] = [...answers].sort(compareAnswers);
  if (best === undefined) throw new RangeError('a finding needs an answer');
  const { id, diagnosis, run, object, workload } = best;
  const base: Finding = {
    ...diagnosis,
    id,
    scenario: run.scenario.id,
    subject: refOf(object),
    members: [],
    rootCause: null,
    effects: [],
    confidence: run.notChecked.length === 0 ? diagnosis.confidence : lowerConfidence(diagnosis.confidence),
    notChecked: run.notChecked,
    status: 'active',
  };
  if (workload === undefined || diagnosis.ofPods === undefined) return base;
  const members = answers.map((answer) => refOf(answer.object)).sort(compareRefs);
  const memberKeys = new Set(members.map(refKey));
  const others = activePodsOf(refKey(workload.ref), view).filter(
    (pod) => !memberKeys.has(refKey(refOf(pod))),
  );
  const since = earliest(answers);
  return {
    ...base,
    subject: workload.ref,
    members,
    summary: groupSummary(workload.ref, diagnosis.ofPods, members.length, members.length + others.length),
    evidence: [...diagnosis.evidence, ...furtherEvidence(workload.ref, further)],
    ...(since === undefined ? {} : { since }),
    ...(answers.some((answer) => answer.diagnosis.terminal === true) ? { terminal: true } : {}),
  };
}

/** One line per further pod, and one that counts the rest. */
function furtherEvidence(workload: Ref, further: readonly Answer[]): Evidence[] {
  const lines = further.slice(0, MAX_FURTHER).map(({ object, diagnosis }): Evidence => {
    const subject = refOf(object);
    const own =
      diagnosis.evidence.find(({ ref }) => refKey(ref) === refKey(subject)) ?? diagnosis.evidence[0];
    const why = 'This pod shows the same failure.';
    return own === undefined
      ? { ref: subject, path: 'status', observed: diagnosis.summary, why }
      : { ref: own.ref, path: own.path, observed: own.observed, why };
  });
  const rest = further.length - lines.length;
  if (rest > 0) {
    const observed = `and ${rest} more ${rest === 1 ? 'pod' : 'pods'}`;
    lines.push({ ref: workload, path: 'members', observed, why: 'They show the same failure.' });
  }
  return lines;
}

function earliest(answers: readonly Answer[]): number | undefined {
  const times = answers.flatMap(({ diagnosis }) => diagnosis.since ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function compareRefs(a: Ref, b: Ref): number {
  return compareTexts(a.namespace ?? '', b.namespace ?? '') || compareTexts(a.name, b.name);
}

/** How often the containers of a pod were restarted in all. */
function restartsOf(object: KubeObject): number {
  const status = object.status as Record<string, unknown> | undefined;
  let restarts = 0;
  for (const list of [status?.initContainerStatuses, status?.containerStatuses]) {
    for (const { restartCount } of records(list))
      if (typeof restartCount === 'number') restarts += restartCount;
  }
  return restarts;
}
