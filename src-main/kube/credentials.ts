/** Turns a user entry into the headers and the client certificate of requests, and renews what can be renewed. */
import { AppFailure } from '../../shared/errors.ts';
import type { CredentialFacts } from '../../shared/model/connection.ts';
import type { ContextAccess, UserEntry } from './contract.ts';
import { describeCredentials } from './credential-facts.ts';
import { createCertificateFiles, type ClientCertificate } from './credential-files.ts';
import { fromExecCredential, methodOf, type Authorization } from './credential-methods.ts';
import type { ExecCredential } from './exec-credential.ts';
import { loginShell as ownLoginShell, type LoginShell } from './login-shell.ts';

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
  /**
   * After a 401 with `refused`: true if another identity can be had, which the next `current` then gives. Files are read
   * and a command or provider is asked once per refused identity, however many requests it was refused to. Throws
   * `AppFailure` where that fails.
   */
  renew(refused: Identity): Promise<boolean>;
  /** Takes what a command yielded in a terminal, and forgets a failure. Throws `AppFailure` for what cannot be sent. */
  accept(credential: ExecCredential): void;
  /** What is known without the server: reads files, runs no command. */
  facts(): Promise<CredentialFacts>;
  /** Forgets a failure and what was fetched: the next `current` fetches anew. What was accepted stays until it is refused. */
  reset(): void;
  /** Ends a running command. */
  close(): void;
}

export interface CredentialOptions {
  /** Asked for what a command lacks; null: never. The user's own unless told. */
  readonly loginShell?: LoginShell | null;
}

/** A credential is renewed this long before it ends, so that no request races with its end. */
const MARGIN_MS = 10_000;
/** What a command yielded anew and is refused so soon is refused for good: it does not run again. */
const PAUSE_MS = 10_000;

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

const isFinal = (cause: unknown): boolean => !(cause instanceof AppFailure && cause.error.retryable);

const same = (a: Identity, b: Identity): boolean =>
  JSON.stringify(a.headers) === JSON.stringify(b.headers) &&
  String(a.cert) === String(b.cert) &&
  String(a.key) === String(b.key);

/** Puts what a method yields and the certificate of the user entry together; one object while the content is the same. */
function createComposer(user: UserEntry) {
  const shared = impersonation(user);
  let last: Identity | undefined;
  return {
    compose({ header, cert, key }: Authorization, own: ClientCertificate): Identity {
      const headers = header === undefined ? shared : { ...shared, authorization: header };
      const fresh: Identity = { ...(cert === undefined ? own : { cert, key }), headers };
      // The object keys the connections, and tells a refusal of now from one of before.
      if (last === undefined || !same(last, fresh)) last = fresh;
      return last;
    },
    get last() {
      return last;
    },
  };
}

/**
 * The credentials of one context. Nothing is read or run before the first `current`. Over plain HTTP none are sent,
 * as in kubectl: whoever listens could read them. A command that failed is not run again before `reset` or `accept`.
 */
export function createCredentials(access: ContextAccess, options: CredentialOptions = {}): Credentials {
  const { loginShell = ownLoginShell } = options;
  const closed = new AbortController();
  const secure = access.cluster.server.startsWith('https:');
  const method = methodOf(access, loginShell ?? undefined);
  const certificates = createCertificateFiles(access);
  const composer = createComposer(access.user);
  let kept: Authorization | undefined;
  /** Came from a terminal, where nobody wants to answer twice. */
  let accepted: Authorization | undefined;
  let failure: { readonly cause: Error } | undefined;
  let running: Promise<Authorization> | undefined;
  let renewing: Promise<boolean> | undefined;
  let renewed = new WeakMap<Identity, number>();
  let askedFor = new WeakSet<Identity>();

  const fetchOnce = (anew = false): Promise<Authorization> => {
    if (failure !== undefined) return Promise.reject(failure.cause);
    if (running !== undefined) return running;
    const run: Promise<Authorization> = method
      .fetch(closed.signal, anew)
      .then(
        (fetched) => {
          // What was accepted or forgotten meanwhile is newer.
          if (running === run) kept = fetched;
          return fetched;
        },
        (cause: unknown) => {
          // What was refused is not sent again while there is nothing better.
          if (running === run && anew) kept = undefined;
          if (running === run && method.isAsked && isFinal(cause)) failure = { cause: cause as Error };
          throw cause;
        },
      )
      .finally(() => {
        if (running === run) running = undefined;
      });
    running = run;
    return run;
  };

  const authorization = (): Promise<Authorization> | Authorization =>
    kept !== undefined && (kept.until === undefined || Date.now() < kept.until - MARGIN_MS)
      ? kept
      : fetchOnce();

  async function renewOnce(refused: Identity): Promise<boolean> {
    askedFor.add(refused);
    accepted = undefined;
    const own = await certificates.read(true);
    const soon = method.isAsked && Date.now() - (renewed.get(refused) ?? -Infinity) < PAUSE_MS;
    const fetched = method.renewable && !soon ? await fetchOnce(true) : (kept ?? {});
    const identity = composer.compose(fetched, own);
    if (identity === refused) return false;
    renewed.set(identity, Date.now());
    return true;
  }

  return {
    async current() {
      if (!secure) return { headers: {} };
      const [fetched, own] = await Promise.all([authorization(), certificates.read()]);
      return composer.compose(fetched, own);
    },
    renew(refused) {
      if (!secure) return Promise.resolve(false);
      // Many requests are refused at once; the first one renews for all.
      if (renewing !== undefined) return renewing;
      if (composer.last !== undefined && composer.last !== refused) return Promise.resolve(true);
      if (askedFor.has(refused)) return Promise.resolve(false);
      renewing = renewOnce(refused).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    accept(credential) {
      accepted = fromExecCredential(access, credential);
      kept = accepted;
      failure = undefined;
      running = undefined;
    },
    facts: () => describeCredentials(access, { kept, certificates, loginShell: loginShell ?? undefined }),
    reset() {
      // The user may have changed what the login shell says.
      if (failure !== undefined) loginShell?.forget();
      failure = undefined;
      kept = accepted;
      running = undefined;
      renewed = new WeakMap();
      askedFor = new WeakSet();
    },
    close() {
      closed.abort();
    },
  };
}
