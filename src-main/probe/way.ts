/** Opens a whole way to the server at once, where its single layers are of no interest. */
import type { Socket } from 'node:net';
import { shakeHands } from './tls.ts';
import type { Handshake } from './tls.ts';
import { connectFirst, resolveHost } from './tcp.ts';
import { openTunnel } from './tunnel.ts';
import type { Trip } from './trip.ts';

/** A connection on which HTTP may be spoken unless `distrust` is set. Rejects with the raw error of any layer. */
export async function openWay(
  trip: Trip,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket } & Pick<Handshake, 'chain' | 'distrust'>> {
  const below = await connectFirst(trip, await resolveHost(trip), signal);
  const socket =
    trip.proxy === undefined ? below : (await openTunnel(trip, below, trip.proxy, signal)).socket;
  if (trip.url.protocol === 'http:') return { socket, chain: [] };
  return shakeHands(trip, socket, signal);
}
