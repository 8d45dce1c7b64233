// What the harness knows of the way to a fabric: one view per state a user can meet.
import type { AppError } from '../../../shared/errors.ts';
import type { ConnectionView, HealthCheck } from '../../../shared/model/connection.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import {
  DAY,
  PRINT,
  EXPIRED,
  REFUSED,
  certificate,
  steps,
  probe,
  watch,
  watches,
  health,
} from './connection-parts.ts';
import { MINUTE } from './fabric-data.ts';

/** All well: every layer holds, the watches deliver. */
export function liveView(now: Instant): ConnectionView {
  return {
    fabric: 'prod-fra1',
    probe: probe(now),
    probing: false,
    attempts: [{ at: now - 31 * MINUTE, ok: true, ms: 129, says: 'Kubernetes v1.35.2 answers' }],
    breaker: { state: 'closed', failures: 0 },
    timeoutMs: 30_000,
    credentials: {
      method: 'exec plugin',
      ends: [
        { what: 'token', notAfter: now + 14 * MINUTE, of: 'iss https://sts.example sub oncall' },
        { what: 'authority', notBefore: now - 900 * DAY, notAfter: now + 2700 * DAY, of: 'CN=prod-fra1-ca' },
      ],
      token: {
        issuer: 'https://sts.example',
        subject: 'oncall',
        audiences: ['https://kubernetes.default.svc'],
      },
      command: { command: 'aws', path: '/opt/homebrew/bin/aws', interactive: true },
    },
    watches: watches(now, 'live'),
    health: health(now),
    requests: [
      { verb: 'list', resource: 'pods', count: 4, p50: 180, p95: 412, throttled: 0 },
      { verb: 'list', resource: 'events', count: 4, p50: 96, p95: 240, throttled: 2 },
      { verb: 'get', resource: 'livez', count: 60, p50: 11, p95: 38, throttled: 0 },
    ],
    identity: {
      state: 'pinned',
      pinned: {
        uid: '4f0c2d1e-77aa-4b0e-9d5e-2f6f2f0e91b1',
        version: 'v1.35.2',
        caSha256: PRINT,
        firstSeen: now - 41 * DAY,
      },
    },
    status: { state: 'connected', at: now - 2000 },
    reachable: [],
  };
}

function failedAttempts(now: Instant, says: string): ConnectionView['attempts'] {
  return [287, 285, 280, 269, 240].map((age) => ({ at: now - age * 1000, ok: false, ms: 64, says }));
}

const NO_HEALTH: Partial<Record<HealthCheck['name'], Partial<HealthCheck>>> = {
  'api-server': { state: 'failed', says: 'No answer since the contact was lost' },
  nodes: { state: 'unknown', says: 'Cannot tell without the API server' },
  crds: { state: 'unknown', says: 'Cannot tell without the API server' },
  permissions: { state: 'unknown', says: 'Cannot tell without the API server' },
};

/** The server's certificate has expired; the breaker is open. */
export function tlsView(now: Instant): ConnectionView {
  const { version: _, who: __, ...rest } = probe(now);
  return {
    ...liveView(now),
    probe: {
      ...rest,
      steps: steps('tls', 'Server certificate expired 12 minutes ago'),
      failed: 'tls',
      error: EXPIRED,
      chain: [certificate(now, { notAfter: now - 12 * MINUTE })],
    },
    attempts: failedAttempts(now, 'Server certificate expired'),
    breaker: { state: 'open', failures: 5, halfOpenAt: now + 34_000 },
    nextTryAt: now + 34_000,
    watches: watches(now, 'stale'),
    health: health(now, NO_HEALTH),
    reachable: ['lab-west', 'stage-ams', 'demo-prod'],
    status: { state: 'failed', at: now - 20_000, error: EXPIRED },
  };
}

/** The name does not resolve; the first contact failed. */
export function dnsView(now: Instant): ConnectionView {
  const { version: _, who: __, clockSkewMs: ___, ...rest } = probe(now);
  const error: AppError = {
    code: 'unreachable',
    message: 'The name api.prod-fra1.example does not resolve.',
    hint: 'Connect the VPN that knows this name, or correct the server in ~/.kube/config.',
    retryable: true,
  };
  return {
    ...liveView(now),
    probe: {
      ...rest,
      steps: steps('dns', 'Name server 10.9.0.2 does not know api.prod-fra1.example (NXDOMAIN)', 12),
      failed: 'dns',
      error,
      addresses: [],
      chain: [],
      proxy: { url: 'http://proxy.corp.example:3128', from: 'environment' },
    },
    attempts: failedAttempts(now, 'The name does not resolve').slice(-2),
    breaker: { state: 'closed', failures: 2 },
    nextTryAt: now + 3000,
    watches: [],
    health: [],
    requests: [],
    identity: { state: 'unknown' },
    status: { state: 'failed', at: now - 20_000, error },
  };
}

/** The port is closed; another one answers as an API server. */
export function portView(now: Instant): ConnectionView {
  const view = dnsView(now);
  const error: AppError = {
    code: 'unreachable',
    message:
      'https://api.prod-fra1.example:6443 refuses the connection: nothing listens on port 6443 of 10.44.0.11.',
    hint: 'Check that the control plane runs, or use port 443, which answers as Kubernetes.',
    retryable: true,
  };
  const { proxy: _, ...rest } = view.probe ?? probe(now);
  return {
    ...view,
    probe: {
      ...rest,
      steps: steps('tcp', '10.44.0.11 refuses port 6443 (ECONNREFUSED)', 3),
      failed: 'tcp',
      error,
      addresses: ['10.44.0.11'],
      alternatives: [
        {
          server: 'https://api.prod-fra1.example:443',
          version: 'v1.35.2',
          says: 'Kubernetes v1.35.2 answers on port 443',
        },
        {
          server: 'https://api.prod-fra1.example:8443',
          says: 'A web server answers with HTML, not a Kubernetes API',
        },
      ],
    },
    status: { state: 'failed', at: now - 20_000, error },
  };
}

/** The token was refused: nothing is sent until somebody signs in. */
export function pausedView(now: Instant): ConnectionView {
  const { who: _, ...rest } = probe(now);
  const view = liveView(now);
  return {
    ...view,
    probe: {
      ...rest,
      steps: steps('auth', 'The server answers 401: token expired'),
      failed: 'auth',
      error: REFUSED,
    },
    pause: { since: now - 3 * MINUTE, why: 'sign-in', error: REFUSED },
    credentials: {
      method: 'exec plugin',
      ends: [{ what: 'token', notAfter: now - 180 * MINUTE, of: 'iss https://sts.example sub oncall' }],
      command: {
        command: 'kubelogin',
        installHint: 'Install kubelogin with brew install int128/kubelogin/kubelogin.',
        interactive: true,
      },
    },
    watches: watches(now, 'stale'),
    health: health(now, NO_HEALTH),
    status: { state: 'failed', at: now - 3 * MINUTE, error: REFUSED },
  };
}

/** Another cluster answers under the same name. */
export function changedView(now: Instant): ConnectionView {
  const view = liveView(now);
  return {
    ...view,
    identity: {
      ...view.identity,
      state: 'changed',
      seen: {
        uid: 'b7e1aa02-0000-4cc1-8f3e-0b64d3f0c7aa',
        version: 'v1.34.1',
        caSha256: PRINT,
        firstSeen: now - 40_000,
      },
    },
  };
}

/** 5,000 watches, very long names and messages with what a hostile server may send. */
export function hugeView(now: Instant): ConnectionView {
  const long = 'a-very-long-name-of-a-custom-resource-definition-that-somebody-generated'.repeat(2);
  const view = tlsView(now);
  const text = `The server answered with \u202egnp.exe\u202c and ${'a very long explanation of what is wrong, '.repeat(9)}`;
  return {
    ...view,
    ...(view.probe
      ? {
          probe: {
            ...view.probe,
            steps: steps('tls', text, 40_200),
            error: { ...EXPIRED, message: text },
            chain: Array.from({ length: 6 }, () =>
              certificate(now, {
                subject: `CN=${long}`,
                issuer: `O=${long}`,
                names: Array.from({ length: 60 }, (_, n) => `${long}-${String(n)}.example`),
              }),
            ),
          },
        }
      : {}),
    watches: Array.from({ length: 5000 }, (_, n) =>
      watch(now, `${long}${String(n)}`, 'generated.example.com', n % 50 === 0 ? 'denied' : 'stale', {
        next: text,
      }),
    ),
    requests: Array.from({ length: 40 }, (_, n) => ({
      verb: 'list',
      resource: `${long}${String(n)}`,
      count: n,
      p50: n * 10,
      p95: n * 100,
      throttled: n % 3,
    })),
  };
}
