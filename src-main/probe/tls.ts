/** The TLS layer: a handshake by the very rules of the client, which reads the chain even where it is not trusted. */
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { AppError } from '../../shared/errors.ts';
import type { CertificateFacts } from '../../shared/model/connection.ts';
import { readAuthority, secureContext } from '../kube/dispatcher.ts';
import { transportError } from '../kube/transport-error.ts';
import { bundleFacts, presentedChain } from './certificates.ts';
import { hostOf, keep } from './trip.ts';
import type { Trip } from './trip.ts';

export interface Handshake {
  readonly socket: TLSSocket;
  readonly chain: readonly CertificateFacts[];
  /** Why the chain is not trusted; undefined where it is, or where the kubeconfig turns the check off. */
  readonly distrust?: AppError | undefined;
}

/** The authorities that the kubeconfig names; none where it names none, or where they cannot be read. */
export async function configuredAuthorities({ access }: Trip): Promise<CertificateFacts[]> {
  const { caData, caFile } = access.cluster;
  if (caData === undefined && caFile === undefined) return [];
  const pem = await readAuthority(access).catch(() => '');
  return bundleFacts(String(pem));
}

/** Waits for the handshake, sends nothing after it. */
function handshake(options: ConnectionOptions, trip: Trip, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = keep(trip, connect(options));
    const onAbort = (): void => {
      socket.destroy();
      reject(new Error('aborted'));
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const done = (): void => signal.removeEventListener('abort', onAbort);
    socket.once('secureConnect', () => {
      done();
      resolve(socket);
    });
    socket.once('error', (cause: Error) => {
      done();
      reject(cause);
    });
    socket.once('close', () => {
      done();
      reject(Object.assign(new Error('closed before TLS stood'), { code: 'ECONNRESET' }));
    });
  });
}

/**
 * TLS with the server over an open connection, without a client certificate. The chain is verified, but a chain that
 * fails does not end the handshake: it is read, and `distrust` says why nothing may be sent. Rejects with the raw
 * error of a handshake that fails itself, and with `AppFailure` (context-broken) for authorities that cannot be used.
 */
export async function shakeHands(trip: Trip, below: Socket, signal: AbortSignal): Promise<Handshake> {
  const { access, url, where } = trip;
  const { insecure, serverName } = access.cluster;
  const ca = insecure ? undefined : await readAuthority(access);
  const host = hostOf(url);
  const servername = serverName ?? (isIP(host) === 0 ? host : undefined);
  const socket = await handshake(
    {
      socket: below,
      host,
      ...(servername !== undefined && { servername }),
      secureContext: secureContext(access, ca, { headers: {} }),
      // What verification says is in `authorized`; a certificate that fails it is to be shown, not only refused.
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    },
    trip,
    signal,
  );
  const chain = presentedChain(socket);
  if (insecure || socket.authorized) return { socket, chain };
  // Node gives the code as a string, whatever its types say.
  const code = String(socket.authorizationError);
  socket.destroy();
  const names = chain[0]?.names ?? [];
  const message = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `cert's altnames: ${names.join(', ')}` : code;
  return { socket, chain, distrust: transportError({ code, message }, where) };
}

/** TLS with an https proxy, by the roots of this computer. Rejects with a code that names the proxy. */
export async function shakeHandsWithProxy(trip: Trip, below: Socket, proxy: URL, signal: AbortSignal) {
  const host = hostOf(proxy);
  const named = isIP(host) === 0 ? { servername: host } : {};
  return handshake({ socket: below, host, ...named }, trip, signal).catch((cause: unknown) => {
    const { code } = transportError(cause, trip.where);
    throw code === 'tls-untrusted' ? Object.assign(new Error('proxy'), { code: 'UND_ERR_PRX_TLS' }) : cause;
  });
}
