/** Who asks, in whose name, and whether they may: authentication, impersonation and authorization of each request. */
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../model.ts';
import { authorize, refusal } from '../rbac/authorize.ts';
import type { Registry } from '../registry/contract.ts';
import { badRequest, forbidden, StatusError, unauthorized } from '../status-error.ts';
import type { ApiServerOptions } from './options.ts';
import type { RequestInfo } from './request/request-info.ts';

type Attributes = Parameters<typeof authorize>[2];

const WEBSOCKET_TOKEN = 'base64url.bearer.authorization.k8s.io.';

/** The bearer token of a request; browsers, which cannot set headers on WebSockets, send it as a subprotocol. */
function tokenOf(request: IncomingMessage): string | undefined {
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').trim().split(' ');
  if (scheme.toLowerCase() === 'bearer' && token !== '') return token;
  const protocols = String(request.headers['sec-websocket-protocol'] ?? '').split(',');
  const protocol = protocols.map((text) => text.trim()).find((text) => text.startsWith(WEBSOCKET_TOKEN));
  if (protocol === undefined) return undefined;
  return Buffer.from(protocol.slice(WEBSOCKET_TOKEN.length), 'base64url').toString('utf8');
}

interface Impersonated {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name: string;
  readonly namespace?: string;
}

function readExtra(headers: NodeJS.Dict<string[]>): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const [header, values] of Object.entries(headers)) {
    if (!header.startsWith('impersonate-extra-') || values === undefined) continue;
    let key = header.slice('impersonate-extra-'.length);
    try {
      key = decodeURIComponent(key);
    } catch {
      // Taken as it stands, as the API server does.
    }
    extra[key] = values;
  }
  return extra;
}

function userTarget(user: string): Impersonated {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  if (account === null) return { group: '', resource: 'users', name: user };
  const [, namespace = '', name = ''] = account;
  return { group: '', resource: 'serviceaccounts', name, namespace };
}

function groupsOf(user: string, groups: readonly string[]): readonly string[] {
  const namespace = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user)?.[1];
  const own =
    groups.length === 0 && namespace !== undefined
      ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
      : groups;
  const everyone = user === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return own.includes(everyone) ? own : [...own, everyone];
}

function impersonate(registry: Registry, caller: Caller, request: IncomingMessage): Caller {
  const headers = request.headersDistinct;
  const [user = ''] = headers['impersonate-user'] ?? [];
  const groups = headers['impersonate-group'] ?? [];
  const [uid] = headers['impersonate-uid'] ?? [];
  const extra = readExtra(headers);
  if (user === '') {
    if (groups.length > 0 || uid !== undefined || Object.keys(extra).length > 0)
      throw badRequest(
        `requested [${groups.map((name) => `{Group  ${name}    }`).join(' ')}] without impersonating a user`,
      );
    return caller;
  }
  const authentication = 'authentication.k8s.io';
  const targets: Impersonated[] = [
    userTarget(user),
    ...groups.map((name) => ({ group: '', resource: 'groups', name })),
    ...(uid === undefined ? [] : [{ group: authentication, resource: 'uids', name: uid }]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((name) => ({ group: authentication, resource: 'userextras', subresource: key, name })),
    ),
  ];
  for (const target of targets) {
    const attributes: Attributes = { verb: 'impersonate', ...target };
    const { allowed, reason } = authorize(registry, caller, attributes);
    if (!allowed)
      throw forbidden(
        { group: target.group, plural: target.resource },
        target.name,
        refusal(caller, attributes, reason),
      );
  }
  return {
    username: user,
    groups: groupsOf(user, groups),
    ...(uid === undefined ? {} : { uid }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

/** Throws 401 for a token that nobody has, 403 for an impersonation that is not allowed. */
export function identify(options: ApiServerOptions, request: IncomingMessage): Caller {
  const caller = options.authenticate(tokenOf(request));
  if (caller === undefined) throw unauthorized();
  return impersonate(options.registry, caller, request);
}

function attributesOf(info: RequestInfo): Attributes {
  const { verb, path, group, resource, subresource, accessName: name, namespace } = info;
  if (!info.isResource) return { verb, path };
  return {
    verb,
    group,
    resource,
    ...(subresource === '' ? {} : { subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
  };
}

/** Throws 403 in the API server's words. */
export function checkAccess(registry: Registry, caller: Caller, info: RequestInfo): void {
  const attributes = attributesOf(info);
  const { allowed, reason } = authorize(registry, caller, attributes);
  if (allowed) return;
  const why = refusal(caller, attributes, reason);
  if (!info.isResource) throw new StatusError(403, 'Forbidden', `forbidden: ${why}`, {});
  throw forbidden({ group: info.group, plural: info.resource }, info.accessName, why);
}
