/** What each way to sign in sends with a request, and where that comes from, by the precedence of client-go. */
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess } from './contract.ts';
import { readFileOf } from './credential-files.ts';
import type { ExecCredential } from './exec-credential.ts';
import { runExecPlugin } from './exec-plugin.ts';
import { isHeaderSafe } from './header-safe.ts';
import type { LoginShell } from './login-shell.ts';
import { createOidc } from './oidc.ts';

/** What a method yields for requests. */
export interface Authorization {
  /** Value of the Authorization header. */
  readonly header?: string | undefined;
  /** The bare token, for reading its claims. */
  readonly token?: string | undefined;
  /** PEM; goes before the certificate of the user entry. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Fetched anew from then on, ms since the epoch; undefined: never. */
  readonly until?: number | undefined;
  /** When it ends, where that is known beyond the token's own claims, ms since the epoch. */
  readonly expires?: number | undefined;
}

export interface Method {
  /** Whether another fetch may yield something else. */
  readonly renewable: boolean;
  /** A command or a provider: not asked again after a failure that asking does not mend, nor at once after it yielded. */
  readonly isAsked: boolean;
  /** `anew`: what was fetched before was refused. */
  fetch(signal: AbortSignal, anew: boolean): Promise<Authorization>;
}

/** client-go reads a token file again after a minute. */
const TOKEN_FILE_MS = 60_000;
/** A credential that is about to end is used for this long at least, so that its command does not run per request. */
const LEAST_MS = 20_000;

function bearer(access: ContextAccess, token: string): Authorization {
  if (token !== '' && isHeaderSafe(token) && !token.includes(' '))
    return { header: `Bearer ${token}`, token };
  throw new AppFailure({
    code: 'credentials-failed',
    message: `The token of context ${access.fabric} ${token === '' ? 'is empty' : 'holds spaces, line breaks or other characters that no token has'}.`,
    hint: 'Fetch a fresh token.',
    fabric: access.fabric,
    retryable: false,
    details: { file: access.source, server: access.cluster.server },
  });
}

/** What a command yielded, as it is sent. Throws `AppFailure` for a token that no header can hold. */
export function fromExecCredential(access: ContextAccess, credential: ExecCredential): Authorization {
  const { token, cert, key, expires } = credential;
  return {
    ...(token !== undefined && bearer(access, token)),
    ...(cert !== undefined && { cert, key }),
    expires,
    until: expires === undefined ? undefined : Math.max(expires, Date.now() + LEAST_MS),
  };
}

const constant = (fetch: () => Authorization): Method => ({
  renewable: false,
  isAsked: false,
  fetch: async () => Promise.resolve(fetch()),
});

/** The way in which a context signs in. Nothing is read or run before the first `fetch`. */
export function methodOf(access: ContextAccess, loginShell: LoginShell | undefined): Method {
  const { tokenFile, token, exec, oidc, username, password } = access.user;
  if (tokenFile !== undefined) {
    const fetch = async (): Promise<Authorization> => {
      const text = (await readFileOf(access, 'tokenFile', tokenFile)).toString('utf8').trim();
      return { ...bearer(access, text), until: Date.now() + TOKEN_FILE_MS };
    };
    return { renewable: true, isAsked: false, fetch };
  }
  if (token !== undefined) return constant(() => bearer(access, token.trim()));
  if (exec !== undefined) {
    const fetch = async (signal: AbortSignal): Promise<Authorization> =>
      fromExecCredential(access, await runExecPlugin(exec, access, { signal, loginShell }));
    return { renewable: true, isAsked: true, fetch };
  }
  if (oidc !== undefined) {
    const provider = createOidc(access);
    const fetch = async (_signal: AbortSignal, anew: boolean): Promise<Authorization> => {
      const { token: fresh, expires } = await provider(anew);
      return { ...bearer(access, fresh), until: expires };
    };
    return { renewable: true, isAsked: true, fetch };
  }
  if (username === undefined && password === undefined) return constant(() => ({}));
  const pair = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
  return constant(() => ({ header: `Basic ${pair}` }));
}
