/** The order of findings: severity, then impact, then what breaks ties the same way everywhere. */
import { CONFIDENCES, SEVERITIES, type Confidence, type Finding, type Severity } from '../model/finding.ts';

/** Negative where `a` is worse than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/** The severity so many steps worse (negative: milder), never leaving the scale. `info` is context and never raised. */
export function shiftSeverity(severity: Severity, steps: number): Severity {
  if (severity === 'info' && steps > 0) return severity;
  const index = Math.min(Math.max(SEVERITIES.indexOf(severity) - steps, 0), SEVERITIES.length - 1);
  return SEVERITIES[index] ?? severity;
}

/** One step less sure. */
export function lowerConfidence(confidence: Confidence): Confidence {
  return CONFIDENCES[CONFIDENCES.indexOf(confidence) + 1] ?? 'low';
}

export function compareConfidence(a: Confidence, b: Confidence): number {
  return CONFIDENCES.indexOf(a) - CONFIDENCES.indexOf(b);
}

/**
 * Compares for the list, worst first: severity, number of members and effects, whether an Ingress or LoadBalancer
 * leads there, confidence, the longer lasting, then scenario, name and id.
 *
 * @param isExposed whether an Ingress or a LoadBalancer Service leads to the finding's subject
 */
export function compareFindings(a: Finding, b: Finding, isExposed: (finding: Finding) => boolean): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    impactOf(b) - impactOf(a) ||
    Number(isExposed(b)) - Number(isExposed(a)) ||
    compareConfidence(a.confidence, b.confidence) ||
    compareNumbers(a.since ?? Infinity, b.since ?? Infinity) ||
    compareTexts(nameOf(a), nameOf(b)) ||
    compareTexts(a.id, b.id)
  );
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function impactOf(finding: Finding): number {
  return Math.max(finding.members.length, 1) + finding.effects.length;
}

function nameOf({ scenario, subject, part }: Finding): string {
  return [scenario, subject.namespace ?? '', subject.kind, subject.name, part ?? ''].join('\n');
}
