// Probe reports, certificates and credentials for tests of what is said about connections.
import { PROBE_LAYERS } from '../../../shared/model/connection.ts';
import type {
  CertificateFacts,
  CredentialFacts,
  ProbeLayer,
  ProbeReport,
} from '../../../shared/model/connection.ts';
import type { AppError } from '../../../shared/errors.ts';

export const NOW = Date.UTC(2026, 10, 28, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const SERVER = 'https://api.lab.example:6443';

export function certificate(more: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    subject: 'CN=kube-apiserver',
    issuer: 'CN=lab-ca',
    names: ['kubernetes', 'kubernetes.default.svc', 'api.lab.example', '10.0.0.1'],
    notBefore: NOW - 100 * DAY,
    notAfter: NOW + 265 * DAY,
    sha256: 'AB:CD',
    ...more,
  };
}

export const AUTHORITY = certificate({
  subject: 'CN=lab-ca',
  issuer: 'CN=lab-ca',
  names: [],
  notAfter: NOW + 3000 * DAY,
});

export function errorAt(
  code: AppError['code'],
  details: Record<string, string> = {},
  more: Partial<AppError> = {},
): AppError {
  return {
    code,
    message: `API server ${SERVER} of context lab does not work.`,
    retryable: true,
    details: { server: SERVER, ...details },
    ...more,
  };
}

/** A report that failed at a layer; all before it hold. */
export function failedAt(layer: ProbeLayer, error: AppError, more: Partial<ProbeReport> = {}): ProbeReport {
  const failed = PROBE_LAYERS.indexOf(layer);
  const layers = PROBE_LAYERS.filter((each) => each !== 'proxy' || layer === 'proxy');
  return {
    at: NOW,
    server: SERVER,
    steps: layers.map((each) => {
      const index = PROBE_LAYERS.indexOf(each);
      if (index > failed) return { layer: each, state: 'not tried', says: 'Not tried' };
      return { layer: each, state: index === failed ? 'failed' : 'ok', ms: 4, says: `Says ${each}` };
    }),
    failed: layer,
    error: { ...error, details: { ...error.details, layer } },
    addresses: ['10.0.0.1'],
    chain: [],
    authorities: [],
    alternatives: [],
    timeoutMs: 30_000,
    ...more,
  };
}

export function facts(more: Partial<CredentialFacts> = {}): CredentialFacts {
  return { method: 'token', ends: [], ...more };
}

export const token = (notBefore: number | undefined, notAfter: number): CredentialFacts['ends'][number] => ({
  what: 'token',
  of: 'iss https://sso.example sub jane',
  notAfter,
  ...(notBefore !== undefined && { notBefore }),
});
