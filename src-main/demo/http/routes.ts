/** Which handler answers a request: a table of paths that are no resources, then the resources of the catalogue. */
import { serveDiscovery } from './discovery.ts';
import { serveHealth } from './health.ts';
import { serveOpenApi } from './openapi-routes.ts';
import type { Exchange } from './options.ts';
import { noSuchMethod } from './refusals.ts';
import { serveResource } from './resource-routes.ts';
import { sendNoPage, sendText } from './respond.ts';

type Handler = (exchange: Exchange) => void | Promise<void>;

function serveVersion({ request, response, options }: Exchange): void {
  if (request.method !== 'GET') throw noSuchMethod();
  // Always indented, for people read it.
  const text = JSON.stringify(options.version, null, 2);
  sendText(request, response, { code: 200, type: 'application/json', text });
}

const PLAIN: readonly (readonly [RegExp, Handler])[] = [
  [/^\/version\/?$/, serveVersion],
  [/^\/(healthz|livez|readyz)(\/.*)?$/, serveHealth],
  [/^\/openapi\//, serveOpenApi],
  [/^\/api\/?$/, serveDiscovery],
  [/^\/apis(\/[^/]+(\/[^/]+)?)?\/?$/, serveDiscovery],
  [/^\/api\/[^/]+\/?$/, serveDiscovery],
  [/^\/$/, serveDiscovery],
];

export async function route(exchange: Exchange): Promise<void> {
  const { info, request, response } = exchange;
  if (info.isResource) {
    await serveResource(exchange);
    return;
  }
  const handler = PLAIN.find(([path]) => path.test(info.path))?.[1];
  if (handler === undefined) sendNoPage(request, response);
  else await handler(exchange);
}
