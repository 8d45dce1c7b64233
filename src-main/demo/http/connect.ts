/** Requests that leave HTTP behind: commands in containers over WebSockets. */
import type { Duplex } from 'node:stream';
import { badRequest } from '../status-error.ts';
import { checkAccess } from './access.ts';
import type { Exchange } from './options.ts';
import { servePodExec } from './pod-exec.ts';

/** What a real API server would do here and this one does not. */
const MISSING: Readonly<Record<string, string>> = {
  attach: 'the demo server does not attach to containers: it follows logs and runs commands',
  portforward: 'the demo server does not forward ports: nothing listens in its pods',
};

/** True if the socket was taken over. Throws 403 for callers who may not create such a connection, and 400. */
export function serveConnect(exchange: Exchange, socket: Duplex, head: Buffer): boolean {
  const { info, registry, kubelet, query, request, caller } = exchange;
  const { namespace, name } = info;
  const isPod = info.isResource && info.group === '' && info.version === 'v1' && info.resource === 'pods';
  if (!isPod || info.rest.length > 0 || namespace === '' || name === '') return false;
  const missing = Object.hasOwn(MISSING, info.subresource) ? MISSING[info.subresource] : undefined;
  if (missing !== undefined) throw badRequest(missing);
  if (info.subresource !== 'exec') return false;
  // A WebSocket is opened by a GET, but running a command is no reading: 1.35 asks for `create` as well.
  checkAccess(registry, caller, { ...info, verb: 'create' });
  servePodExec(request, socket, head, { registry, kubelet, namespace, name, query });
  return true;
}
