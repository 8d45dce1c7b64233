/** The API server of one demo fabric: HTTPS on loopback, every request answered, no input that ends it. */
import http, { ServerResponse, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkAccess, identify } from './access.ts';
import { serveConnect } from './connect.ts';
import { Disturbance } from './disturbance.ts';
import type { ApiServerOptions, Exchange } from './options.ts';
import { negotiate } from './request/negotiate.ts';
import { readTarget } from './request/target.ts';
import { readRequestInfo } from './request/request-info.ts';
import { sendError, setCommonHeaders, statusOf } from './respond.ts';
import { route } from './routes.ts';
import { createWatchHub } from './watch-hub.ts';
import { StatusError } from '../status-error.ts';

const HOST = '127.0.0.1';
const IDLE_MS = 180_000;
const RETRY_MS = 200;
const HEADERS_BYTES = 1024 * 1024;

export interface ApiServer {
  /** Listens on 127.0.0.1 (0: any free port) and resolves with the port. Rejects if the port is taken. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
  /** Breaks every connection; new ones are taken. */
  dropConnections(): void;
  /** True: breaks every connection and takes no new ones until false, at the same port. */
  refuse(on: boolean): void;
  /** Late answers and refusals, as they are asked for. */
  readonly disturbance: Disturbance;
  /** Serves with this certificate from the next connection on, and breaks those there are. PEM texts. */
  present(tls: { readonly key: string; readonly cert: string }): void;
  /** How many watches are open. */
  watches(): number;
}

/** What cannot be parsed as HTTP at all is answered by hand. */
function answerRaw(socket: Duplex, error: NodeJS.ErrnoException): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [code, phrase] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request'];
  const { status } = new StatusError(code, code === 400 ? 'BadRequest' : undefined, phrase);
  const body = `${JSON.stringify(status)}\n`;
  socket.end(
    `HTTP/1.1 ${code} ${phrase}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  const hub = createWatchHub();
  const disturbance = new Disturbance();
  const sockets = new Set<Socket>();
  let port = 0;
  let refusing = false;

  const fail = (
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    warnings: readonly string[] = [],
  ): void => {
    if (statusOf(error).code >= 500 && !(error instanceof StatusError)) options.report?.(error, request);
    if (response.headersSent) response.destroy();
    else sendError(request, response, error, warnings);
  };

  const open = (request: IncomingMessage, response: ServerResponse): Exchange | undefined => {
    const { path, query } = readTarget(request.url ?? '/');
    const caller = identify(options, request);
    const info = readRequestInfo(request.method ?? 'GET', path, query);
    checkAccess(options.registry, caller, info);
    if (options.extraRoutes?.(request, response, caller) === true) return undefined;
    const { registry, kubelet } = options;
    // What is not there is not there in any form, and documents have forms of their own.
    const isNegotiated = info.isResource
      ? registry.catalogue.find(info.group, info.version, info.resource) !== undefined
      : !info.path.startsWith('/openapi/');
    const accept = negotiate(isNegotiated ? request.headers.accept : undefined);
    return { options, registry, kubelet, hub, request, response, info, query, caller, accept, warnings: [] };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // An answer can fail when the client is gone; the watch or the request then ends by itself.
    response.on('error', () => undefined);
    let exchange: Exchange | undefined;
    try {
      setCommonHeaders(request, response);
      exchange = open(request, response);
      if (exchange !== undefined) {
        await disturbance.pass(exchange);
        await route(exchange);
      }
    } catch (error) {
      fail(request, response, error, exchange?.warnings);
    }
    // What a client still sends is read and dropped, or its connection could not be used again.
    if (!request.readableEnded) request.resume();
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, response);
  };

  /** An upgrade that is refused, or of what cannot be upgraded: an ordinary answer, and the end of the connection. */
  const answerPlain = (
    request: IncomingMessage,
    response: ServerResponse,
    socket: Duplex,
    error?: unknown,
  ): void => {
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => socket.end());
    if (error === undefined) {
      onRequest(request, response);
      return;
    }
    setCommonHeaders(request, response);
    fail(request, response, error);
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    socket.on('error', () => undefined);
    const response = new ServerResponse(request);
    try {
      const exchange = open(request, response);
      if (exchange !== undefined) await disturbance.pass(exchange);
      if (exchange !== undefined && serveConnect(exchange, socket, head)) return;
      answerPlain(request, response, socket);
    } catch (error) {
      answerPlain(request, response, socket, error);
    }
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    void upgrade(request, socket, head);
  };

  const settings = { maxHeaderSize: HEADERS_BYTES, keepAlive: true, noDelay: true };
  const server =
    options.tls === undefined
      ? http.createServer(settings, onRequest)
      : https.createServer({ ...settings, ...options.tls, ALPNProtocols: ['http/1.1'] }, onRequest);
  server.keepAliveTimeout = IDLE_MS;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    answerRaw(socket, error);
  });
  server.on('tlsClientError', (_error: Error, socket: Duplex) => {
    socket.destroy();
  });
  server.on('checkExpectation', onRequest);
  server.on('upgrade', onUpgrade);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    answerRaw(socket, new Error('CONNECT'));
  });

  const listen = (wanted: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void => {
        const taken = error.code === 'EADDRINUSE';
        reject(
          taken
            ? new Error(`Port ${wanted} on ${HOST} is in use by another program.`, { cause: error })
            : error,
        );
      };
      server.once('error', failed);
      server.listen({ host: HOST, port: wanted, backlog: 8192 }, () => {
        server.off('error', failed);
        ({ port } = server.address() as AddressInfo);
        resolve(port);
      });
    });

  const dropConnections = (): void => {
    for (const socket of [...sockets]) socket.destroy();
  };

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) {
        resolve();
        return;
      }
      server.close(() => {
        resolve();
      });
      dropConnections();
    });

  // The port may be taken for a moment by the very connections that were broken.
  const listenAgain = (): void => {
    if (refusing || server.listening) return;
    listen(port).catch(() => {
      setTimeout(listenAgain, RETRY_MS).unref();
    });
  };

  return {
    listen,
    async close() {
      refusing = true;
      disturbance.end();
      await close();
    },
    dropConnections,
    refuse(on) {
      refusing = on;
      if (on) void close();
      else listenAgain();
    },
    disturbance,
    present(tls) {
      if (server instanceof https.Server) server.setSecureContext(tls);
      dropConnections();
    },
    watches: () => hub.size(),
  };
}
