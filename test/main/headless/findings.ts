// Findings and outcomes for tests of how they are written; what a test does not name is plain.
import type { BlindSpot, Finding } from '../../../shared/model/finding.ts';
import type { Outcome } from '../../../src-main/headless/report.ts';

export function findingOf(id: string, fields: Partial<Finding> = {}): Finding {
  return {
    id,
    scenario: 'pod/crash-loop-back-off',
    subject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: id, uid: `uid-${id}` },
    severity: 'high',
    summary: `Pod ${id} restarts every 40 s`,
    cause: 'The program exits with 3.',
    advice: 'Read its log.',
    evidence: [
      {
        ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: id },
        path: 'status.containerStatuses[main].restartCount',
        observed: '7',
        why: 'It was started again and again.',
      },
    ],
    confidence: 'high',
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
    ...fields,
  };
}

export const BLIND_SPOT: BlindSpot = {
  kind: 'Secret',
  group: '',
  resource: 'secrets',
  verb: 'list',
  reason: 'User jane may not list secrets.',
  fix: 'Grant list on secrets.',
  scenarios: ['config/secret-missing'],
};

export const NOW = Date.parse('2026-11-20T10:00:00Z');

export function outcomeOf(
  findings: readonly Finding[],
  fields: Partial<Outcome> = {},
  blindSpots: readonly BlindSpot[] = [],
): Outcome {
  return {
    fabric: 'prod',
    server: 'https://api.example:6443',
    version: 'v1.35.4',
    result: { findings, blindSpots, complete: blindSpots.length === 0, checks: { ran: 3, total: 3 } },
    diagnosed: true,
    now: NOW,
    timings: { connectMs: 1, syncMs: 2, diagnoseMs: 3 },
    ...fields,
  };
}
