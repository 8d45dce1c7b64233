// Findings for the harness: an incident as it would be diagnosed, long names, hostile text, and thousands.
import {
  SEVERITIES,
  type BlindSpot,
  type Evidence,
  type Finding,
  type Severity,
} from '../../../shared/model/finding.ts';
import type { Instant, Ref } from '../../../shared/model/ref.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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

function ref(kind: string, name: string, namespace?: string, exists = true): Ref {
  const apiVersion = ['Deployment', 'ReplicaSet'].includes(kind) ? 'apps/v1' : 'v1';
  return {
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(exists ? { uid: `${kind}-${namespace ?? ''}-${name}` } : {}),
  };
}

function finding(
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
function chain(root: Finding, effects: readonly Finding[]): Finding[] {
  return [
    { ...root, effects: effects.map((one) => one.id) },
    ...effects.map((one) => ({ ...one, rootCause: root.id })),
  ];
}

const POD = ref('Pod', 'payments-api-7c9f6d8b5-x2k8p', 'payments');

const CRASH_EVIDENCE: readonly Evidence[] = [
  {
    ref: ref('ConfigMap', 'payments-database', 'payments', false),
    path: 'metadata.name',
    observed: 'not found',
    why: 'The pods read DATABASE_URL from it',
  },
  {
    ref: ref('Deployment', 'payments-api', 'payments'),
    path: 'spec.template.spec.containers[payments].envFrom[0]',
    observed: 'configMapRef: payments-database',
    why: 'The reference is not optional',
  },
  {
    ref: POD,
    path: 'status.containerStatuses[payments].restartCount',
    observed: '7',
    why: 'It restarts about every 2 min',
  },
  {
    ref: POD,
    path: 'status.containerStatuses[payments].lastState.terminated.exitCode',
    observed: '1 after 10 s',
    why: 'The program ends by itself, it is not killed',
  },
  {
    ref: POD,
    path: 'log',
    observed: 'dial tcp 10.20.12.15:5432: i/o timeout',
    why: 'The first line that names an error',
  },
];

/** Five root causes with effects, much as in an outage. */
export function incidentFindings(now: Instant): Finding[] {
  const members = ['x2k8p', 'h9v2c', 'zt4ln'].map((end) =>
    ref('Pod', `payments-api-7c9f6d8b5-${end}`, 'payments'),
  );
  const crash = finding(
    'f-crash',
    'critical',
    'pod/crash-loop-back-off',
    ref('Deployment', 'payments-api', 'payments'),
    '3 of 6 pods of Deployment payments/payments-api crash-loop: container payments exits with 1',
    {
      part: 'payments',
      since: now - 18 * MINUTE,
      cause:
        'Container payments ends with exit code 1 about 10 s after each start. Its last lines say that the database at 10.20.12.15:5432 does not answer.',
      advice:
        'Restore ConfigMap payments-database or point DATABASE_URL at a database that answers; the pods recover by themselves at their next restart.',
      evidence: CRASH_EVIDENCE,
      members,
      notChecked: ['Event'],
      log: {
        pod: POD,
        container: 'payments',
        previous: true,
        firstError: 3,
        lines: [
          { number: 1183, time: '2026-11-20T14:31:30.200Z', text: 'INFO  reading configuration' },
          {
            number: 1184,
            time: '2026-11-20T14:31:30.900Z',
            text: 'INFO  starting payments-api 3.8.1 rev 5e1c0a2',
          },
          {
            number: 1185,
            time: '2026-11-20T14:31:31.200Z',
            text: 'INFO  migrations: connecting to 10.20.12.15:5432',
          },
          {
            number: 1187,
            time: '2026-11-20T14:31:41.200Z',
            text: 'ERROR dial tcp 10.20.12.15:5432: i/o timeout',
          },
          { number: 1188, time: '2026-11-20T14:31:41.200Z', text: 'FATAL cannot open ledger store, exiting' },
        ],
      },
    },
  );
  const missing = finding(
    'f-config',
    'critical',
    'config/missing-reference',
    ref('ConfigMap', 'payments-database', 'payments', false),
    'ConfigMap payments/payments-database does not exist, and 2 workloads need it',
    {
      since: now - 19 * MINUTE,
      cause:
        'Deployments payments-api and ledger read their database address from it, and neither reference is optional.',
      advice:
        'Create the ConfigMap again with key DATABASE_URL; ConfigMap payments-database-v2 in the same namespace has a similar name.',
      evidence: CRASH_EVIDENCE,
      log: crash.log,
    } as Partial<Finding>,
  );
  const service = finding(
    'f-endpoints',
    'high',
    'service/no-ready-endpoints',
    ref('Service', 'payments-api', 'payments'),
    'Service payments/payments-api has 3 of 6 endpoints ready',
    { since: now - 17 * MINUTE, rootCause: 'f-crash' },
  );
  const ingress = finding(
    'f-ingress',
    'high',
    'ingress/backend-degraded',
    ref('Ingress', 'pay', 'payments'),
    'Ingress payments/pay answers 503 on half of its requests',
    { since: now - 16 * MINUTE, rootCause: 'f-endpoints' },
  );
  const ledger = finding(
    'f-ledger',
    'high',
    'pod/create-container-config-error',
    ref('Deployment', 'ledger', 'payments'),
    '2 of 2 pods of Deployment payments/ledger cannot start: ConfigMap payments-database not found',
    { since: now - 18 * MINUTE },
  );
  const small = [1, 2, 3].map((number) =>
    finding(
      `f-small-${String(number)}`,
      'medium',
      'job/failed',
      ref('Job', `settlement-2893441${String(number)}`, 'payments'),
      `Job payments/settlement-2893441${String(number)} failed`,
      { since: now - (10 + number) * MINUTE },
    ),
  );
  const [root, crashLinked, ledgerLinked, ...smallLinked] = chain(missing, [
    { ...crash, effects: ['f-endpoints'] },
    ledger,
    ...small,
  ]);
  return [
    ...[root, crashLinked].filter((one) => one !== undefined),
    { ...service, effects: ['f-ingress'] },
    ingress,
    ...[ledgerLinked].filter((one) => one !== undefined),
    ...smallLinked,
    finding(
      'f-pull',
      'critical',
      'pod/image-pull-unauthorized',
      ref('Deployment', 'checkout', 'shop'),
      'Registry registry.example rejects the pull secret of Deployment shop/checkout',
      { since: now - 9 * MINUTE, confidence: 'medium', notChecked: ['Secret'] },
    ),
    finding(
      'f-quota',
      'high',
      'quota/exceeded',
      ref('ResourceQuota', 'team-ledger', 'ledger'),
      'Memory quota team-ledger blocks 3 pods of ledger-worker',
      { since: now - HOUR },
    ),
    finding(
      'f-volume',
      'medium',
      'pvc/almost-full',
      ref('PersistentVolumeClaim', 'data-kafka-2', 'kafka'),
      'Volume data-kafka-2 is 91 % full',
      { since: now - 6 * HOUR },
    ),
    finding('f-node', 'low', 'node/cordoned', ref('Node', 'fra1-w02'), 'Node fra1-w02 is cordoned', {
      since: now - 48 * HOUR,
    }),
  ];
}

/** `count` findings of all severities, every tenth an effect of the one before its group. */
export function manyFindings(now: Instant, count: number): Finding[] {
  const all: Finding[] = [];
  const perSeverity = Math.ceil(count / SEVERITIES.length);
  for (const severity of SEVERITIES) {
    for (let number = 0; number < perSeverity; number += 1) {
      const name = `web-${String(number).padStart(4, '0')}`;
      const id = `${severity}-${String(number)}`;
      const isEffect = number % 10 !== 0;
      const root = `${severity}-${String(number - (number % 10))}`;
      const effects = isEffect
        ? []
        : Array.from({ length: 9 }, (_, index) => `${severity}-${String(number + index + 1)}`);
      all.push(
        finding(
          id,
          severity,
          'pod/crash-loop-back-off',
          ref('Deployment', name, `team-${String(number % 37)}`),
          `2 of 3 pods of Deployment ${name} crash-loop: container main exits with 3`,
          {
            since: now - number * MINUTE,
            rootCause: number % 2 === 0 || !isEffect ? null : root,
            effects: effects.filter((_, index) => index % 2 === 0),
          },
        ),
      );
    }
  }
  return all.slice(0, count);
}

/** Names as long as Kubernetes allows and values longer than any screen. */
export function longFindings(now: Instant): Finding[] {
  const name = `payments-settlement-reconciliation-worker-${'with-a-very-long-generated-name-'.repeat(6)}x2k8p`;
  const namespace = 'team-payments-settlement-and-reconciliation-production-frankfurt';
  const subject = ref('Pod', name, namespace);
  const summary = `Pod ${namespace}/${name} restarts every 40 s: container reconciliation-main exits with 137`;
  const effects = Array.from({ length: 7 }, (_, number) =>
    finding(
      `e${String(number)}`,
      'high',
      'service/no-ready-endpoints',
      ref('Service', `${name.slice(0, 58)}${String(number)}`, namespace),
      `Service ${namespace}/${name} has no ready endpoint`,
      { since: now - 300 * 24 * HOUR },
    ),
  );
  return [
    ...chain(
      finding(
        'long',
        'critical',
        'pod/a-scenario-with-a-rather-long-name-that-does-not-fit',
        subject,
        summary,
        {
          since: now - 400 * 24 * HOUR,
          part: 'reconciliation-main-container-with-a-long-name',
          cause: `The kernel killed it. ${'The limit is too low for what it keeps in memory. '.repeat(6)}`,
          evidence: [
            {
              ref: subject,
              path: `spec.containers[reconciliation-main].env[${'A_VERY_LONG_VARIABLE_'.repeat(5)}].valueFrom.configMapKeyRef.name`,
              observed: 'x'.repeat(2000),
              why: 'Long values must not break the table',
            },
          ],
          members: Array.from({ length: 40 }, (_, number) =>
            ref('Pod', `${name.slice(0, 200)}${String(number)}`, namespace),
          ),
          notChecked: ['Event', 'Secret', 'ConfigMap', 'ServiceAccount', 'ReplicaSet', 'Node'],
          log: {
            pod: subject,
            container: 'reconciliation-main',
            previous: false,
            lines: Array.from({ length: 60 }, (_, number) => ({
              number: number + 1,
              time: '2026-11-20T14:31:30Z',
              text: `line ${String(number)} ${'long '.repeat(80)}`,
            })),
            firstError: 40,
          },
        },
      ),
      effects,
    ),
  ];
}

const EVIL = '\u202eevil\u202c\u0007\u001b[31mred\u001b[0m\u200b<img src=x onerror=alert(1)>{@html}\u2066';

/** Every text a cluster could write, made to mislead. */
export function hostileFindings(now: Instant): Finding[] {
  const subject: Ref = {
    apiVersion: `v1${EVIL}`,
    kind: `Pod${EVIL}`,
    namespace: `ns${EVIL}`,
    name: `web${EVIL}`,
    uid: 'u1',
  };
  const effect = finding(
    'h2',
    'high',
    `pod/${EVIL}`,
    { ...subject, name: `other${EVIL}` },
    `Effect ${EVIL}`,
    { since: now },
  );
  return chain(
    finding('h1', 'critical', `pod/${EVIL}`, subject, `Pod ${EVIL} is broken`, {
      since: now - MINUTE,
      part: `part${EVIL}`,
      cause: `Cause ${EVIL}`,
      advice: `Advice ${EVIL}`,
      evidence: [{ ref: subject, path: `path${EVIL}`, observed: `observed${EVIL}`, why: `why${EVIL}` }],
      members: [subject, { ...subject, name: `second${EVIL}` }],
      notChecked: [`Kind${EVIL}`],
      log: {
        pod: subject,
        container: `c${EVIL}`,
        previous: true,
        lines: [{ number: 1, time: EVIL, text: `line ${EVIL}` }],
        firstError: 0,
      },
    }),
    [effect],
  );
}
