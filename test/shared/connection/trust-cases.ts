// Causes of a certificate that does not verify.
import { UNKNOWN_ISSUER, type CauseCase } from './cause-case.ts';
import { AUTHORITY, certificate, DAY, errorAt, failedAt, HOUR, MINUTE, NOW } from './reports.ts';

const tls = (errno: string) => errorAt('tls-untrusted', { errno });
const untrusted = (
  errno: string,
  more: Parameters<typeof failedAt>[2],
): Pick<CauseCase, 'error' | 'known'> => ({
  error: tls(errno),
  known: { probe: failedAt('tls', tls(errno), more) },
});

export const TRUST_CASES: readonly CauseCase[] = [
  {
    name: 'an expired certificate',
    ...untrusted('CERT_HAS_EXPIRED', { chain: [certificate({ notAfter: NOW - 3 * HOUR }), AUTHORITY] }),
    scenario: 'conn/tls-untrusted',
    says: /expired 3 h ago.*2026-11-28 09:00 UTC.*TLS fails/,
    advice: /kubeadm certs renew apiserver/,
  },
  {
    name: 'an expired authority behind a certificate that is valid',
    ...untrusted('CERT_HAS_EXPIRED', { chain: [certificate(), { ...AUTHORITY, notAfter: NOW - DAY }] }),
    scenario: 'conn/tls-untrusted',
    says: /authority CN=lab-ca expired 24 h ago/,
    advice: /Replace the authority/,
  },
  {
    name: 'a clock that runs ahead: the certificate is valid at the server',
    ...untrusted('CERT_HAS_EXPIRED', {
      chain: [certificate({ notAfter: NOW - HOUR })],
      clockSkewMs: -2 * HOUR,
    }),
    scenario: 'conn/tls-untrusted',
    says: /clock of this computer is 2 h ahead of the server's/,
    advice: /Set the clock/,
  },
  {
    name: 'a difference of clocks of a minute is none',
    ...untrusted('CERT_HAS_EXPIRED', {
      chain: [certificate({ notAfter: NOW - MINUTE / 2 })],
      clockSkewMs: -MINUTE,
    }),
    scenario: 'conn/tls-untrusted',
    says: /expired 30 s ago/,
    advice: /renew/,
    not: /clock of this computer is/,
  },
  {
    name: 'a certificate of the future, and an authority too',
    ...untrusted('CERT_NOT_YET_VALID', {
      chain: [certificate({ notBefore: NOW + DAY })],
      authorities: [{ ...AUTHORITY, notBefore: NOW + DAY }],
    }),
    scenario: 'conn/tls-untrusted',
    says: /not valid before 2026-11-29.*even the authority/,
    advice: /Set the clock/,
  },
  {
    name: 'a name that is not in the certificate',
    ...untrusted('ERR_TLS_CERT_ALTNAME_INVALID', {
      chain: [certificate({ names: ['10.0.0.1', 'node-1', 'kubernetes'] })],
    }),
    scenario: 'conn/tls-untrusted',
    says: /not for the name api\.lab\.example.*10\.0\.0\.1, node-1 and kubernetes/,
    advice: /tls-server-name: kubernetes/,
  },
  {
    name: 'a certificate with addresses alone',
    ...untrusted('ERR_TLS_CERT_ALTNAME_INVALID', { chain: [certificate({ names: ['10.0.0.1'] })] }),
    scenario: 'conn/tls-untrusted',
    says: /10\.0\.0\.1/,
    advice: /Use an address/,
    not: /tls-server-name/,
  },
  {
    name: 'a device that inspects TLS',
    ...untrusted(UNKNOWN_ISSUER, {
      chain: [certificate({ issuer: 'CN=Zscaler Intermediate Root CA, O=Zscaler Inc.' })],
      authorities: [AUTHORITY],
    }),
    scenario: 'conn/tls-untrusted',
    says: /inspects TLS.*Zscaler/,
    advice: /NO_PROXY/,
  },
  {
    name: 'an authority of the same name with another key',
    ...untrusted('CERT_SIGNATURE_FAILURE', { chain: [certificate()], authorities: [AUTHORITY] }),
    scenario: 'conn/tls-untrusted',
    says: /was replaced.*CN=lab-ca/,
    advice: /fresh kubeconfig/,
  },
  {
    name: 'an API server of another authority',
    ...untrusted(UNKNOWN_ISSUER, {
      chain: [certificate({ issuer: 'CN=prod-ca' })],
      authorities: [AUTHORITY],
    }),
    scenario: 'conn/tls-untrusted',
    says: /another authority.*CN=prod-ca.*CN=lab-ca.*another cluster/,
    advice: /fresh kubeconfig/,
  },
  {
    name: 'something else of another authority',
    ...untrusted(UNKNOWN_ISSUER, {
      chain: [certificate({ issuer: 'CN=Some CA', names: ['www.example'] })],
      authorities: [AUTHORITY],
    }),
    scenario: 'conn/tls-untrusted',
    says: /CN=Some CA.*CN=lab-ca/,
    advice: /Compare/,
    not: /another cluster/,
  },
  {
    name: 'no authority in the kubeconfig',
    ...untrusted(UNKNOWN_ISSUER, { chain: [certificate()] }),
    scenario: 'conn/tls-untrusted',
    says: /names no authority/,
    advice: /certificate-authority-data/,
  },
];
