/** One request on its way through the fault proxy, which faults may hit before, instead of and within its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as sendRequest } from 'node:https';
import type { Agent, RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { answerInstead, EXPIRED_EVENT, HALF_EVENT } from './answers.ts';
import { fits } from './fault.ts';
import type { RequestFacts, RequestFault } from './fault.ts';

/** Where requests are passed on to. */
export interface Upstream {
  /** URL of the API server. */
  readonly server: string;
  /** PEM of its authority. */
  readonly ca: string;
  /** Sent in place of the caller's own credentials, where another cluster does not know these. */
  readonly token?: string;
}

export interface ExchangeOptions {
  readonly facts: RequestFacts;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client's TCP connection. */
  readonly socket: Socket;
  readonly upstream: Upstream;
  readonly agent: Agent;
  /** The fault that this request is to meet now. */
  readonly fault: () => RequestFault | undefined;
  /** Resolves when a test lets the request pass this point. */
  readonly pass: (point: 'request' | 'answer') => Promise<void>;
}

/** Pause between two bytes of a slow loris, ms. */
const LORIS_MS = 300;

export interface Exchange {
  readonly facts: RequestFacts;
  /** Makes an open answer meet a fault that was set after it began. */
  meet(fault: RequestFault): void;
  /** Ends it on both sides without a word to the client. */
  drop(): void;
}

/** Passes one request on; `done` is called when all of it is over. */
export function startExchange(options: ExchangeOptions, done: () => void): Exchange {
  const { facts, request, response, socket, upstream, agent, fault, pass } = options;
  const timers = new Set<NodeJS.Timeout>();
  let sent: ReturnType<typeof sendRequest> | undefined;
  let dropped = false;
  /** Pieces are written one after the other, also when each is late. */
  let queue = Promise.resolve();

  const drop = (): void => {
    dropped = true;
    sent?.destroy();
    for (const timer of timers) clearTimeout(timer);
  };
  const late = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, ms);
      timers.add(timer);
    });
  // The client is gone, or has all it wanted.
  response.once('close', () => {
    drop();
    done();
  });

  /** Faults that replace the answer; true if this one did. */
  function instead(now: RequestFault): boolean {
    if (answerInstead(response, now, facts)) return true;
    if (now.do === 'reset') socket.resetAndDestroy();
    else if (now.do === 'half close') request.socket.end();
    else if (now.do === 'slow loris') crawl(now.part);
    else if (now.do === 'expired event' && facts.verb === 'watch') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(EXPIRED_EVENT);
    } else return false;
    return true;
  }

  function crawl(part: 'head' | 'body'): void {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
    request.socket.write(part === 'head' ? head : `${head}content-length: 1000000\r\n\r\n{"items":[`);
    const timer = setInterval(() => {
      // Spaces between values are JSON; a header of one letter more each time is one.
      request.socket.write(part === 'head' ? 'x' : ' ');
    }, LORIS_MS);
    timers.add(timer);
    request.socket.once('close', () => {
      clearInterval(timer);
    });
  }

  function forward(): void {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const to: RequestOptions = {
      agent,
      ca: upstream.ca,
      method: request.method,
      headers: {
        ...headers,
        ...(upstream.token !== undefined && { authorization: `Bearer ${upstream.token}` }),
      },
    };
    sent = sendRequest(new URL(request.url ?? '/', upstream.server), to, (answer) => void deliver(answer));
    sent.once('error', () => {
      if (!dropped) socket.resetAndDestroy();
    });
    request.pipe(sent);
  }

  async function deliver(answer: IncomingMessage): Promise<void> {
    answer.once('error', () => {
      if (!dropped) socket.resetAndDestroy();
    });
    await pass('answer');
    const now = fault();
    if (dropped) return;
    if (now !== undefined && instead(now)) {
      sent?.destroy();
      return;
    }
    if (now?.do === 'delay' && now.headersMs !== undefined) await late(now.headersMs);
    const {
      connection: _connection,
      'transfer-encoding': _encoding,
      'keep-alive': _alive,
      ...headers
    } = answer.headers;
    const skew = now?.do === 'clock' ? now.skewMs : 0;
    const date = new Date(Date.parse(headers.date ?? '') + skew).toUTCString();
    // A body that is cut in good order must not say how long it would have been.
    if (now?.do === 'truncate' && now.end === 'in order') delete headers['content-length'];
    response.writeHead(answer.statusCode ?? 502, { ...headers, date });
    response.flushHeaders();
    answer.on('data', (chunk: Buffer) => {
      write(chunk);
    });
    answer.once('end', () => {
      queue = queue.then(() => {
        if (!dropped) response.end();
      });
    });
  }

  function write(chunk: Buffer): void {
    queue = queue.then(async () => {
      const now = fault();
      if (now?.do === 'delay' && now.chunkMs !== undefined) await late(now.chunkMs);
      if (dropped) return;
      if (now?.do === 'truncate') cut(chunk.subarray(0, Math.ceil(chunk.length / 2)), now.end);
      else response.write(chunk);
    });
  }

  function cut(rest: Buffer | string, end: 'reset' | 'in order'): void {
    drop();
    if (end === 'in order') response.end(rest);
    // The reset may overtake what was written before it, so that waits until it has left.
    else response.write(rest, () => socket.resetAndDestroy());
  }

  async function run(): Promise<void> {
    await pass('request');
    if (dropped) return;
    const now = fault();
    if (now === undefined || !instead(now)) forward();
  }
  void run();

  return {
    facts,
    drop,
    meet(now) {
      if (!response.headersSent || response.writableEnded || !fits(now.on, facts)) return;
      // They act on each piece that comes.
      if (now.do === 'clock' || (now.do === 'delay' && now.headersMs === undefined)) return;
      drop();
      if (now.do === 'reset') socket.resetAndDestroy();
      else if (now.do === 'half close') request.socket.end();
      else if (now.do === 'truncate') cut(HALF_EVENT, now.end);
      else if (now.do === 'expired event') response.end(EXPIRED_EVENT);
      else if (now.do === 'garbage') response.end('{"type":]]\n');
      // The server ends the watch in good order; the next one meets the fault.
      else response.end();
    },
  };
}
