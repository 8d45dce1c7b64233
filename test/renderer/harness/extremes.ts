// Findings for the harness that no screen likes: thousands, names of any length, hostile text.
import { SEVERITIES, type Finding } from '../../../shared/model/finding.ts';
import type { Instant, Ref } from '../../../shared/model/ref.ts';
import { chain, finding, ref } from './make.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
