/** The authenticated way to one API server: one pool of connections, credentials renewed, every failure an AppError. */
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import undiciRequest from 'undici/lib/api/api-request.js';
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { loadClientNodeConfig } from './client-node-config.ts';
import type { ContextAccess, KubeClient, KubeResponse, RequestOptions } from './contract.ts';
import { createCredentials } from './credentials.ts';
import type { Identity } from './credentials.ts';
import { createPools } from './pools.ts';
import { chooseProxy, isLoopback } from './proxy.ts';
import { foreignError, statusError } from './status-error.ts';
import { cancelled, transportError } from './transport-error.ts';
import type { Where } from './transport-error.ts';

const HEADERS_MS = 30_000;
/** Silence within a body that is to be read as a whole, ms. */
const BODY_IDLE_MS = 30_000;
/** The largest body that is read as a whole, in bytes: 500 Secrets of 1 MiB come in smaller pages. */
const MAX_BODY = 64 * 1024 * 1024;
const MAX_ERROR_BODY = 64 * 1024;

/** What marks a body that is too large: a caller may ask for a smaller page. */
export const TOO_LARGE = 'too-large';

interface Sent {
  readonly response: Dispatcher.ResponseData;
  readonly identity: Identity;
}

type Send = (path: string, options: RequestOptions, extra: Extra) => Promise<Dispatcher.ResponseData>;
interface Extra {
  readonly headers: Record<string, string>;
  readonly bodyTimeout: number;
}

/** `/prefix/api/v1/pods?limit=500`; values that are undefined are left out. */
function withQuery(path: string, query: RequestOptions['query']): string {
  if (query === undefined) return path;
  const parts = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`],
  );
  return parts.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

async function readText(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, limit);
}

/** True for an answer that no API server gives: a page where JSON, YAML or a log was asked for. */
const isPage = (response: Dispatcher.ResponseData): boolean =>
  String(response.headers['content-type'] ?? '').startsWith('text/html');

/** Starts to abort when the caller or the limit says so; `done` ends the limit, `release` the tie to the caller. */
function createLimit(signal: AbortSignal | undefined, timeoutMs: number) {
  const controller = new AbortController();
  let timedOut = false;
  const onAbort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, timeoutMs);
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    done: () => {
      clearTimeout(timer);
    },
    release: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/**
 * A client of exactly this context. Nothing is contacted, read or run before the first request.
 * `env` decides on a proxy (HTTPS_PROXY, NO_PROXY) where the kubeconfig names none.
 */
export function createClient(
  access: ContextAccess,
  env: Readonly<Record<string, string | undefined>> = process.env,
): KubeClient {
  const { fabric, cluster } = access;
  const url = new URL(cluster.server);
  const prefix = url.pathname.replace(/\/+$/, '');
  const proxy = chooseProxy(cluster.server, cluster.proxyUrl, env);
  const where: Where = { fabric, server: cluster.server, proxy };
  const credentials = createCredentials(access);
  const pools = createPools(access, proxy);
  const encodings = cluster.disableCompression || isLoopback(url.hostname) ? 'identity' : 'gzip';
  let closed = false;

  async function attempt(path: string, options: RequestOptions, extra: Extra): Promise<Sent> {
    if (closed || options.signal?.aborted) throw new AppFailure(cancelled(fabric));
    const identity = await credentials.current();
    const dispatcher = await pools.get(identity);
    const timeoutMs = options.timeoutMs ?? HEADERS_MS;
    const limit = createLimit(options.signal, timeoutMs);
    try {
      const response = await undiciRequest.call(dispatcher, {
        origin: url.origin,
        path: withQuery(`${prefix}${path}`, options.query),
        method: options.method ?? 'GET',
        headers: {
          'user-agent': 'hedgerow',
          accept: options.accept ?? 'application/json',
          ...(options.body !== undefined && { 'content-type': options.contentType ?? 'application/json' }),
          ...extra.headers,
          ...identity.headers,
        },
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
        signal: limit.signal,
        headersTimeout: 0,
        bodyTimeout: extra.bodyTimeout,
      });
      limit.done();
      response.body.once('close', limit.release);
      return { response, identity };
    } catch (cause) {
      limit.release();
      if (limit.timedOut()) throw new AppFailure(timeoutError(timeoutMs));
      throw new AppFailure(transportError(cause, where), { cause });
    }
  }

  function timeoutError(timeoutMs: number): AppError {
    const error = transportError({ code: 'UND_ERR_HEADERS_TIMEOUT' }, where);
    return { ...error, message: error.message.replace('in time', `within ${String(timeoutMs / 1000)} s`) };
  }

  async function refuse(response: Dispatcher.ResponseData, request: string): Promise<never> {
    const text = await readText(response.body, MAX_ERROR_BODY).catch(() => '');
    const answer = { status: response.statusCode, headers: response.headers, text };
    throw new AppFailure((answer.status < 300 ? foreignError : statusError)(answer, where, request));
  }

  const send: Send = async (path, options, extra) => {
    const request = `${options.method ?? 'GET'} ${path}`;
    let { response, identity } = await attempt(path, options, extra);
    if (response.statusCode === 401 && (await credentials.renew(identity))) {
      response.body.on('error', () => undefined).destroy();
      ({ response, identity } = await attempt(path, options, extra));
    }
    if (response.statusCode >= 300 || isPage(response)) await refuse(response, request);
    return response;
  };

  async function getBytes(path: string, options: RequestOptions = {}): Promise<Buffer> {
    const response = await send(path, options, {
      headers: { 'accept-encoding': encodings },
      bodyTimeout: BODY_IDLE_MS,
    });
    const zipped = response.headers['content-encoding'] === 'gzip';
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      const body: AsyncIterable<Buffer> = zipped
        ? pipeline(response.body, createGunzip(), () => undefined)
        : response.body;
      for await (const chunk of body) {
        if (size === 0) options.onStart?.(chunk);
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_BODY) throw new AppFailure(tooLarge(path));
      }
    } catch (cause) {
      response.body.on('error', () => undefined).destroy();
      throw new AppFailure(
        options.signal?.aborted ? cancelled(fabric) : transportError(cause, where, 'body'),
        { cause },
      );
    }
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
  }

  function tooLarge(path: string): AppError {
    return {
      code: 'bad-request',
      message: `API server ${cluster.server} of context ${fabric} answers GET ${path} with more than ${String(MAX_BODY / 1024 / 1024)} MiB.`,
      fabric,
      retryable: false,
      details: { server: cluster.server, cause: TOO_LARGE },
    };
  }

  return {
    fabric,
    server: cluster.server,
    async request(path, options = {}): Promise<KubeResponse> {
      const response = await send(path, options, {
        headers: { 'accept-encoding': 'identity' },
        bodyTimeout: 0,
      });
      return { status: response.statusCode, headers: response.headers, body: response.body };
    },
    getBytes,
    async getJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
      const bytes = await getBytes(path, options);
      try {
        return JSON.parse(bytes.toString('utf8')) as T;
      } catch {
        const text = bytes.subarray(0, 200).toString('utf8');
        throw new AppFailure(foreignError({ status: 200, headers: {}, text }, where, `GET ${path}`));
      }
    },
    toAppError: (cause) => transportError(cause, where, 'body'),
    facts: () => credentials.facts(),
    refusal: undefined,
    resume: () => credentials.reset(),
    times: () => [],
    clientNodeConfig: () => loadClientNodeConfig(access, credentials),
    async close() {
      closed = true;
      credentials.close();
      await pools.close();
    },
  };
}
