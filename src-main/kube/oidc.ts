/** The one auth provider that Kubernetes clients still have: an OpenID Connect token that is refreshed when it ends. */
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess } from './contract.ts';
import { maskText } from './mask-text.ts';

/** Fetches a token that is valid now. `expires` in ms since the epoch. Throws `AppFailure` (credentials-failed). */
export type Oidc = () => Promise<{ readonly token: string; readonly expires?: number | undefined }>;

const LIMIT_MS = 30_000;

/** `exp` of a JSON Web Token in ms; undefined for anything else. The token is not verified: that is the server's task. */
function expiryOf(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined;
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function failure(access: ContextAccess, says: string): AppFailure {
  return new AppFailure({
    code: 'credentials-failed',
    message: `The OpenID Connect sign-in of context ${access.fabric} ${says}.`,
    hint: 'Sign in again with the tool that wrote this kubeconfig, then try again.',
    fabric: access.fabric,
    retryable: true,
    details: {
      file: access.source,
      server: access.cluster.server,
      ...(access.user.name !== undefined && { user: access.user.name }),
    },
  });
}

/**
 * The provider of one context. A refreshed token is kept in memory: the kubeconfig is never written. client-node, which
 * does the refresh, is loaded when the token in the kubeconfig has ended.
 */
export function createOidc(access: ContextAccess): Oidc {
  // client-node keeps refreshed tokens in this object.
  const config: Record<string, string> = { ...access.user.oidc };
  return async () => {
    const token = config['id-token'] ?? '';
    const expires = expiryOf(token);
    if (token !== '' && (expires === undefined || expires > Date.now())) return { token, expires };
    if (config['refresh-token'] === undefined)
      throw failure(access, 'has ended, and the kubeconfig holds no refresh-token');
    const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js');
    const request: { headers: Record<string, string> } = { headers: {} };
    const user = { name: access.user.name ?? '', authProvider: { name: 'oidc', config } };
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`the provider gave no answer within ${String(LIMIT_MS / 1000)} s`));
      }, LIMIT_MS);
    });
    try {
      await Promise.race([new OpenIDConnectAuth().applyAuthentication(user, request), limit]);
    } catch (cause) {
      throw failure(
        access,
        `could not be renewed: ${maskText(cause instanceof Error ? cause.message : '', 300)}`,
      );
    } finally {
      clearTimeout(timer);
    }
    const fresh = (request.headers.Authorization ?? '').replace(/^Bearer /, '');
    if (fresh === '')
      throw failure(access, 'has ended and the kubeconfig lacks client-id, refresh-token or idp-issuer-url');
    return { token: fresh, expires: expiryOf(fresh) };
  };
}
