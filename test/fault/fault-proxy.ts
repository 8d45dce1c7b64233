/** A proxy on loopback between a client and a real API server, on which tests switch faults on and off while it runs. */
import { Agent, createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAuthority } from './authority.ts';
import { startExchange } from './exchange.ts';
import type { Exchange, Upstream } from './exchange.ts';
import { fits, isConnectionFault, readFacts } from './fault.ts';
import type { Fault, Matcher, Presented, RequestFacts, RequestFault } from './fault.ts';
import { silencePort } from './silent-port.ts';

/** A request that came, and the status that was sent for it; undefined while there is none. */
export interface Seen extends RequestFacts {
  readonly status: number | undefined;
}

/** A point at which requests wait until a test lets them pass. */
export interface Gate {
  /** Resolves when the first request stands there. */
  readonly reached: Promise<RequestFacts>;
  open(): void;
}

export interface FaultProxy {
  /** `https://127.0.0.1:port`. */
  readonly server: string;
  /** PEM of the authority that clients are to trust. */
  readonly ca: string;
  readonly fault: Fault | undefined;
  /**
   * Replaces the fault. Connections and watches that are open meet it too: they are reset, go silent, get a broken event, or
   * end in good order where the fault is one of new requests. Resolves when it is in force.
   */
  set(fault: Fault): Promise<void>;
  /** Lifts the fault; resolves when connections are possible again. */
  clear(): Promise<void>;
  /** Holds requests back before they are passed on, or their answers before they are given. */
  hold(matcher: Matcher, point?: 'request' | 'answer'): Gate;
  /** Leads to another API server from now on; what is open is reset. */
  lead(upstream: Upstream): void;
  /** The last 10,000 requests, oldest first. */
  readonly seen: readonly Seen[];
  /** How many requests came, of those that fit. */
  count(matcher?: Matcher & { readonly status?: number }): number;
  /** Open connections of clients, and those to the API server. */
  readonly sockets: { readonly clients: number; readonly upstream: number };
  close(): Promise<void>;
}

interface Holding {
  readonly matcher: Matcher;
  readonly point: 'request' | 'answer';
  readonly passed: Promise<void>;
  readonly arrive: (facts: RequestFacts) => void;
}

const MOST_SEEN = 10_000;

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Starts a proxy before `upstream`, without a fault. */
export async function startFaultProxy(upstream: Upstream): Promise<FaultProxy> {
  const authority = createAuthority();
  const sockets = new Map<number, Socket>();
  /** Connections whose other end is gone for good. */
  const dead = new Set<Socket>();
  const exchanges = new Set<Exchange>();
  const holdings = new Set<Holding>();
  const seen: (RequestFacts & { status: number | undefined })[] = [];
  let target = upstream;
  let fault: Fault | undefined;
  let left = Infinity;
  let unsilence: (() => Promise<void>) | undefined;
  const agent = new Agent({ keepAlive: true });

  /** The fault that a request of this kind meets now; each asking of a counted one takes one. */
  function faultFor(facts: RequestFacts): RequestFault | undefined {
    if (fault === undefined || isConnectionFault(fault) || !fits(fault.on, facts)) return undefined;
    if (fault.do === 'status' && left-- <= 0) return undefined;
    return fault;
  }

  async function pass(facts: RequestFacts, point: Holding['point']): Promise<void> {
    for (const holding of holdings) {
      if (holding.point !== point || !fits(holding.matcher, facts)) continue;
      holding.arrive(facts);
      await holding.passed;
    }
  }

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    const socket = sockets.get(request.socket.remotePort ?? 0);
    if (socket === undefined) {
      request.socket.destroy();
      return;
    }
    const facts = readFacts(request.method ?? 'GET', request.url ?? '/');
    const entry = { ...facts, status: undefined as number | undefined };
    seen.push(entry);
    if (seen.length > MOST_SEEN) seen.shift();
    response.once('close', () => {
      if (response.headersSent) entry.status = response.statusCode;
    });
    // What a dead connection sends arrives nowhere.
    if (dead.has(socket)) return;
    const exchange = startExchange(
      {
        facts,
        request,
        response,
        socket,
        upstream: target,
        agent,
        fault: () => faultFor(facts),
        pass: (point) => pass(facts, point),
      },
      () => exchanges.delete(exchange),
    );
    exchanges.add(exchange);
  }

  const tls = createTlsServer({ ...authority.certificates.trusted, keepAliveTimeout: 120_000 }, onRequest);
  tls.on('tlsClientError', () => undefined);

  function onConnection(socket: Socket): void {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket
      .on('error', () => undefined)
      .once('close', () => {
        sockets.delete(port);
        dead.delete(socket);
      });
    if (fault?.do === 'reset connections') socket.resetAndDestroy();
    // Read, so that the end of the client is seen.
    else if (fault?.do === 'black hole') dead.add(socket.resume());
    else tls.emit('connection', socket);
  }

  const present = (which: Presented): void => {
    tls.setSecureContext(authority.certificates[which]);
  };
  const reset = (): void => {
    for (const socket of sockets.values()) socket.resetAndDestroy();
  };

  let listener = createServer(onConnection);
  const port = await listen(listener, 0);

  async function unlisten(): Promise<void> {
    const closed = new Promise((resolve) => listener.close(resolve));
    reset();
    await closed;
  }

  async function begin(next: Fault): Promise<void> {
    if (!isConnectionFault(next)) {
      left = next.do === 'status' ? (next.times ?? Infinity) : Infinity;
      for (const exchange of exchanges) exchange.meet(next);
      return;
    }
    if (next.do === 'black hole') {
      for (const socket of sockets.values()) dead.add(socket);
      for (const exchange of exchanges) exchange.drop();
    } else if (next.do === 'refuse' || next.do === 'no answer to SYN') {
      await unlisten();
      if (next.do === 'no answer to SYN') unsilence = await silencePort(port);
    } else {
      if (next.do === 'certificate') present(next.presented);
      reset();
    }
  }

  async function clear(): Promise<void> {
    const before = fault;
    fault = undefined;
    await unsilence?.();
    unsilence = undefined;
    if (before?.do === 'certificate') present('trusted');
    if (before?.do === 'black hole' && before.afterwards === 'reset') {
      for (const socket of dead) socket.resetAndDestroy();
    }
    if (!listener.listening) {
      listener = createServer(onConnection);
      await listen(listener, port);
    }
  }

  const countUpstream = (): number =>
    [...Object.values(agent.sockets), ...Object.values(agent.freeSockets)].flat().length;
  const matches = ({ status, ...matcher }: Matcher & { readonly status?: number }) =>
    seen.filter((each) => fits(matcher, each) && (status === undefined || each.status === status));

  return {
    server: `https://127.0.0.1:${port}`,
    ca: authority.ca,
    get fault() {
      return fault;
    },
    async set(next) {
      await clear();
      fault = next;
      await begin(next);
    },
    clear,
    hold(matcher, point = 'request') {
      let open: () => void = () => undefined;
      let arrive: (facts: RequestFacts) => void = () => undefined;
      const reached = new Promise<RequestFacts>((resolve) => {
        arrive = resolve;
      });
      const passed = new Promise<void>((resolve) => {
        open = resolve;
      });
      const holding = { matcher, point, passed, arrive };
      holdings.add(holding);
      return {
        reached,
        open() {
          holdings.delete(holding);
          open();
        },
      };
    },
    lead(next) {
      target = next;
      reset();
    },
    seen,
    count: (matcher = {}) => matches(matcher).length,
    get sockets() {
      return { clients: sockets.size, upstream: countUpstream() };
    },
    async close() {
      await clear();
      await unlisten();
      for (const exchange of exchanges) exchange.drop();
      agent.destroy();
      tls.close();
      // They are ended, and tell so a moment later.
      while (sockets.size + countUpstream() > 0) await nextTurn();
    },
  };
}
