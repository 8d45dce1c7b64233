// A container registry on loopback whose images fail in known ways, by the first part of the repository's name.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running registry. */
export interface Registry {
  /** host:port, the first part of an image's name. */
  address: string;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: object;
}

const failure = (
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): Answer => ({
  status,
  body: { errors: [{ code, message }] },
  ...(headers && { headers }),
});

const bearer = (host: string, repository: string, error = ''): Record<string, string> => ({
  'www-authenticate': `Bearer realm="http://${host}/token/${repository}",service="registry",scope="repository:${repository}:pull"${error}`,
});

/**
 * What a request for a manifest of each kind of repository answers; `undefined` is no answer at all.
 * - `unauthorised/…`: the token server refuses (a wrong or missing pull secret)
 * - `private/…`: anonymous tokens are given, but none may pull (as Docker Hub does)
 * - `rate-limited/…`: too many requests
 * - `broken/…`: the registry fails
 * - `hangs/…`: never answers
 * - any other: no such image
 */
function answerManifest(repository: string, host: string, token: string | undefined): Answer | undefined {
  switch (repository.split('/')[0]) {
    case 'unauthorised':
      return failure(401, 'UNAUTHORIZED', 'authentication required', bearer(host, repository));
    case 'private':
      return failure(
        401,
        'UNAUTHORIZED',
        'authentication required',
        bearer(host, repository, token === undefined ? '' : ',error="insufficient_scope"'),
      );
    case 'rate-limited':
      return failure(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit.');
    case 'broken':
      return failure(500, 'UNKNOWN', 'unknown error');
    case 'hangs':
      return undefined;
    default:
      return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  }
}

function answer(request: IncomingMessage, host: string): Answer | undefined {
  const path = decodeURIComponent(new URL(request.url ?? '/', `http://${host}`).pathname);
  if (path.startsWith('/token/unauthorised/'))
    return failure(401, 'UNAUTHORIZED', 'incorrect username or password');
  if (path.startsWith('/token/')) return { status: 200, body: { token: 'anonymous', expires_in: 300 } };
  const manifest = /^\/v2\/(.+)\/(?:manifests|blobs)\/[^/]+$/.exec(path);
  if (manifest?.[1] !== undefined) return answerManifest(manifest[1], host, request.headers.authorization);
  if (path === '/v2/' || path === '/v2') return { status: 200, body: {} };
  return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
}

function send(response: ServerResponse, { status, headers, body }: Answer, withBody: boolean): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(withBody ? JSON.stringify(body) : undefined);
}

/** Starts the registry on a free port of 127.0.0.1. */
export async function startRegistry(): Promise<Registry> {
  const server = createServer((request, response) => {
    const found = answer(request, request.headers.host ?? '127.0.0.1');
    if (found) send(response, found, request.method !== 'HEAD');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
