/** The layered probe: names the layer at which the way to an API server ends, and what was seen on it. */
import type { Socket } from 'node:net';
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { PROBE_LAYERS } from '../../shared/model/connection.ts';
import type { CertificateFacts, ProbeLayer, ProbeReport, ProbeStep } from '../../shared/model/connection.ts';
import { createClient } from '../kube/client.ts';
import type { ContextAccess, KubeClient } from '../kube/contract.ts';
import { CONNECT_MS } from '../kube/dispatcher.ts';
import { showUrl } from '../kube/mask-text.ts';
import { chooseProxy } from '../kube/proxy.ts';
import { askOtherPorts } from './alternatives.ts';
import { getPlain, readHealth, readVersion } from './api.ts';
import { saysAccepts, saysAddresses, saysFailed, saysTrusted } from './says.ts';
import { askWho, countGroups } from './sign-in.ts';
import { connectFirst, resolveHost } from './tcp.ts';
import { configuredAuthorities, shakeHands } from './tls.ts';
import { timed } from './trip.ts';
import type { Trip } from './trip.ts';
import { openTunnel } from './tunnel.ts';
import { openWay } from './way.ts';

export interface ProbeOptions {
  readonly access: ContextAccess;
  /** Signs in for the last two layers; without one the probe makes and closes its own. */
  readonly client?: KubeClient;
  /** Decides on a proxy where the kubeconfig names none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Limit of each layer, ms; name, TCP, proxy and TLS have at most 10 s of it, as in the client. */
  readonly timeoutMs: number;
  /** Limit of all layers together, ms; twice `timeoutMs` unless told. */
  readonly wholeMs?: number;
  /** Whether to ask other ports of the host where something else or nothing answers; true unless told. */
  readonly alternatives?: boolean;
  readonly now?: () => number;
}

/** What the layers found out so far. */
interface Found {
  addresses: readonly string[];
  chain: readonly CertificateFacts[];
  clockSkewMs?: number;
  version?: string;
  who?: ProbeReport['who'];
  readonly steps: ProbeStep[];
  failed?: ProbeLayer;
  error?: AppError;
}

/** What a layer hands on: its sentence, and the connection where it has one. */
interface Passed {
  readonly says: string;
  readonly state?: 'skipped';
  readonly socket?: Socket;
}

type Run = (signal: AbortSignal, socket: Socket | undefined) => Promise<Passed>;

function startTrip({ access, env = process.env }: ProbeOptions): Trip {
  const { server, proxyUrl } = access.cluster;
  const proxy = chooseProxy(server, proxyUrl, env);
  return {
    access,
    url: new URL(server),
    proxy: proxy === undefined ? undefined : new URL(proxy),
    where: { fabric: access.fabric, server, proxy },
    sockets: new Set(),
  };
}

/** Whose rule chose the proxy. */
function proxyOf({ access, proxy }: Trip): Pick<ProbeReport, 'proxy'> {
  if (proxy === undefined) return {};
  const { proxyUrl, proxyFrom = 'kubeconfig' } = access.cluster;
  return { proxy: { url: showUrl(proxy.href), from: proxyUrl === undefined ? 'environment' : proxyFrom } };
}

const need = (socket: Socket | undefined): Socket => {
  if (socket === undefined) throw new Error('No connection was handed on');
  return socket;
};

/** A server that demands a client certificate is asked again with the sign-in; none is shown before. */
const demandsCertificate = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && /^ERR_SSL_.*CERTIFICATE_REQUIRED/.test(String(cause.code));

/** One function per layer, in the order of the layers. */
function layersOf(
  trip: Trip,
  found: Found,
  options: ProbeOptions,
  client: () => KubeClient,
): Record<ProbeLayer, Run> {
  const now = options.now ?? Date.now;
  const limits = (signal: AbortSignal) => ({ signal, timeoutMs: options.timeoutMs });
  const readClock = (date: string | undefined): void => {
    const theirs = Date.parse(date ?? '');
    if (!Number.isNaN(theirs)) found.clockSkewMs = theirs - now();
  };
  const greet = async (signal: AbortSignal, socket: Socket) => {
    const answer = await getPlain(trip, socket, '/version', signal);
    readClock(typeof answer.headers.date === 'string' ? answer.headers.date : undefined);
    const greeting = readVersion(answer, trip);
    if (greeting !== 'elsewhere') return greeting;
    const again = await openWay(trip, signal);
    if (again.distrust !== undefined) throw new AppFailure(again.distrust);
    return readHealth(await getPlain(trip, again.socket, '/livez', signal), trip);
  };
  return {
    async dns() {
      found.addresses = await resolveHost(trip);
      return { says: saysAddresses(trip, found.addresses) };
    },
    async tcp(signal) {
      return { says: saysAccepts(trip), socket: await connectFirst(trip, found.addresses, signal) };
    },
    async proxy(signal, socket) {
      const below = need(socket);
      if (trip.proxy === undefined) return { says: 'No proxy', socket: below };
      const tunnel = await openTunnel(trip, below, trip.proxy, signal);
      readClock(tunnel.date);
      return { says: `${showUrl(trip.proxy.href)} connects to ${trip.url.host}`, socket: tunnel.socket };
    },
    async tls(signal, socket) {
      const below = need(socket);
      if (trip.url.protocol === 'http:') return { says: 'Plain http', state: 'skipped', socket: below };
      const { chain, distrust, socket: secured } = await shakeHands(trip, below, signal);
      found.chain = chain;
      if (distrust !== undefined) throw new AppFailure(distrust);
      return { says: saysTrusted(chain, trip.access.cluster.insecure), socket: secured };
    },
    async api(signal, socket) {
      try {
        const { version, says } = await greet(signal, need(socket));
        if (version !== undefined) found.version = version;
        return { says };
      } catch (cause) {
        if (!demandsCertificate(cause)) throw cause;
        return { says: 'Asks for a client certificate before it answers', state: 'skipped' };
      }
    },
    async auth(signal) {
      const who = await askWho(client(), trip, limits(signal));
      if (who === undefined) return { says: 'The sign-in is accepted; the server cannot say for whom' };
      found.who = who;
      return { says: `Signed in as ${who.user}` };
    },
    async discovery(signal) {
      return { says: await countGroups(client(), trip, limits(signal)) };
    },
  };
}

const EARLY: ReadonlySet<ProbeLayer> = new Set(['dns', 'tcp', 'proxy', 'tls']);

interface Whole {
  readonly signal: AbortSignal;
  readonly caller: AbortSignal | undefined;
}

async function runLayers(
  trip: Trip,
  found: Found,
  layers: Record<ProbeLayer, Run>,
  whole: Whole,
  timeoutMs: number,
) {
  let socket: Socket | undefined;
  for (const layer of PROBE_LAYERS) {
    if (layer === 'proxy' && trip.proxy === undefined) continue;
    if (found.failed !== undefined) {
      found.steps.push({ layer, state: 'not tried', says: 'Not tried' });
      continue;
    }
    const limit = {
      ms: EARLY.has(layer) ? Math.min(timeoutMs, CONNECT_MS) : timeoutMs,
      whole: whole.signal,
      caller: whole.caller,
    };
    const result = await timed(layer, trip, limit, (signal) => layers[layer](signal, socket));
    const { ms } = result;
    if (result.ok) {
      const { says, state = 'ok' } = result.value;
      socket = result.value.socket ?? socket;
      found.steps.push({ layer, state, ms, says });
    } else {
      const { error } = result;
      found.failed = layer;
      found.error = { ...error, details: { ...error.details, layer } };
      found.steps.push({
        layer,
        state: 'failed',
        ms,
        says: saysFailed(layer, error, { trip, chain: found.chain, ms }),
      });
    }
  }
}

/** Whether another port of the host may be the right one: this one is closed, not trusted, or something else's. */
const isElsewhere = ({ failed, error }: Found): boolean =>
  failed === 'tcp' || failed === 'tls' || (failed === 'api' && error?.code === 'not-kubernetes');

/**
 * Goes through the layers of the connection of one context until one fails. Nothing of the credentials is sent before
 * the server is verified and has answered a stranger as an API server does. Never rejects for what a network or a server
 * does; leaves no socket behind. Whoever calls it on a timer gives the fabric's own `client`: a credential command then
 * runs no more often than the client lets it.
 */
export async function probeConnection(options: ProbeOptions): Promise<ProbeReport> {
  const { access, timeoutMs, signal: caller, now = Date.now } = options;
  const at = now();
  const trip = startTrip(options);
  const found: Found = { addresses: [], chain: [], steps: [] };
  const ended = AbortSignal.timeout(Math.max(1, Math.round(options.wholeMs ?? timeoutMs * 2)));
  const signal = caller === undefined ? ended : AbortSignal.any([ended, caller]);
  let own: KubeClient | undefined;
  const client = (): KubeClient => options.client ?? (own ??= createClient(access, options.env));
  try {
    const layers = layersOf(trip, found, options, client);
    await runLayers(trip, found, layers, { signal, caller }, timeoutMs);
    const [authorities, alternatives] = await Promise.all([
      configuredAuthorities(trip),
      options.alternatives !== false && isElsewhere(found) ? askOtherPorts(trip, signal, caller) : [],
    ]);
    const { failed, error, clockSkewMs, version, who } = found;
    return {
      at,
      server: showUrl(access.cluster.server),
      steps: found.steps,
      ...(failed !== undefined && { failed }),
      ...(error !== undefined && { error }),
      addresses: found.addresses,
      ...proxyOf(trip),
      chain: found.chain,
      authorities,
      ...(clockSkewMs !== undefined && { clockSkewMs }),
      ...(version !== undefined && { version }),
      ...(who !== undefined && { who }),
      alternatives,
      timeoutMs,
    };
  } finally {
    for (const socket of trip.sockets) socket.destroy();
    await own?.close();
  }
}
