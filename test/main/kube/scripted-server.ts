// A local HTTP(S) server whose answers a test writes; records what was asked.
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { AppFailure } from '../../../shared/errors.ts';
import type { AppError } from '../../../shared/errors.ts';
import { createClient } from '../../../src-main/kube/client.ts';
import type { ClusterEntry, KubeClient, UserEntry } from '../../../src-main/kube/contract.ts';

/** One request as a test looks at it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly socket: Socket;
}

export type Answer = (asked: Asked, response: ServerResponse) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[];
  /** Cuts all connections without a word. */
  readonly reset: () => void;
  /** Stops listening and cuts all connections; `listen` begins again on the same port. */
  readonly close: () => Promise<void>;
  readonly listen: () => Promise<void>;
}

/** Starts on loopback and ends with the test. */
export async function startServer(answer: Answer, tls?: ServerOptions): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://test');
      const one = {
        method: request.method ?? '',
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body,
        socket: request.socket,
      };
      asked.push(one);
      answer(one, response);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      reset();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  onTestFinished(close);
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    asked,
    reset,
    close,
    listen: () => listen(port),
  };
}

/** A client of that server, which closes with the test. */
export function clientOf(
  server: string,
  cluster: Partial<ClusterEntry> = {},
  user: UserEntry = {},
  env: Record<string, string> = {},
): KubeClient {
  const client = createClient(
    {
      fabric: 'test',
      source: 'test.yaml',
      cluster: { name: 'test', server, insecure: false, disableCompression: false, ...cluster },
      user,
    },
    env,
  );
  onTestFinished(() => client.close());
  return client;
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** A Status object of the API server (meta/v1). */
export function statusOf(code: number, reason: string, message: string, more: object = {}): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
    ...more,
  };
}

/** The error with which a promise must reject. */
export async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const cause: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(cause).toBeInstanceOf(AppFailure);
  return (cause as AppFailure).error;
}

/** What an API server says of itself. */
export const version: Answer = (_asked, response) => {
  sendJson(response, { gitVersion: 'v1.35.4' });
};
