/** The answer of one diagnosis run in the shape of the JSON contract, shared by the command and the app's smoke run. */
import type { BlindSpot, DiagnosisResult, Evidence, Finding, Severity } from '../../shared/model/finding.ts';
import { SEVERITIES } from '../../shared/model/finding.ts';
import type { Instant, Ref } from '../../shared/model/ref.ts';

/** One finding as JSON: `since` in ISO 8601, `effects` as ids of findings that are in the list in full. */
export interface ReportFinding {
  readonly id: string;
  readonly scenario: string;
  readonly severity: Severity;
  readonly subject: Ref;
  readonly part?: string;
  readonly summary: string;
  readonly cause: string;
  readonly advice: string;
  readonly since?: string;
  readonly confidence: Finding['confidence'];
  readonly evidence: readonly Evidence[];
  readonly rootCause: string | null;
  readonly effects: readonly string[];
  readonly members: readonly Ref[];
  readonly notChecked: readonly string[];
  readonly plans: readonly never[];
}

/** Milliseconds: to the first answer, until all kinds were listed, and for the diagnosis itself. */
export interface ReportTimings {
  readonly connectMs: number;
  readonly syncMs: number;
  readonly diagnoseMs: number;
}

export interface Report {
  readonly fabric: string;
  readonly server: string | null;
  readonly version: string | null;
  readonly complete: boolean;
  readonly blindSpots: readonly BlindSpot[];
  readonly findings: readonly ReportFinding[];
  readonly timings: ReportTimings;
}

/** What a run ended with, before it is written in one of the formats. */
export interface Outcome {
  readonly fabric: string;
  readonly server?: string | undefined;
  readonly version?: string | undefined;
  readonly result: DiagnosisResult;
  /** False where the fabric could not be read: the result then holds the connection finding alone. */
  readonly diagnosed: boolean;
  /** The present of this diagnosis, from which ages are counted. */
  readonly now: Instant;
  readonly timings: ReportTimings;
}

/** A finding in the shape of the JSON contract. */
export function reportFinding(finding: Finding): ReportFinding {
  return {
    id: finding.id,
    scenario: finding.scenario,
    severity: finding.severity,
    subject: finding.subject,
    ...(finding.part !== undefined && { part: finding.part }),
    summary: finding.summary,
    cause: finding.cause,
    advice: finding.advice,
    ...(finding.since !== undefined && { since: new Date(finding.since).toISOString() }),
    confidence: finding.confidence,
    evidence: finding.evidence,
    rootCause: finding.rootCause,
    effects: finding.effects,
    members: finding.members,
    notChecked: finding.notChecked,
    plans: [],
  };
}

/** The whole outcome in the shape of the JSON contract. */
export function toReport(outcome: Outcome): Report {
  return {
    fabric: outcome.fabric,
    server: outcome.server ?? null,
    version: outcome.version ?? null,
    complete: outcome.result.complete,
    blindSpots: outcome.result.blindSpots,
    findings: outcome.result.findings.map(reportFinding),
    timings: outcome.timings,
  };
}

/** 1: could not be diagnosed; 3: a finding is as severe as `failOn` or worse; 0: diagnosed. */
export function exitCode(outcome: Outcome, failOn: Severity | undefined): 0 | 1 | 3 {
  if (!outcome.diagnosed) return 1;
  if (failOn === undefined) return 0;
  const limit = SEVERITIES.indexOf(failOn);
  return outcome.result.findings.some((finding) => SEVERITIES.indexOf(finding.severity) <= limit) ? 3 : 0;
}

/** `1 critical, 2 high` of the root findings, worst first; empty when there are none. */
function countRoots(findings: readonly Finding[]): string {
  const roots = findings.filter((finding) => finding.rootCause === null);
  return SEVERITIES.flatMap((severity) => {
    const count = roots.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  }).join(', ');
}

/** The closing sentence of both written formats: what was checked, and whether that is all. */
export function closingSentence(outcome: Outcome): string {
  const { result } = outcome;
  if (!outcome.diagnosed) return 'The fabric could not be diagnosed, so nothing is known of its state';
  const roots = countRoots(result.findings);
  const found = roots === '' ? 'Nothing found wrong' : `Found ${roots}`;
  const checks = `${result.checks.ran} of ${result.checks.total} checks ran`;
  const spots = result.blindSpots.length;
  const gap = result.complete ? 'complete' : `incomplete: ${spots} blind ${spots === 1 ? 'spot' : 'spots'}`;
  return `${found}; ${checks}; ${gap}`;
}
