// Makes throw-away certificates for loopback servers: DER by hand, for Node can read certificates but not write them.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface CertificateOptions {
  /** Common name. */
  readonly name: string;
  /** The authority; without one it signs itself. */
  readonly issuer?: { readonly name: string; readonly key: string };
  readonly authority?: boolean;
  readonly dnsNames?: readonly string[];
  readonly loopback?: boolean;
  /** Years; the defaults surround any present. */
  readonly from?: number;
  readonly to?: number;
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const bool = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 255 : 0]));
const year = (value: number): Buffer => der(0x18, Buffer.from(`${value}0101000000Z`));
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const nameOf = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
const pem = (label: string, body: Buffer): string =>
  `-----BEGIN ${label}-----\n${body.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`;

function extensions(options: CertificateOptions): Buffer {
  const { authority = false, dnsNames = [], loopback = true } = options;
  const names = [
    ...dnsNames.map((name) => der(0x82, Buffer.from(name))),
    ...(loopback ? [der(0x87, Buffer.from([127, 0, 0, 1]))] : []),
  ];
  const basic = sequence(oid('551d13'), bool(true), der(0x04, sequence(...(authority ? [bool(true)] : []))));
  const alternative = sequence(oid('551d11'), der(0x04, sequence(...names)));
  return der(0xa3, sequence(basic, ...(names.length > 0 && !authority ? [alternative] : [])));
}

let serial = 1;

export function makeCertificate(options: CertificateOptions): Certificate {
  const { name, issuer, from = 2000, to = 2400 } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const signer: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey;
  serial += 1;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, serial >> 8, serial & 255])),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? name),
    sequence(year(from), year(to)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(options),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, signer));
  return {
    cert: pem('CERTIFICATE', sequence(body, ECDSA_SHA256, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
