/** Answers the request for one object. */
import { badRequest } from '../status-error.ts';
import { readFlag, readWatchVersion, tooLargeVersion } from './request/go-number.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendObject } from './send-object.ts';

export function handleGet(exchange: ResourceExchange): void {
  const { registry, resource, namespace, name, query } = exchange;
  if (query.has('export') && readFlag(query, 'export'))
    throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  const asked = query.get('resourceVersion') ?? '';
  if (asked !== '' && asked !== '0') {
    const version = readWatchVersion(asked);
    const current = registry.version();
    if (version > current) throw tooLargeVersion(version, current);
  }
  sendObject(exchange, 200, registry.get(resource, namespace, name));
}
