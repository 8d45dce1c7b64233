/** Asks an OpenID Connect provider for a new id-token with a refresh token (OAuth 2.0, RFC 6749 section 6). */
import { readFile } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import undiciRequest from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { record, text } from '../../shared/cluster/narrow.ts';
import { trustedRoots } from './dispatcher.ts';
import { maskText } from './mask-text.ts';
import { chooseProxy } from './proxy.ts';

/** Why there is no new token; the message is the end of a sentence and holds no secret. */
export class RefreshFailure extends Error {
  readonly isUnreachable: boolean;
  constructor(message: string, isUnreachable = false) {
    super(message);
    this.name = 'RefreshFailure';
    this.isUnreachable = isUnreachable;
  }
}

export interface FreshToken {
  readonly idToken: string;
  /** Present where the provider replaced it. */
  readonly refreshToken?: string;
}

type Config = Readonly<Record<string, string>>;
type Env = Readonly<Record<string, string | undefined>>;

/** For both requests together, ms. */
const LIMIT_MS = 30_000;
/** Bytes of an answer that are read. */
const MAX_ANSWER = 1024 * 1024;

/** The URL, if secrets may be sent to it. */
function secureUrl(url: string, what: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'https:') return parsed;
  throw new RefreshFailure(`its ${what} is no https URL`);
}

async function authorities(config: Config): Promise<Buffer | string[]> {
  const { 'idp-certificate-authority-data': data, 'idp-certificate-authority': file } = config;
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64');
  if (file === undefined || file === '') return trustedRoots();
  return readFile(file).catch((cause: unknown) => {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new RefreshFailure(`idp-certificate-authority ${file} cannot be read (${errno})`);
  });
}

async function createPool(config: Config, issuer: URL, env: Env): Promise<Dispatcher> {
  const connect = { ca: await authorities(config), timeout: 10_000 };
  const proxy = chooseProxy(issuer.href, undefined, env);
  if (proxy === undefined) return new Agent({ connect });
  const { ProxyAgent } = await import('undici');
  return new ProxyAgent({ uri: proxy, requestTls: connect, proxyTunnel: true });
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(
  pool: Dispatcher,
  url: URL,
  init: Pick<Dispatcher.RequestOptions, 'signal' | 'body'> & {
    method?: 'POST';
    headers?: Record<string, string>;
  },
): Promise<Answer> {
  const { statusCode, body } = await undiciRequest.call(pool, {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: 'GET',
    ...init,
    headers: { accept: 'application/json', ...init.headers },
  });
  let answer = '';
  for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
    answer += chunk;
    if (answer.length > MAX_ANSWER) throw new RefreshFailure(`${url.host} answers with more than 1 MiB`);
  }
  try {
    return { status: statusCode, body: record(JSON.parse(answer)) };
  } catch {
    return { status: statusCode, body: {} };
  }
}

/** Basic authentication where the provider does not ask for the secret in the form (OpenID Connect Core, section 9). */
function clientOf(config: Config, methods: unknown): { headers: Record<string, string>; form: object } {
  const [id = '', secret = ''] = [config['client-id'], config['client-secret']];
  const inForm = Array.isArray(methods) && !methods.includes('client_secret_basic');
  if (secret === '') return { headers: {}, form: { client_id: id } };
  if (inForm) return { headers: {}, form: { client_id: id, client_secret: secret } };
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, form: {} };
}

async function refresh(
  pool: Dispatcher,
  config: Config,
  issuer: URL,
  signal: AbortSignal,
): Promise<FreshToken> {
  const base = issuer.href.replace(/\/+$/, '');
  const discovery = await ask(pool, new URL(`${base}/.well-known/openid-configuration`), { signal });
  if (discovery.status !== 200)
    throw new RefreshFailure(
      `it answers its discovery with HTTP ${String(discovery.status)}`,
      discovery.status >= 500,
    );
  const endpoint = secureUrl(text(discovery.body.token_endpoint), 'token endpoint');
  const client = clientOf(config, discovery.body.token_endpoint_auth_methods_supported);
  const form = { grant_type: 'refresh_token', refresh_token: config['refresh-token'] ?? '', ...client.form };
  const answer = await ask(pool, endpoint, {
    method: 'POST',
    headers: { ...client.headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    signal,
  });
  const { id_token: idToken, refresh_token: next, error, error_description: described } = answer.body;
  if (answer.status === 200 && text(idToken) !== '')
    return { idToken: text(idToken), ...(text(next) !== '' && { refreshToken: text(next) }) };
  if (answer.status === 200) throw new RefreshFailure('the provider answers without an id_token');
  const why = [text(error), text(described)].filter((part) => part !== '').join(': ');
  throw new RefreshFailure(
    `the provider refuses with HTTP ${String(answer.status)}${why === '' ? '' : ` (${maskText(why, 300)})`}`,
    answer.status >= 500 || answer.status === 429,
  );
}

/**
 * The configuration is that of a kubeconfig's auth-provider `oidc`; its authority and the proxy of `env` are used.
 * Nothing is sent to a plaintext address. Throws `RefreshFailure`.
 */
export async function refreshToken(config: Config, env: Env): Promise<FreshToken> {
  const issuer = secureUrl(config['idp-issuer-url'] ?? '', 'idp-issuer-url');
  const pool = await createPool(config, issuer, env);
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    return await refresh(pool, config, issuer, limit);
  } catch (cause) {
    if (cause instanceof RefreshFailure) throw cause;
    if (limit.aborted)
      throw new RefreshFailure(`it gave no answer within ${String(LIMIT_MS / 1000)} s`, true);
    const errno = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    const said = maskText(cause instanceof Error ? cause.message : '', 200);
    throw new RefreshFailure(`it cannot be reached${errno}${said === '' ? '' : `: ${said}`}`, true);
  } finally {
    await pool.destroy();
  }
}
