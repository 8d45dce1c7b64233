/** What is said of a connection that fails: the cause that the probe, the chain, the clocks and the credentials tell. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Known } from '../../../shared/connection/case.ts';
import { connectionFinding, connectionFindings } from '../../../shared/connection/connection-finding.ts';
import { ERROR_CODES } from '../../../shared/errors.ts';
import { PROBE_LAYERS } from '../../../shared/model/connection.ts';
import { refused, unauthorized, UNKNOWN_ISSUER } from './cause-case.ts';
import {
  AUTHORITY,
  certificate,
  DAY,
  errorAt,
  facts,
  failedAt,
  HOUR,
  NOW,
  SERVER,
  token,
} from './reports.ts';
import { SIGN_IN_CASES } from './sign-in-cases.ts';
import { TRUST_CASES } from './trust-cases.ts';
import { WAY_CASES } from './way-cases.ts';

const CASES = [...WAY_CASES, ...TRUST_CASES, ...SIGN_IN_CASES];

describe('the cause is told apart', () => {
  test.each(CASES)('$name', ({ error, known, scenario, says, advice, not }) => {
    const finding = connectionFinding('lab', error, NOW - HOUR, known);
    const text = `${finding.summary} ${finding.cause}`;
    expect(finding.scenario, text).toBe(scenario);
    expect(text).toMatch(says);
    expect(finding.advice).toMatch(advice);
    if (not !== undefined) expect(`${text} ${finding.advice}`).not.toMatch(not);
    expect(`${text} ${finding.advice}`).not.toMatch(/undefined|NaN|\.\.|\s{2}|Invalid Date/);
    expect(finding.summary).not.toMatch(/[.]$/);
    expect(finding.cause).toMatch(/[.]$/);
    expect(finding.since).toBe(NOW - HOUR);
  });
});

describe('evidence', () => {
  test('one row per layer, the failing one first', () => {
    const { evidence } = connectionFinding('lab', refused, NOW, {
      probe: failedAt('tcp', refused, {
        chain: [certificate()],
        authorities: [AUTHORITY],
        clockSkewMs: 90_000,
      }),
      facts: facts({
        ends: [token(NOW - DAY, NOW + DAY)],
        token: { subject: 'jane', audiences: ['api'] },
        command: { command: 'aws', interactive: true },
      }),
      reachable: ['prod'],
    });
    const rows = Object.fromEntries(evidence.map(({ path, observed }) => [path, observed]));
    expect(evidence[0]).toMatchObject({ path: 'probe.failed', observed: 'tcp' });
    expect(rows).toMatchObject({
      'probe.dns': 'ok in 4 ms: Says dns',
      'probe.tcp': 'failed after 4 ms: Says tcp',
      'probe.tls': 'not tried',
      'probe.api': 'not tried',
      'cluster.server': SERVER,
      'probe.addresses': '10.0.0.1',
      'probe.clockSkew': 'the server is 90 s ahead',
      'credentials.token': 'issuer none, subject jane, audience api',
      'credentials.command': 'aws, not found',
      'fabrics.reachable': 'prod',
    });
    expect(rows['probe.chain[0]']).toContain('CN=kube-apiserver, issued by CN=lab-ca, for kubernetes');
    expect(rows['probe.authorities[0]']).toContain('self-signed');
  });

  test('a probe in which all holds leaves the error to decide', () => {
    const { failed: _failed, error: _error, ...whole } = failedAt('discovery', refused);
    const finding = connectionFinding('lab', refused, NOW, { probe: whole });
    expect(finding.scenario).toBe('HH-K8S-001');
    expect(finding.evidence.some(({ path }) => path === 'probe.failed')).toBe(false);
  });

  test('whatever a server, a kubeconfig or a certificate holds: one line, no control character, never a throw', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const instant = fc.oneof(fc.integer(), fc.double(), fc.constant(Number.NaN));
    fc.assert(
      fc.property(
        fc.constantFrom(...ERROR_CODES),
        fc.constantFrom(...PROBE_LAYERS),
        fc.constantFrom(
          'CERT_HAS_EXPIRED',
          'ERR_TLS_CERT_ALTNAME_INVALID',
          UNKNOWN_ISSUER,
          'ENOTFOUND',
          '__proto__',
        ),
        fc.record({
          subject: text,
          issuer: text,
          names: fc.array(text),
          notBefore: instant,
          notAfter: instant,
          sha256: text,
        }),
        text,
        (code, layer, errno, one, words) => {
          const error = errorAt(
            code,
            { errno, reason: words, body: words, user: words },
            { message: `It fails: ${words}` },
          );
          const known: Known = {
            probe: failedAt(layer, error, { chain: [one], authorities: [one], clockSkewMs: one.notAfter }),
            facts: facts({
              ends: [{ what: 'token', of: words, notAfter: one.notAfter }],
              token: { subject: words, audiences: [words] },
            }),
            reachable: [words],
          };
          for (const finding of connectionFindings('lab', error, NOW, known)) {
            const { summary, cause, advice, evidence } = finding;
            for (const observed of [summary, cause, advice, ...evidence.map((each) => each.observed)]) {
              expect(observed).not.toBe('');
              // eslint-disable-next-line no-control-regex -- none may be left
              expect(observed).not.toMatch(/[\u0000-\u001f]/);
            }
          }
        },
      ),
    );
  });
});

describe('a command whose credential was over before it was sent', () => {
  const stale = facts({
    method: 'exec plugin',
    ends: [token(NOW - DAY, NOW - HOUR)],
    command: { command: 'aws', path: '/usr/bin/aws', interactive: true },
  });

  test('is the root, and the refused sign-in its effect', () => {
    const known = { probe: failedAt('auth', unauthorized), facts: stale };
    const [root, effect, ...more] = connectionFindings('lab', unauthorized, NOW, known);
    expect(root).toMatchObject({
      scenario: 'conn/exec-plugin-failed',
      rootCause: null,
      effects: [effect?.id],
    });
    expect(root.summary).toContain('credential command aws yields a credential that expired 60 min ago');
    expect(effect).toMatchObject({ scenario: 'HH-K8S-002', rootCause: root.id, effects: [] });
    expect(more).toEqual([]);
    expect(connectionFinding('lab', unauthorized, NOW, known)).toMatchObject({ id: root.id, effects: [] });
  });

  test('a command whose credential is valid is not blamed for a refusal', () => {
    const known = { facts: { ...stale, ends: [token(NOW - DAY, NOW + HOUR)] } };
    expect(connectionFindings('lab', unauthorized, NOW, known).map(({ scenario }) => scenario)).toEqual([
      'HH-K8S-002',
    ]);
  });
});
