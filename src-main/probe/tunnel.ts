/** The proxy layer: a tunnel to the server through an HTTP, HTTPS or SOCKS5 proxy. */
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { AppFailure } from '../../shared/errors.ts';
import { foreignDetails } from '../kube/foreign-details.ts';
import { transportError } from '../kube/transport-error.ts';
import { openSocks } from './socks.ts';
import { shakeHandsWithProxy } from './tls.ts';
import { hostOf, portOf } from './trip.ts';
import type { Trip } from './trip.ts';

const credentialsOf = ({ username, password }: URL): Record<string, string> => {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
};

interface Reply {
  readonly response: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

function askForTunnel(trip: Trip, below: Socket, proxy: URL, signal: AbortSignal): Promise<Reply> {
  const { url } = trip;
  const target = `${url.hostname}:${String(portOf(url))}`;
  return new Promise((resolve, reject) => {
    const asked = request({
      method: 'CONNECT',
      path: target,
      headers: { host: target, 'user-agent': 'hedgerow', ...credentialsOf(proxy) },
      createConnection: () => below,
      signal,
    });
    asked.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) =>
      resolve({ response, socket, head }),
    );
    asked.once('error', reject);
    asked.end();
  });
}

/**
 * A connection to the server through `proxy`, and the proxy's Date header where it sends one. Credentials of the proxy's
 * own URL go to it, nothing else. Rejects with `AppFailure` (not-kubernetes) where the proxy refuses.
 */
export async function openTunnel(
  trip: Trip,
  below: Socket,
  proxy: URL,
  signal: AbortSignal,
): Promise<{ socket: Socket; date: string | undefined }> {
  if (proxy.protocol === 'socks5:') {
    await openSocks(below, proxy, { host: hostOf(trip.url), port: portOf(trip.url) }, signal);
    return { socket: below, date: undefined };
  }
  const direct = proxy.protocol === 'https:' ? await shakeHandsWithProxy(trip, below, proxy, signal) : below;
  const { response, socket, head } = await askForTunnel(trip, direct, proxy, signal);
  const status = response.statusCode ?? 0;
  if (status === 200) return { socket, date: response.headers.date };
  const error = transportError(
    { code: `CONNECT ${String(status)}`, message: `Proxy response (${String(status)})` },
    trip.where,
  );
  const answer = { status, headers: response.headers, text: head.toString('utf8') };
  socket.destroy();
  throw new AppFailure({ ...error, status, details: { ...error.details, ...foreignDetails(answer) } });
}
