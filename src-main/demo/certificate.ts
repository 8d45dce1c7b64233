/** The demo server's own certificate authority and serving certificate, made anew at each start and never written to disk. */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/** All in PEM. */
export interface ServingCertificate {
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

function makeKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

/** A certificate for 127.0.0.1 and localhost, valid for a day around `now` (ms since the epoch) and a year on. */
export async function makeCertificate(now: number): Promise<ServingCertificate> {
  const [authorityKeys, keys] = await Promise.all([makeKeys(), makeKeys()]);
  const validity = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 365 * DAY_MS) };
  const serial = () => `01${randomBytes(15).toString('hex')}`;
  const authorityName = 'CN=Hedgerow demo CA';
  const [authority, cert] = await Promise.all([
    X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: authorityName,
      keys: authorityKeys,
      signingAlgorithm: ALGORITHM,
      ...validity,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    }),
    X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: 'CN=Hedgerow demo',
      issuer: authorityName,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          { type: 'dns', value: 'localhost' },
          { type: 'dns', value: 'kubernetes.default.svc' },
        ]),
      ],
    }),
  ]);
  return {
    authority: `${authority.toString('pem')}\n`,
    cert: `${cert.toString('pem')}\n`,
    key: await privateKeyPem(keys.privateKey),
  };
}
