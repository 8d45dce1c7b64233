/** The one auth provider that Kubernetes clients still have: an OpenID Connect token that is refreshed when it ends. */
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess } from './contract.ts';
import { readClaims } from './jwt.ts';
import { showUrl } from './mask-text.ts';
import { refreshToken, RefreshFailure } from './oidc-refresh.ts';

/**
 * Fetches a token that is valid now; with `anew` another one than before, as far as the provider can be asked for it.
 * `expires` in ms since the epoch. Throws `AppFailure` (credentials-failed).
 */
export type Oidc = (
  anew?: boolean,
) => Promise<{ readonly token: string; readonly expires?: number | undefined }>;

function failure(access: ContextAccess, says: string, retryable = false): AppFailure {
  const provider = access.user.oidc?.['idp-issuer-url'];
  const named = provider === undefined ? '' : ` with ${showUrl(provider)}`;
  return new AppFailure({
    code: 'credentials-failed',
    message: `The OpenID Connect sign-in of context ${access.fabric}${named} ${says}.`,
    hint: retryable
      ? 'Check that the provider can be reached from this computer (network, VPN, proxy), then try again.'
      : 'Sign in again with the tool that wrote this kubeconfig, then try again.',
    fabric: access.fabric,
    retryable,
    details: {
      file: access.source,
      server: access.cluster.server,
      ...(access.user.name !== undefined && { user: access.user.name }),
      ...(provider !== undefined && { provider: showUrl(provider) }),
    },
  });
}

/** The keys of the provider's configuration without which no refresh can be asked for. */
const NEEDED = ['client-id', 'refresh-token', 'idp-issuer-url'] as const;

/**
 * The provider of one context. Refreshed tokens are kept in memory: the kubeconfig is never written. A token whose end
 * cannot be read is used until the server refuses it.
 */
export function createOidc(
  access: ContextAccess,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Oidc {
  const config: Record<string, string> = { ...access.user.oidc };
  return async (anew = false) => {
    const token = config['id-token'] ?? '';
    const expires = readClaims(token)?.notAfter;
    const holds = token !== '' && (expires === undefined || expires > Date.now());
    const missing = NEEDED.filter((key) => (config[key] ?? '') === '');
    if (holds && (!anew || missing.length > 0)) return { token, expires };
    if (missing.length > 0)
      throw failure(access, `has ended, and the kubeconfig lacks ${missing.join(', ')}`);
    const ended = expires === undefined ? '' : `ended at ${new Date(expires).toISOString()} and `;
    const fresh = await refreshToken(config, env).catch((cause: unknown) => {
      if (!(cause instanceof RefreshFailure)) throw cause;
      throw failure(access, `${ended}could not be renewed: ${cause.message}`, cause.isUnreachable);
    });
    config['id-token'] = fresh.idToken;
    if (fresh.refreshToken !== undefined) config['refresh-token'] = fresh.refreshToken;
    return { token: fresh.idToken, expires: readClaims(fresh.idToken)?.notAfter };
  };
}
