/** Builds the connection pool of one fabric: TLS by its kubeconfig entry, keep-alive, one proxy at most. */
import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess } from './contract.ts';
import type { Identity } from './credentials.ts';
import { maskText } from './mask-text.ts';

let roots: string[] | undefined;

/**
 * The authorities for a cluster that names none: Node's own and those of the operating system, which kubectl trusts
 * (a company's authority is there alone).
 */
export function trustedRoots(): string[] {
  // Node 20 has no access to the system's authorities.
  roots ??=
    'getCACertificates' in tls
      ? [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]
      : [...(tls as { rootCertificates: readonly string[] }).rootCertificates];
  return roots;
}

/** The authorities that the kubeconfig names, else the trusted roots. Throws `AppFailure` (context-broken). */
export async function readAuthority({
  cluster,
  fabric,
  source,
}: ContextAccess): Promise<string | Buffer | string[]> {
  if (cluster.caData !== undefined) return Buffer.from(cluster.caData, 'base64');
  if (cluster.caFile === undefined) return trustedRoots();
  try {
    return await readFile(cluster.caFile);
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new AppFailure({
      code: 'context-broken',
      message: `certificate-authority of context ${fabric} is ${cluster.caFile}, which cannot be read (${errno}).`,
      hint: `Correct the path or the permissions of the file, which kubeconfig ${source} names.`,
      fabric,
      retryable: false,
      details: { file: source, entry: 'certificate-authority', server: cluster.server, errno },
    });
  }
}

/** The TLS rules of one cluster entry, with the identity's client certificate. Throws `AppFailure` (context-broken). */
export function secureContext(
  access: ContextAccess,
  ca: string | Buffer | string[] | undefined,
  identity: Identity,
): tls.SecureContext {
  const { cert, key } = identity;
  try {
    return tls.createSecureContext({
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      // Go accepts any certificate of the bundle as an anchor, an intermediate or a server's own included.
      allowPartialTrustChain: true,
    });
  } catch (cause) {
    const said = maskText(cause instanceof Error ? cause.message : '', 200);
    throw new AppFailure({
      code: 'context-broken',
      message: `The certificate, key or authority of context ${access.fabric} cannot be used: ${said}.`,
      hint: 'Check that client-certificate and client-key belong together and are complete PEM blocks, or fetch a fresh kubeconfig.',
      fabric: access.fabric,
      retryable: false,
      details: { file: access.source, server: access.cluster.server },
    });
  }
}

/** Milliseconds to wait for TCP and TLS. */
export const CONNECT_MS = 10_000;

/**
 * A pool for one identity. HTTP/1.1 without a limit of connections: every watch holds one, and a list must not wait
 * behind them. Throws `AppFailure` (context-broken) for certificates that cannot be read or do not fit together.
 */
export async function createDispatcher(
  access: ContextAccess,
  identity: Identity,
  proxy: string | undefined,
): Promise<Dispatcher> {
  const { cluster } = access;
  const secure = cluster.server.startsWith('https:');
  const ca = secure && !cluster.insecure ? await readAuthority(access) : undefined;
  const connect = {
    timeout: CONNECT_MS,
    // Cloud load balancers drop connections that are idle for a minute.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    ...(secure && {
      // Built once: an authority bundle is expensive to parse for every connection.
      secureContext: secureContext(access, ca, identity),
      rejectUnauthorized: !cluster.insecure,
      ...(cluster.serverName !== undefined && { servername: cluster.serverName }),
    }),
  };
  const pool = { allowH2: false, pipelining: 1, connections: null, keepAliveTimeout: 30_000 };
  if (proxy === undefined) return new Agent({ ...pool, connect });
  // It needs all of undici, which is loaded here alone.
  const { ProxyAgent } = await import('undici');
  return new ProxyAgent({
    ...pool,
    uri: proxy,
    connectTimeout: CONNECT_MS,
    requestTls: connect,
    proxyTunnel: true,
  });
}
