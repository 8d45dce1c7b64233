/** Words of the connection findings: layers, instants, ages, and the reference of a fabric. */
import type { CertificateFacts, ProbeLayer } from '../model/connection.ts';
import type { Instant, Ref } from '../model/ref.ts';
import { clean, enumerate, formatDuration } from '../scenarios/words.ts';

/** The layers as a sentence names them. */
export const LAYER_WORDS: Readonly<Record<ProbeLayer, string>> = {
  dns: 'DNS',
  tcp: 'TCP',
  proxy: 'the proxy',
  tls: 'TLS',
  api: 'the API',
  auth: 'the sign-in',
  discovery: 'API discovery',
};

/** The reference every connection finding has as its subject. */
export function fabricRef(fabric: string): Ref {
  return { apiVersion: 'hedgerow/v1', kind: 'Fabric', name: fabric };
}

/** `2026-11-28 14:20 UTC`; an instant that no clock can show is told as such. */
export function formatInstant(instant: Instant): string {
  if (!(Math.abs(instant) <= 8.64e15)) return 'a time out of range';
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `3 h ago` or `in 3 h`. */
export function formatDistance(instant: Instant, now: Instant): string {
  const distance = instant - now;
  return distance > 0 ? `in ${formatDuration(distance)}` : `${formatDuration(-distance)} ago`;
}

/** One certificate on one line: whose, by whom, for which names, from when to when, which. */
export function describeCertificate(certificate: CertificateFacts): string {
  const { subject, issuer, names, notBefore, notAfter, sha256 } = certificate;
  const parts = [
    clean(subject, 200) || 'no subject',
    subject !== '' && subject === issuer ? 'self-signed' : `issued by ${clean(issuer, 200) || 'nobody'}`,
    ...(names.length === 0
      ? []
      : [
          `for ${enumerate(
            names.map((name) => clean(name, 100)),
            5,
          )}`,
        ]),
    `valid ${formatInstant(notBefore)} to ${formatInstant(notAfter)}`,
    `SHA-256 ${clean(sha256, 100)}`,
  ];
  return parts.join(', ');
}

/** The sentence with its full stop. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Sentences with one space between them; those that are missing are left out. */
export const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined || part === '' ? [] : [sentence(part)])).join(' ');
