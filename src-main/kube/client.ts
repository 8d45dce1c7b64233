/** The authenticated way to one API server: one pool of connections, credentials renewed, every failure an AppError. */
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
import { createRefusal } from './refusal.ts';
import { createLimit } from './request-limit.ts';
import { createTimes } from './request-times.ts';
import { BodyTooLarge, dropBody, isPage, MAX_BODY, readBody, readText } from './response-body.ts';
import { foreignError, statusError } from './status-error.ts';
import { cancelled, transportError } from './transport-error.ts';
import type { Where } from './transport-error.ts';

const HEADERS_MS = 30_000;
/** Silence within a body that is to be read as a whole, ms. */
const BODY_IDLE_MS = 30_000;
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

export interface ClientOptions {
  /** Limit for an answer in ms, where a request names none; asked anew for each. 30,000 unless told. */
  readonly timeoutMs?: () => number;
  /** Told when the client begins to refuse, and when that ends. */
  readonly onRefusal?: (error: AppError | undefined) => void;
  /** Told when a file of refused credentials changed: the next request tries anew. */
  readonly onNewFile?: () => void;
  /** How often such a file is looked at, ms; for tests. */
  readonly lookMs?: number;
}

/**
 * A client of exactly this context. Nothing is contacted, read or run before the first request.
 * `env` decides on a proxy (HTTPS_PROXY, NO_PROXY) where the kubeconfig names none. After a refusal of its credentials
 * it sends nothing and runs no command until `resume` (catalogue HH-K8S-002: no storms of 401).
 */
export function createClient(
  access: ContextAccess,
  env: Readonly<Record<string, string | undefined>> = process.env,
  options: ClientOptions = {},
): KubeClient {
  const { fabric, cluster } = access;
  const url = new URL(cluster.server);
  const prefix = url.pathname.replace(/\/+$/, '');
  const proxy = chooseProxy(cluster.server, cluster.proxyUrl, env);
  const where: Where = { fabric, server: cluster.server, proxy };
  const credentials = createCredentials(access);
  const pools = createPools(access, proxy);
  const encodings = cluster.disableCompression || isLoopback(url.hostname) ? 'identity' : 'gzip';
  const times = createTimes();
  const refusal = createRefusal({
    user: access.user,
    onChange: (error) => options.onRefusal?.(error),
    onNewFile: () => {
      credentials.reset();
      options.onNewFile?.();
    },
    ...(options.lookMs !== undefined && { lookMs: options.lookMs }),
  });
  let closed = false;
  let confirming: Promise<boolean> | undefined;
  const patience = (): number => options.timeoutMs?.() ?? HEADERS_MS;

  /** Where no credentials can be had, that is a refusal, too. */
  async function orRefuse<R>(work: Promise<R>): Promise<R> {
    try {
      return await work;
    } catch (cause) {
      if (cause instanceof AppFailure && cause.error.code === 'credentials-failed')
        refusal.refuse(cause.error);
      throw cause;
    }
  }

  async function attempt(path: string, options: RequestOptions, extra: Extra): Promise<Sent> {
    if (closed || options.signal?.aborted) throw new AppFailure(cancelled(fabric));
    refusal.check();
    const identity = await orRefuse(credentials.current());
    const dispatcher = await pools.get(identity);
    // Others may have been refused while the credentials were fetched.
    refusal.check();
    const timeoutMs = options.timeoutMs ?? patience();
    const begun = performance.now();
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
      times.record(path, options, performance.now() - begun, response.statusCode);
      response.body.once('close', limit.release);
      return { response, identity };
    } catch (cause) {
      limit.release();
      if (limit.timedOut()) throw new AppFailure(timeoutError(timeoutMs));
      const error = transportError(cause, where);
      if (error.code === 'unauthorized') refusal.refuse(error);
      throw new AppFailure(error, { cause });
    }
  }

  function timeoutError(timeoutMs: number): AppError {
    const error = transportError({ code: 'UND_ERR_HEADERS_TIMEOUT' }, where);
    return { ...error, message: error.message.replace('in time', `within ${String(timeoutMs / 1000)} s`) };
  }

  async function refuse(response: Dispatcher.ResponseData, path: string, request: string): Promise<never> {
    const text = await readText(response.body, MAX_ERROR_BODY).catch(() => '');
    const answer = { status: response.statusCode, headers: response.headers, text };
    const error = (answer.status < 300 ? foreignError : statusError)(answer, where, request);
    if (error.code === 'unauthorized' && (await isDefinitive(path))) refusal.refuse(error);
    throw new AppFailure(error);
  }

  /** An API server behind the API server may refuse for reasons of its own; whether we are known at all, /version tells. */
  async function isDefinitive(path: string): Promise<boolean> {
    if (!path.startsWith('/apis/')) return true;
    confirming ??= attempt('/version', {}, { headers: {}, bodyTimeout: BODY_IDLE_MS })
      .then(({ response }) => {
        dropBody(response);
        return response.statusCode === 401;
      })
      // Refused by somebody else meanwhile, or not to be reached: no proof.
      .catch(() => false)
      .finally(() => {
        confirming = undefined;
      });
    return confirming;
  }

  const send: Send = async (path, options, extra) => {
    const request = `${options.method ?? 'GET'} ${path}`;
    let { response, identity } = await attempt(path, options, extra);
    if (
      response.statusCode === 401 &&
      refusal.error === undefined &&
      (await orRefuse(credentials.renew(identity)))
    ) {
      dropBody(response);
      ({ response, identity } = await attempt(path, options, extra));
    }
    if (response.statusCode >= 300 || isPage(response)) await refuse(response, path, request);
    return response;
  };

  async function getBytes(path: string, options: RequestOptions = {}): Promise<Buffer> {
    const response = await send(path, options, {
      headers: { 'accept-encoding': encodings },
      bodyTimeout: BODY_IDLE_MS,
    });
    try {
      const window = Math.min(BODY_IDLE_MS, options.timeoutMs ?? patience());
      return await readBody(response, window, options.onStart);
    } catch (cause) {
      if (cause instanceof BodyTooLarge) throw new AppFailure(tooLarge(path));
      throw new AppFailure(
        options.signal?.aborted ? cancelled(fabric) : transportError(cause, where, 'body'),
        { cause },
      );
    }
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
    get refusal() {
      return refusal.error;
    },
    get timeoutMs() {
      return options.timeoutMs?.();
    },
    resume: () => {
      credentials.reset();
      refusal.forget();
    },
    accept: (credential) => {
      credentials.accept(credential);
    },
    times: () => times.read(),
    clientNodeConfig: () => loadClientNodeConfig(access, credentials),
    async close() {
      closed = true;
      refusal.close();
      credentials.close();
      await pools.close();
    },
  };
}
