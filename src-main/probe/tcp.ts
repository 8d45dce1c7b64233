/** The first two layers: the addresses of a name, and the first of them that accepts a connection. */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { firstHop, hostOf, keep, portOf } from './trip.ts';
import type { Trip } from './trip.ts';

/** After so long without an answer the next address is tried beside it, ms (RFC 8305, section 5). */
const STAGGER_MS = 250;
const MAX_ADDRESSES = 16;

/** All addresses of what is connected to first. Rejects with the error of the name server. */
export async function resolveHost(trip: Trip): Promise<string[]> {
  const host = hostOf(firstHop(trip));
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
}

/** The first address that accepts; rejects with an AggregateError once all refused. Losers are closed. */
export function connectFirst(trip: Trip, addresses: readonly string[], signal: AbortSignal): Promise<Socket> {
  const port = portOf(firstHop(trip));
  return new Promise((resolve, reject) => {
    const open = new Set<Socket>();
    const errors: unknown[] = [];
    let timer: NodeJS.Timeout | undefined;
    let next = 0;
    const end = (winner?: Socket): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      next = addresses.length;
      for (const socket of open) if (socket !== winner) socket.destroy();
    };
    const onAbort = (): void => {
      end();
      reject(new Error('aborted'));
    };
    const start = (): void => {
      clearTimeout(timer);
      const address = addresses[next];
      if (address === undefined) return;
      next += 1;
      const socket = keep(trip, connect({ host: address, port, noDelay: true }));
      open.add(socket);
      socket.once('connect', () => {
        end(socket);
        resolve(socket);
      });
      socket.once('error', (cause) => {
        open.delete(socket);
        errors.push(cause);
        if (errors.length === addresses.length) {
          end();
          reject(new AggregateError(errors, 'No address accepts'));
        } else start();
      });
      if (next < addresses.length) timer = setTimeout(start, STAGGER_MS);
    };
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      start();
    }
  });
}
