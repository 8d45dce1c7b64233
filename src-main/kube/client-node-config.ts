/** One context as a configuration of client-node, for what that library does: exec and port-forward. */
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import type { ContextAccess } from './contract.ts';
import type { Credentials } from './credentials.ts';
import { trustedRoots } from './dispatcher.ts';
import { DIRECT } from './proxy.ts';

/**
 * Only this context is in it, and it signs in through `credentials`: client-node's own credential commands have neither
 * a time limit nor the environment that the contract of exec plugins demands.
 */
export async function loadClientNodeConfig(
  access: ContextAccess,
  credentials: Credentials,
): Promise<KubeConfig> {
  // Not the package's index, which loads the generated API.
  const { KubeConfig: Config } = await import('@kubernetes/client-node/dist/config.js');
  const config = new Config();
  const { cluster: from, fabric } = access;
  const cluster: Cluster = {
    name: fabric,
    server: from.server,
    skipTLSVerify: from.insecure,
    ...(from.caData !== undefined && { caData: from.caData }),
    ...(from.caFile !== undefined && { caFile: from.caFile }),
    ...(from.serverName !== undefined && { tlsServerName: from.serverName }),
    ...(from.proxyUrl !== undefined && from.proxyUrl !== DIRECT && { proxyUrl: from.proxyUrl }),
  };
  const user: User = { name: fabric };
  const context = { name: fabric, cluster: fabric, user: fabric };
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: fabric });
  config.addAuthenticator({
    isAuthProvider: () => true,
    applyAuthentication: async (_user, options) => {
      const { headers, cert, key } = await credentials.current();
      options.headers = { ...options.headers, ...headers };
      const tls: { cert?: unknown; key?: unknown; ca?: unknown } = options;
      if (cert !== undefined) tls.cert = cert;
      if (key !== undefined) tls.key = key;
      tls.ca ??= trustedRoots();
    },
  });
  return config;
}
