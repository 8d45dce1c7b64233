/** The certificates of one fault proxy: one that its clients trust, and those they must refuse. */
import { makeCertificate } from '../main/kube/certificates.ts';
import type { Certificate } from '../main/kube/certificates.ts';
import type { Presented } from './fault.ts';

export interface Authority {
  /** PEM of the authority that clients are to trust. */
  readonly ca: string;
  readonly certificates: Readonly<Record<Presented, Certificate>>;
}

/** A new authority, known to nobody else. */
export function createAuthority(): Authority {
  const own = makeCertificate({ name: 'Fault proxy CA', authority: true });
  const other = makeCertificate({ name: 'Another CA', authority: true });
  const issuer = { name: 'Fault proxy CA', key: own.key };
  return {
    ca: own.cert,
    certificates: {
      trusted: makeCertificate({ name: 'api', issuer }),
      'other authority': makeCertificate({ name: 'api', issuer: { name: 'Another CA', key: other.key } }),
      expired: makeCertificate({ name: 'api', issuer, from: 2001, to: 2020 }),
      'other name': makeCertificate({
        name: 'elsewhere',
        issuer,
        dnsNames: ['elsewhere.test'],
        loopback: false,
      }),
    },
  };
}
