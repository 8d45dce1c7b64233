/** The ways to and through a fault proxy: the server it stands before, and the access of a client that goes through it. */
import { readFileSync } from 'node:fs';
import type { ContextAccess } from '../../src-main/kube/contract.ts';
import { base64 } from '../main/kube/certificates.ts';
import type { Upstream } from './exchange.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** The API server of an access, for a proxy to stand before. */
export function upstreamOf({ cluster }: ContextAccess): Upstream {
  const { server, caData, caFile } = cluster;
  const ca =
    caData === undefined ? readFileSync(caFile ?? '', 'utf8') : Buffer.from(caData, 'base64').toString();
  return { server, ca };
}

/** The same access by way of the proxy. It must sign in by token: a client certificate ends at the proxy. */
export function accessThrough(proxy: FaultProxy, access: ContextAccess): ContextAccess {
  const { caFile: _file, ...cluster } = access.cluster;
  return { ...access, cluster: { ...cluster, server: proxy.server, caData: base64(proxy.ca) } };
}
