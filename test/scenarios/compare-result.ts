/** Compares an answer of the engine with what a fixture must give; every difference is one sentence. */
import { isDeepStrictEqual } from 'node:util';
import type { DiagnosisResult, Evidence, Finding } from '../../shared/model/finding.ts';
import { formatRef } from '../../shared/model/ref.ts';
import type { ExpectedFinding, Expectation } from './expectation.ts';

/** Nothing where the answer is exactly what is expected. */
export function compareResult(result: DiagnosisResult, expected: Expectation): string[] {
  const open = [...result.findings];
  const problems: string[] = [];
  for (const one of expected.findings) {
    const index = open.findIndex((finding) => isSame(finding, one));
    const [found] = index < 0 ? [] : open.splice(index, 1);
    if (found === undefined) problems.push(`${one.scenario} ${one.subject}: not found`);
    else problems.push(...compareFinding(found, one, result).map((text) => `${title(found)}: ${text}`));
  }
  for (const finding of open) problems.push(`${title(finding)}: found, not expected: ${finding.summary}`);
  const spots = result.blindSpots.map(({ kind }) => kind).sort();
  if (!isDeepStrictEqual(spots, [...expected.blindSpots].sort())) {
    problems.push(
      `blind spots are ${JSON.stringify(result.blindSpots.map(({ kind, reason }) => `${kind}: ${reason}`))}`,
    );
  }
  return problems;
}

function title(finding: Finding): string {
  return `${finding.scenario} ${formatRef(finding.subject)}`;
}

function isSame(finding: Finding, { scenario, subject, part }: ExpectedFinding): boolean {
  return title(finding) === `${scenario} ${subject}` && (part === undefined || finding.part === part);
}

function compareFinding(
  finding: Finding,
  expected: ExpectedFinding,
  { findings }: DiagnosisResult,
): string[] {
  const byId = new Map(findings.map((one) => [one.id, title(one)]));
  const titles = (ids: readonly string[]): string[] =>
    ids.map((id) => byId.get(id) ?? `unknown ${id}`).sort();
  const problems: string[] = [];
  const equal = (what: string, wanted: unknown, actual: unknown): void => {
    if (wanted === undefined || isDeepStrictEqual(actual, wanted)) return;
    problems.push(`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
  };
  for (const field of ['severity', 'confidence', 'since'] as const)
    equal(field, expected[field], finding[field]);
  equal('members', expected.members?.slice().sort(), finding.members.map(formatRef).sort());
  equal('blames', expected.blames, (finding.blames ?? []).map(formatRef));
  equal('notChecked', expected.notChecked?.slice().sort(), [...finding.notChecked].sort());
  equal('effects', expected.effects?.slice().sort(), titles(finding.effects));
  equal('rootCause', expected.rootCause, finding.rootCause === null ? null : titles([finding.rootCause])[0]);
  for (const field of ['summary', 'cause', 'advice'] as const) {
    for (const text of expected[field] ?? []) {
      if (!finding[field].includes(text))
        problems.push(`${field} lacks ${JSON.stringify(text)}: ${finding[field]}`);
    }
  }
  for (const one of expected.evidence ?? []) {
    if (!finding.evidence.some((evidence) => holds(evidence, one))) {
      problems.push(`no evidence ${JSON.stringify(one)} in ${JSON.stringify(finding.evidence)}`);
    }
  }
  const marked = finding.log?.lines[finding.log.firstError ?? -1]?.text ?? '';
  if (expected.log !== undefined && !marked.includes(expected.log)) {
    problems.push(`the marked log line is ${JSON.stringify(marked)}, not ${JSON.stringify(expected.log)}`);
  }
  return problems;
}

function holds(evidence: Evidence, wanted: NonNullable<ExpectedFinding['evidence']>[number]): boolean {
  return (
    (wanted.ref === undefined || formatRef(evidence.ref) === wanted.ref) &&
    (['path', 'observed', 'why'] as const).every((field) => evidence[field].includes(wanted[field] ?? ''))
  );
}
