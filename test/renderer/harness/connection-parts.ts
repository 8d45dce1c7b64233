// The pieces of the harness's connections: certificates, probes, watches, health checks.
import type { AppError } from '../../../shared/errors.ts';
import type {
  CertificateFacts,
  HealthCheck,
  ProbeReport,
  ProbeStep,
  WatchHealth,
} from '../../../shared/model/connection.ts';
import type { WatchPhase } from '../../../shared/model/fabric.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import { MINUTE } from './fabric-data.ts';

export const DAY = 24 * 60 * MINUTE;
export const PRINT =
  '9C:41:E0:7D:12:34:56:78:9A:BC:DE:F0:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:2B:08:F6:A3';

export const EXPIRED: AppError = {
  code: 'tls-untrusted',
  message: 'The certificate of https://api.prod-fra1.example:6443 expired 12 minutes ago.',
  hint: 'Renew it on the control node with kubeadm certs renew apiserver, then restart the API server. Nothing to change on this computer.',
  retryable: true,
};

export const REFUSED: AppError = {
  code: 'unauthorized',
  message: 'prod-fra1 refuses the token of user oncall: it expired 3 h ago.',
  hint: 'Sign in again: run aws sso login, then press Sign in.',
  status: 401,
  retryable: false,
};

export function certificate(now: Instant, more: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    subject: 'CN=kube-apiserver',
    issuer: 'CN=prod-fra1-ca',
    names: ['api.prod-fra1.example', '10.44.0.11', '10.96.0.1'],
    notBefore: now - 300 * DAY,
    notAfter: now + 65 * DAY,
    sha256: PRINT,
    ...more,
  };
}

const SAYS: readonly (readonly [ProbeStep['layer'], number, string])[] = [
  ['dns', 4, 'api.prod-fra1.example is 10.44.0.11'],
  ['tcp', 19, 'Port 6443 accepts'],
  ['tls', 41, 'Certificate is trusted'],
  ['api', 12, 'Kubernetes v1.35.2 answers'],
  ['auth', 22, 'Signed in as oncall'],
  ['discovery', 31, '67 kinds are served'],
];

/** All layers up to `failed` hold; that one says `why`, those after it were not tried. */
export function steps(failed?: ProbeStep['layer'], why = '', ms = 41): readonly ProbeStep[] {
  const at = failed === undefined ? SAYS.length : SAYS.findIndex(([layer]) => layer === failed);
  return SAYS.map(([layer, time, says], index): ProbeStep => {
    if (index < at) return { layer, state: 'ok', ms: time, says };
    if (index === at) return { layer, state: 'failed', ms, says: why };
    return { layer, state: 'not tried', says: 'Nothing is sent before the layers below hold' };
  });
}

export function probe(now: Instant, more: Partial<ProbeReport> = {}): ProbeReport {
  return {
    at: now - 20_000,
    server: 'https://api.prod-fra1.example:6443',
    steps: steps(),
    addresses: ['10.44.0.11'],
    chain: [certificate(now)],
    authorities: [
      certificate(now, { subject: 'CN=prod-fra1-ca', names: [], sha256: `11:${PRINT.slice(3)}` }),
    ],
    clockSkewMs: 300,
    version: 'v1.35.2',
    who: { user: 'oncall', groups: ['sre', 'system:authenticated'] },
    alternatives: [],
    timeoutMs: 30_000,
    ...more,
  };
}

const KINDS: readonly (readonly [string, string])[] = [
  ['pods', ''],
  ['nodes', ''],
  ['events', ''],
  ['services', ''],
  ['configmaps', ''],
  ['deployments', 'apps'],
  ['statefulsets', 'apps'],
  ['ingresses', 'networking.k8s.io'],
];

export function watch(
  now: Instant,
  resource: string,
  group: string,
  phase: WatchPhase,
  more: Partial<WatchHealth> = {},
): WatchHealth {
  const never = phase === 'denied' || phase === 'absent';
  const asOf = phase === 'stale' ? now - 4 * MINUTE : now - 2000;
  const NEXT: Partial<Record<WatchPhase, string>> = {
    live: 'Follows changes',
    stale: 'Re-list and diff on reconnect',
    denied: 'Not retried.',
    absent: 'Not a fault on this release',
  };
  return {
    resource,
    group,
    startedAt: now - 31 * MINUTE,
    events: never ? 0 : 1204,
    ...(never ? {} : { lastEventAt: asOf, lastBookmarkAt: asOf - 11_000 }),
    state: {
      phase,
      since: asOf,
      ...(never ? {} : { asOf }),
      objects: never ? 0 : 148,
      reconnects: phase === 'stale' ? 3 : 0,
      ...(phase === 'denied'
        ? {
            error: {
              code: 'forbidden' as const,
              message: `User oncall may not list ${resource} at the cluster scope.`,
              status: 403,
              retryable: false,
            },
          }
        : {}),
    },
    next: NEXT[phase] ?? 'Lists again',
    ...more,
  };
}

export function watches(now: Instant, phase: WatchPhase): readonly WatchHealth[] {
  return [
    ...KINDS.map(([resource, group]) => watch(now, resource, group, phase)),
    watch(now, 'secrets', '', 'denied'),
    watch(now, 'dhcpsubnets', 'dhcp.githedgehog.com', 'denied', { namespace: 'fab' }),
    watch(now, 'fabrics', 'wiring.githedgehog.com', 'absent'),
  ];
}

export function health(
  now: Instant,
  more: Partial<Record<HealthCheck['name'], Partial<HealthCheck>>> = {},
): HealthCheck[] {
  const checks: readonly HealthCheck[] = [
    { name: 'api-server', state: 'ok', says: '/livez answers ok in 12 ms', at: now - 9000 },
    { name: 'nodes', state: 'ok', says: '11 of 11 nodes are ready', at: now - 9000 },
    { name: 'crds', state: 'ok', says: '24 definitions are established', at: now - 9000 },
    { name: 'permissions', state: 'denied', says: '2 of 67 kinds may not be listed', at: now - 9000 },
  ];
  return checks.map((check) => ({ ...check, ...more[check.name] }));
}
