// Findings for the harness: an outage as it would be diagnosed, and a fabric that cannot be reached.
import type { Evidence, Finding } from '../../../shared/model/finding.ts';
import type { Instant, Ref } from '../../../shared/model/ref.ts';
import { chain, finding, ref } from './make.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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

/** The finding about a fabric that cannot be reached. */
export function connectionFinding(fabric: string, now: Instant): Finding {
  const subject: Ref = { apiVersion: 'hedgerow/v1', kind: 'Fabric', name: fabric };
  return finding(
    'f-fabric',
    'critical',
    'fabric/unreachable',
    subject,
    `${fabric} cannot be reached: 10.9.0.4:6443 refuses the connection`,
    {
      since: now - 40_000,
      cause: 'Nothing listens on port 6443 of 10.9.0.4.',
      advice: 'Check that the control plane runs and that your VPN is up.',
      evidence: [
        {
          ref: subject,
          path: 'errno',
          observed: 'ECONNREFUSED',
          why: 'The address answers, the port is closed',
        },
      ],
    },
  );
}

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
