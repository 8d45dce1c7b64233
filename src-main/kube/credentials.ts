/** Turns a user entry into the headers and the client certificate of requests, and renews what can be renewed. */
import { readFile } from 'node:fs/promises';
import { AppFailure } from '../../shared/errors.ts';
import type { CredentialFacts } from '../../shared/model/connection.ts';
import type { ContextAccess, UserEntry } from './contract.ts';
import { runExecPlugin } from './exec-plugin.ts';
import { isHeaderSafe } from './header-safe.ts';
import { createOidc } from './oidc.ts';
import type { Oidc } from './oidc.ts';

/** What identifies this client at one moment. The same object is returned until something changes. */
export interface Identity {
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** PEM. */
  readonly cert?: string | Buffer | undefined;
  /** PEM. */
  readonly key?: string | Buffer | undefined;
}

export interface Credentials {
  /** The identity to use now: from memory, else from file, command or provider. Throws `AppFailure`. */
  current(): Promise<Identity>;
  /** After a 401 with `refused`: true if another identity can be had, which the next `current` then gives. */
  renew(refused: Identity): Promise<boolean>;
  /** What is known without the server: reads files, runs no command. */
  facts(): Promise<CredentialFacts>;
  /** Forgets a failure and what was fetched: the next `current` fetches anew. */
  reset(): void;
  /** Ends a running command. */
  close(): void;
}

interface Fetched {
  readonly identity: Identity;
  /** Milliseconds since the epoch; undefined: for ever. */
  readonly until?: number | undefined;
}

/** client-go reads a token file again after a minute. */
const TOKEN_FILE_MS = 60_000;
/** A credential is renewed this long before it ends, so that no request races with its end. */
const MARGIN_MS = 10_000;
/** A command that yields what has (almost) ended is not run for every request, nor again for every refusal. */
const PAUSE_MS = 10_000;
const FAILED_MS = 3_000;

async function readFileOf(access: ContextAccess, key: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new AppFailure({
      code: 'context-broken',
      message: `${key} of context ${access.fabric} is ${path}, which cannot be read (${errno}).`,
      hint: `Correct the path or the permissions of the file, which kubeconfig ${access.source} names.`,
      fabric: access.fabric,
      retryable: false,
      details: { file: access.source, entry: key, server: access.cluster.server, errno },
    });
  }
}

const decode = (data: string): Buffer => Buffer.from(data, 'base64');

async function clientCertificate(access: ContextAccess): Promise<Pick<Identity, 'cert' | 'key'>> {
  const { certData, certFile, keyData, keyFile } = access.user;
  const load = (
    data: string | undefined,
    file: string | undefined,
    key: string,
  ): Promise<Buffer> | Buffer | undefined =>
    data !== undefined ? decode(data) : file === undefined ? undefined : readFileOf(access, key, file);
  const [cert, key] = await Promise.all([
    load(certData, certFile, 'client-certificate'),
    load(keyData, keyFile, 'client-key'),
  ]);
  return { cert, key };
}

function impersonation({ impersonate }: UserEntry): Record<string, string | string[]> {
  if (impersonate === undefined) return {};
  const extra = impersonate.extra.map(
    ([key, values]) => [`impersonate-extra-${encodeURIComponent(key)}`, [...values]] as const,
  );
  return {
    'impersonate-user': impersonate.user,
    ...(impersonate.uid !== undefined && { 'impersonate-uid': impersonate.uid }),
    ...(impersonate.groups.length > 0 && { 'impersonate-group': [...impersonate.groups] }),
    ...Object.fromEntries(extra),
  };
}

function bearer(access: ContextAccess, token: string): string {
  if (token !== '' && isHeaderSafe(token) && !token.includes(' ')) return `Bearer ${token}`;
  throw new AppFailure({
    code: 'credentials-failed',
    message: `The token of context ${access.fabric} ${token === '' ? 'is empty' : 'holds spaces, line breaks or other characters that no token has'}.`,
    hint: 'Fetch a fresh token.',
    fabric: access.fabric,
    retryable: false,
    details: { file: access.source, server: access.cluster.server },
  });
}

/** Fetches an identity anew, by the precedence of client-go: token file, token, command, provider, basic. */
async function fetchIdentity(access: ContextAccess, oidc: Oidc, signal: AbortSignal): Promise<Fetched> {
  const { user } = access;
  const own = await clientCertificate(access);
  const shared = impersonation(user);
  const withHeader = (authorization: string): Identity => ({ ...own, headers: { ...shared, authorization } });
  if (user.tokenFile !== undefined) {
    const token = (await readFileOf(access, 'tokenFile', user.tokenFile)).toString('utf8').trim();
    return { identity: withHeader(bearer(access, token)), until: Date.now() + TOKEN_FILE_MS };
  }
  if (user.token !== undefined) return { identity: withHeader(bearer(access, user.token.trim())) };
  if (user.exec !== undefined) {
    const { token, cert, key, expires } = await runExecPlugin(user.exec, access, { signal });
    const certificate = cert === undefined ? own : { cert, key };
    const headers = token === undefined ? shared : { ...shared, authorization: bearer(access, token) };
    const until = expires === undefined ? undefined : Math.max(expires, Date.now() + MARGIN_MS + PAUSE_MS);
    return { identity: { ...certificate, headers }, until };
  }
  if (user.oidc !== undefined) {
    const { token, expires } = await oidc();
    return { identity: withHeader(bearer(access, token)), until: expires };
  }
  if (user.username !== undefined || user.password !== undefined) {
    const pair = Buffer.from(`${user.username ?? ''}:${user.password ?? ''}`).toString('base64');
    return { identity: withHeader(`Basic ${pair}`) };
  }
  return { identity: { ...own, headers: shared } };
}

const same = (a: Identity, b: Identity): boolean =>
  JSON.stringify(a.headers) === JSON.stringify(b.headers) && String(a.cert) === String(b.cert);

/**
 * The credentials of one context. Nothing is read or run before the first `current`. Over plain HTTP none are sent,
 * as in kubectl: whoever listens could read them.
 */
export function createCredentials(access: ContextAccess): Credentials {
  const closed = new AbortController();
  const secure = access.cluster.server.startsWith('https:');
  const oidc = createOidc(access);
  let kept: Fetched | undefined;
  let fetchedAt = 0;
  let failed: { readonly run: Promise<Fetched>; readonly at: number } | undefined;
  let running: Promise<Fetched> | undefined;

  const fetchOnce = (): Promise<Fetched> => {
    // The watches of a fabric come back one after the other: one failure answers them all for a while.
    if (failed !== undefined && Date.now() - failed.at < FAILED_MS) return failed.run;
    running ??= fetchIdentity(access, oidc, closed.signal)
      .then((fetched) => {
        fetchedAt = Date.now();
        failed = undefined;
        // The object stays the same while its content does: it keys the connections.
        kept =
          kept !== undefined && same(kept.identity, fetched.identity)
            ? { ...fetched, identity: kept.identity }
            : fetched;
        return kept;
      })
      .finally(() => {
        running = undefined;
      });
    const run = running;
    run.catch(() => {
      failed = { run, at: Date.now() };
    });
    return run;
  };

  return {
    async current() {
      if (!secure) return { headers: {} };
      if (kept !== undefined && (kept.until === undefined || Date.now() < kept.until - MARGIN_MS))
        return kept.identity;
      return (await fetchOnce()).identity;
    },
    async renew(refused) {
      const { exec, tokenFile, oidc } = access.user;
      if (!secure || (exec ?? tokenFile ?? oidc) === undefined) return false;
      // Many requests are refused at once; the first one renews for all.
      if (kept !== undefined && kept.identity !== refused) return true;
      if (exec !== undefined && Date.now() - fetchedAt < PAUSE_MS) return false;
      return (await fetchOnce()).identity !== refused;
    },
    facts: () => Promise.resolve({ method: 'token', ends: [] }),
    reset: () => {
      failed = undefined;
      kept = undefined;
    },
    close: () => {
      closed.abort();
    },
  };
}
