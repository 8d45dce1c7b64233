/** Answers the request for one object. */
import { readWatchVersion, tooLargeVersion } from './request/go-number.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendObject } from './send-object.ts';

export function handleGet(exchange: ResourceExchange): void {
  const { registry, resource, namespace, name, query } = exchange;
  const asked = query.get('resourceVersion') ?? '';
  if (asked !== '' && asked !== '0') {
    const version = readWatchVersion(asked);
    const current = registry.version();
    if (version > current) throw tooLargeVersion(version, current);
  }
  sendObject(exchange, 200, registry.get(resource, namespace, name));
}
