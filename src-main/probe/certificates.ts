/** Reads certificates into facts: of a chain that a server presents, and of the authorities a kubeconfig holds. */
import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { CertificateFacts } from '../../shared/model/connection.ts';
import { clean } from '../../shared/scenarios/words.ts';

const MAX_CHAIN = 10;
const MAX_AUTHORITIES = 20;
const MAX_NAMES = 50;

/** `CN=kubernetes, O=lab`: Node writes one part a line. */
const distinguishedName = (text: string | undefined): string =>
  clean((text ?? '').trim().replace(/\n/g, ', '), 300);

/** `DNS:api.lab, IP Address:10.0.0.1` as a list; what is neither a name nor an address is left out. */
function namesOf(alternative: string | undefined): string[] {
  const parts = (alternative ?? '').split(', ').flatMap((part) => {
    const [, name] = /^(?:DNS|IP Address):(.+)$/.exec(part) ?? [];
    return name === undefined ? [] : [clean(name, 253)];
  });
  return parts.slice(0, MAX_NAMES);
}

/** The facts of one certificate in DER or PEM. Throws for what is none. */
function certificateFacts(certificate: Buffer | string): CertificateFacts {
  const parsed = new X509Certificate(certificate);
  return {
    subject: distinguishedName(parsed.subject),
    issuer: distinguishedName(parsed.issuer),
    names: namesOf(parsed.subjectAltName),
    notBefore: Date.parse(parsed.validFrom),
    notAfter: Date.parse(parsed.validTo),
    sha256: parsed.fingerprint256,
  };
}

/** The chain behind a handshake, leaf first, up to the authority that is known for it. */
export function presentedChain(socket: TLSSocket): CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  const seen = new Set<string>();
  // Without a certificate Node gives an empty object.
  let next = socket.getPeerCertificate(true) as Partial<DetailedPeerCertificate> | undefined;
  while (next?.raw !== undefined && chain.length < MAX_CHAIN) {
    const facts = readOne(next.raw);
    if (facts === undefined || seen.has(facts.sha256)) break;
    seen.add(facts.sha256);
    chain.push(facts);
    next = next.issuerCertificate;
  }
  return chain;
}

/** The certificates of a PEM bundle; blocks that cannot be read are left out. */
export function bundleFacts(pem: string): CertificateFacts[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.slice(0, MAX_AUTHORITIES).flatMap((block) => readOne(block) ?? []);
}

function readOne(certificate: Buffer | string): CertificateFacts | undefined {
  try {
    return certificateFacts(certificate);
  } catch {
    return undefined;
  }
}
