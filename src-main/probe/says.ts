/** Puts the outcome of a layer into one short sentence. */
import type { AppError } from '../../shared/errors.ts';
import type { CertificateFacts, ProbeLayer } from '../../shared/model/connection.ts';
import { enumerate } from '../../shared/scenarios/words.ts';
import { showUrl } from '../kube/mask-text.ts';
import { firstHop, hostOf, portOf } from './trip.ts';
import type { Trip } from './trip.ts';

const seconds = (ms: number): string => `${String(Math.round(ms / 100) / 10)} s`;
const atMinute = (instant: number): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `api.lab is 10.0.0.1 and 10.0.0.2`. */
export function saysAddresses(trip: Trip, addresses: readonly string[]): string {
  const hop = firstHop(trip);
  const host = hostOf(hop);
  const what = trip.proxy === undefined ? '' : 'Proxy ';
  if (addresses.length === 1 && addresses[0] === host) return `${what}${host} is an address`;
  return `${what}${host} is ${enumerate(addresses, 3)}`;
}

/** `Port 6443 accepts, no proxy`. */
export function saysAccepts(trip: Trip): string {
  const port = `Port ${String(portOf(firstHop(trip)))} accepts`;
  return trip.proxy === undefined ? `${port}, no proxy` : `${port} at the proxy`;
}

export function saysTrusted(chain: readonly CertificateFacts[], insecure: boolean): string {
  const [leaf] = chain;
  if (leaf === undefined) return 'TLS stands';
  if (insecure) return 'TLS stands, unverified: insecure-skip-tls-verify';
  return `Certificate of ${leaf.subject || leaf.issuer} verifies, until ${atMinute(leaf.notAfter)}`;
}

/** Rows that can say more than the error: which port, since when, which names. */
const SHORT: Readonly<
  Record<string, (trip: Trip, chain: readonly CertificateFacts[]) => string | undefined>
> = {
  ENOTFOUND: (trip) => `${hostOf(firstHop(trip))} does not resolve`,
  EAI_AGAIN: (trip) => `${hostOf(firstHop(trip))} cannot be looked up: the name server does not answer`,
  ECONNREFUSED: (trip) => `Port ${String(portOf(firstHop(trip)))} refuses the connection`,
  CERT_HAS_EXPIRED: (_trip, chain) => {
    const [first] = [...chain].sort((a, b) => a.notAfter - b.notAfter);
    if (first === undefined) return undefined;
    const what = first === chain[0] ? 'Server certificate' : `Authority ${first.subject}`;
    return `${what} expired at ${atMinute(first.notAfter)}`;
  },
  CERT_NOT_YET_VALID: (_trip, [leaf]) =>
    leaf && `Server certificate is not valid before ${atMinute(leaf.notBefore)}`,
  ERR_TLS_CERT_ALTNAME_INVALID: (_trip, [leaf]) =>
    leaf && `Server certificate is for ${enumerate(leaf.names, 3) || 'no name at all'}`,
};

/** Why a layer failed. */
export function saysFailed(
  layer: ProbeLayer,
  error: AppError,
  found: { readonly trip: Trip; readonly chain: readonly CertificateFacts[]; readonly ms: number },
): string {
  const { trip, chain, ms } = found;
  const errno = error.details?.errno ?? '';
  if (error.code === 'cancelled') return 'Broken off';
  if (layer === 'tcp' && error.code === 'timeout') {
    return `Port ${String(portOf(firstHop(trip)))} gives no answer within ${seconds(ms)}`;
  }
  const short = Object.hasOwn(SHORT, errno) ? SHORT[errno]?.(trip, chain) : undefined;
  if (short !== undefined) return short;
  // The sentence begins with the server and the context, which stand above all layers.
  const start = `API server ${showUrl(trip.where.server)} of context ${trip.where.fabric} `;
  const plain = error.message.startsWith(start) ? error.message.slice(start.length) : error.message;
  return capital(plain.replace(/\.$/, ''));
}
