/** What one probe carries from layer to layer: the target, the proxy, the limits and every socket it opened. */
import type { Socket } from 'node:net';
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ProbeLayer } from '../../shared/model/connection.ts';
import type { ContextAccess } from '../kube/contract.ts';
import { showUrl } from '../kube/mask-text.ts';
import { cancelled, transportError } from '../kube/transport-error.ts';
import type { Where } from '../kube/transport-error.ts';

export interface Trip {
  readonly access: ContextAccess;
  /** The server, or an alternative port of its host. */
  readonly url: URL;
  readonly proxy: URL | undefined;
  readonly where: Where;
  /** All sockets of the probe: whatever is left is destroyed at its end. */
  readonly sockets: Set<Socket>;
}

/** Host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'socks5:': 1080 };

export const portOf = (url: URL): number =>
  url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 80) : Number(url.port);

/** What is connected to first: the proxy where there is one. */
export const firstHop = ({ url, proxy }: Trip): URL => proxy ?? url;

/** Keeps a socket for the final clean-up, and from throwing once nobody listens to it any more. */
export function keep<T extends Socket>(trip: Trip, socket: T): T {
  trip.sockets.add(socket);
  socket.on('error', () => undefined).once('close', () => trip.sockets.delete(socket));
  return socket;
}

/** What a layer says when its time is over. A stall before TCP stands is no answer at all, one behind it a slow server. */
const STALLS: Readonly<Partial<Record<ProbeLayer, { errno: string; says?: string }>>> = {
  dns: { errno: 'EAI_AGAIN' },
  tcp: { errno: 'UND_ERR_CONNECT_TIMEOUT' },
  proxy: {
    errno: 'UND_ERR_CONNECT_TIMEOUT',
    says: 'is not reached by the proxy, which accepts and then is silent',
  },
  tls: {
    errno: 'UND_ERR_HEADERS_TIMEOUT',
    says: 'accepts the connection and does not finish the TLS handshake',
  },
};

/** The error of a layer that took longer than `ms`. */
function stallError(layer: ProbeLayer, { where }: Trip, ms: number): AppError {
  const { errno, says } = STALLS[layer] ?? { errno: 'UND_ERR_HEADERS_TIMEOUT' };
  const error = transportError({ code: errno }, where);
  if (error.code !== 'timeout') return error;
  const within = `within ${String(Math.round(ms / 100) / 10)} s`;
  const message =
    says === undefined
      ? error.message.replace('in time', within)
      : `API server ${showUrl(where.server)} of context ${where.fabric} ${says} ${within}.`;
  return { ...error, message };
}

/** A result, or why there is none; with the milliseconds it took. */
export type Timed<T> = { readonly ms: number } & (
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError }
);

/** Runs one layer with its own limit within the whole. Never rejects for what a network does. */
export async function timed<T>(
  layer: ProbeLayer,
  trip: Trip,
  limit: { readonly ms: number; readonly whole: AbortSignal; readonly caller: AbortSignal | undefined },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<Timed<T>> {
  const begun = performance.now();
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(), limit.ms);
  const signal = AbortSignal.any([own.signal, limit.whole]);
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new AppFailure(cancelled(trip.where.fabric)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  aborted.catch(() => undefined);
  const passed = (): number => Math.round(performance.now() - begun);
  try {
    const value = await Promise.race([run(signal), aborted]);
    return { ok: true, value, ms: passed() };
  } catch (cause) {
    const ms = passed();
    if (limit.caller?.aborted === true) return { ok: false, error: cancelled(trip.where.fabric), ms };
    if (signal.aborted) return { ok: false, error: stallError(layer, trip, ms), ms };
    return { ok: false, error: transportError(cause, trip.where), ms };
  } finally {
    clearTimeout(timer);
  }
}
