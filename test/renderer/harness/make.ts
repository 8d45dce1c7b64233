// The pieces of the harness's findings: references, findings, chains and blind spots.
import type { BlindSpot, Finding, Severity } from '../../../shared/model/finding.ts';
import type { Ref } from '../../../shared/model/ref.ts';

export const BLIND_SPOTS: readonly BlindSpot[] = [
  {
    kind: 'Secret',
    group: '',
    resource: 'secrets',
    verb: 'list',
    reason: 'The server refuses list on secrets for user oncall-2.',
    fix: 'Ask for get, list and watch on secrets.',
    scenarios: ['pod/secret-missing', 'ingress/tls-secret-missing', 'pod/image-pull-unauthorized'],
  },
  {
    kind: 'Event',
    group: '',
    resource: 'events',
    namespace: 'payments',
    verb: 'list',
    reason: 'The server refuses list on events in namespace payments for user oncall-2.',
    fix: 'Ask for get, list and watch on events in payments.',
    scenarios: ['pod/crash-loop-back-off', 'pod/failed-scheduling', 'pod/probe-failing'],
  },
  {
    kind: 'ServiceAccount',
    group: '',
    resource: 'serviceaccounts',
    verb: 'watch',
    reason: 'The server refuses watch on serviceaccounts for user oncall-2.',
    fix: 'Ask for get, list and watch on serviceaccounts.',
    scenarios: ['workload/service-account-missing'],
  },
];

/** Names an object; `exists: false` is one that is missing. */
export function ref(kind: string, name: string, namespace?: string, exists = true): Ref {
  const apiVersion = ['Deployment', 'ReplicaSet'].includes(kind) ? 'apps/v1' : 'v1';
  return {
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(exists ? { uid: `${kind}-${namespace ?? ''}-${name}` } : {}),
  };
}

/** A finding with plain words where a data set names none. */
export function finding(
  id: string,
  severity: Severity,
  scenario: string,
  subject: Ref,
  summary: string,
  more: Partial<Finding> = {},
): Finding {
  return {
    id,
    severity,
    scenario,
    subject,
    summary,
    cause: `${summary} for the reason that the evidence names.`,
    advice: 'Read the evidence, then correct the field it points at.',
    evidence: [{ ref: subject, path: 'status.conditions[Ready]', observed: 'False', why: 'It is not ready' }],
    confidence: 'high',
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
    ...more,
  };
}

/** Makes `effects` the effects of `root`. */
export function chain(root: Finding, effects: readonly Finding[]): Finding[] {
  return [
    { ...root, effects: effects.map((one) => one.id) },
    ...effects.map((one) => ({ ...one, rootCause: root.id })),
  ];
}
