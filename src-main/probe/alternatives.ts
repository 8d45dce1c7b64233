/** Asks the usual ports of an API server on the same host, by TLS alone and without any credentials. */
import type { AlternativePort } from '../../shared/model/connection.ts';
import { AppFailure } from '../../shared/errors.ts';
import { transportError } from '../kube/transport-error.ts';
import { getPlain, readVersion } from './api.ts';
import { openWay } from './way.ts';
import { portOf, timed } from './trip.ts';
import type { Trip } from './trip.ts';

const PORTS = [6443, 443, 8443];
/** For one port with all of its layers, ms: a proposal is not worth a wait. */
const PORT_MS = 2000;

/** What did not answer at all is no proposal. */
const SILENT: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'cancelled', 'internal']);

function atPort(trip: Trip, port: number): Trip {
  const url = new URL(trip.url);
  url.protocol = 'https:';
  url.port = String(port);
  return { ...trip, url, where: { ...trip.where, server: url.href.replace(/\/$/, '') } };
}

async function askPort(trip: Trip, signal: AbortSignal): Promise<AlternativePort> {
  const { server } = trip.where;
  const way = await openWay(trip, signal);
  if (way.distrust !== undefined) {
    const subject = way.chain[0]?.subject ?? '';
    const of = subject === '' ? '' : ` (${subject})`;
    return { server, says: `TLS answers there, with a certificate that is not trusted${of}` };
  }
  const greeting = readVersion(await getPlain(trip, way.socket, '/version', signal), trip);
  if (greeting === 'elsewhere') return { server, says: 'An HTTPS server answers there that has no /version' };
  const { version, says } = greeting;
  return { server, ...(version !== undefined && { version }), says };
}

/** In the order of the ports; a port that is closed or silent is left out. Never the port of `trip`. Never rejects. */
export async function askOtherPorts(
  trip: Trip,
  whole: AbortSignal,
  caller: AbortSignal | undefined,
): Promise<AlternativePort[]> {
  const ports = PORTS.filter((port) => port !== portOf(trip.url));
  const answers = await Promise.all(
    ports.map(async (port): Promise<AlternativePort | undefined> => {
      const other = atPort(trip, port);
      const answer = await timed('api', other, { ms: PORT_MS, whole, caller }, (signal) =>
        askPort(other, signal).catch((cause: unknown) => {
          throw new AppFailure(transportError(cause, other.where));
        }),
      );
      if (answer.ok) return answer.value;
      const { server } = other.where;
      return SILENT.has(answer.error.code)
        ? undefined
        : { server, says: 'Something answers there that is no Kubernetes API server' };
    }),
  );
  return answers.flatMap((answer) => answer ?? []);
}
