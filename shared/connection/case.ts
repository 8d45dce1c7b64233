/** The failure of a connection with all that is known of it, and what a story adds to it. */
import type { AppError } from '../errors.ts';
import type { CredentialFacts, ProbeLayer, ProbeReport } from '../model/connection.ts';
import type { Confidence } from '../model/finding.ts';
import type { Instant } from '../model/ref.ts';
import { clean } from '../scenarios/words.ts';

/** What is known beside the error. */
export interface Known {
  /** The probe that was made for this failure. */
  readonly probe?: ProbeReport | undefined;
  readonly facts?: CredentialFacts | undefined;
  /** Other fabrics that answer now. */
  readonly reachable?: readonly string[] | undefined;
}

export type Details = Readonly<Record<string, string>>;

export interface Case extends Known {
  /** The error that decides: the probe's where it found the layer, else the one that ended the attempt. */
  readonly error: AppError;
  readonly details: Details;
  /** The layer that fails, where it is known. */
  readonly layer: ProbeLayer | undefined;
  /** The present: when the probe was made, else when the failure began. */
  readonly at: Instant;
}

/** What a closer look at a case says instead of its table row. */
export interface Story {
  /** The predicate after `Fabric prod`. */
  readonly says?: string;
  /** One or two sentences. */
  readonly cause?: string;
  /** One next step. */
  readonly advice?: string;
  readonly confidence?: Confidence;
}

/** A difference of clocks below this is none (catalogue conn/tls-untrusted), ms. */
export const SKEW_MS = 60_000;

/** These end an attempt before the network is used, or behind all of its layers: a probe does not know better. */
const BEYOND_PROBE: ReadonlySet<AppError['code']> = new Set([
  'kubeconfig-missing',
  'kubeconfig-unreadable',
  'kubeconfig-invalid',
  'context-missing',
  'context-broken',
  'credentials-failed',
  'forbidden',
]);

/** Takes error and knowledge together: which error decides, and at which layer. */
export function caseOf(error: AppError, since: Instant, known: Known): Case {
  const { probe } = known;
  const at = probe?.at ?? since;
  const found = probe?.error;
  // A refusal of credentials stands until somebody acts, whatever a later probe meets before it comes to them: a page
  // that a gateway has for strangers, or a server that is slow by now.
  const isRefused = error.code === 'unauthorized' && probe?.failed !== 'auth';
  const probeDecides =
    probe?.failed !== undefined &&
    found !== undefined &&
    found.code !== 'cancelled' &&
    !isRefused &&
    !BEYOND_PROBE.has(error.code);
  const decisive = probeDecides ? { ...found, details: { ...error.details, ...found.details } } : error;
  return {
    ...known,
    error: decisive,
    details: decisive.details ?? {},
    layer: isRefused ? 'auth' : probe?.failed,
    at,
  };
}

/** `API server https://api:6443`, or words for it. */
export const serverOf = ({ server }: Details): string =>
  server === undefined ? 'its API server' : `API server ${server}`;

/** `user jane`, or words for it. */
export const userOf = ({ user }: Details): string => (user === undefined ? 'its user' : `user ${user}`);

/** The host and the port of the server that was contacted, for sentences. */
export function placeOf({ probe, details }: Case): { readonly host: string; readonly port: string } {
  const server = probe?.server ?? details.server ?? '';
  const [, scheme = '', host = '', port] = /^(https?):\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(server) ?? [];
  return { host: clean(host, 253) || 'its server', port: port ?? (scheme === 'http' ? '80' : '443') };
}

/** The other port of the host at which an API server answers, as a next step; undefined where there is none. */
export function otherPort({ probe }: Case): string | undefined {
  const other = probe?.alternatives.find(({ version }) => version !== undefined);
  if (other === undefined) return undefined;
  return `Change the server of this context to ${other.server}: an API server (${other.version ?? ''}) answers there.`;
}
