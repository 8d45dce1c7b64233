/** Answers delete and deletecollection requests. */
import { apiVersionOf, type StoredObject } from '../model.ts';
import type { DeleteOptions, WriteContext } from '../registry/contract.ts';
import { StatusError } from '../status-error.ts';
import { readDeleteOptions, type ReadDeleteOptions } from './delete-options.ts';
import { readListOptions } from './list-options.ts';
import { readBody } from './request/body.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendJson, sendJsonText } from './respond.ts';
import { sendObject } from './send-object.ts';
import { itemText, listText } from './serialise.ts';

/** Built-in resources whose deletion is answered with the object even when it is gone. */
const RETURNS_OBJECT: ReadonlySet<string> = new Set([
  'persistentvolumes',
  'persistentvolumeclaims',
  'pods',
  'podtemplates',
  'resourcequotas',
  'services',
  'serviceaccounts',
  'csidrivers.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'storageclasses.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'volumeattributesclasses.storage.k8s.io',
]);

function contextOf({ caller, warnings }: ResourceExchange, options: ReadDeleteOptions): WriteContext {
  return { caller, dryRun: options.dryRun, warn: (text) => warnings.push(text) };
}

function removal({ gracePeriodSeconds, propagationPolicy, preconditions }: ReadDeleteOptions): DeleteOptions {
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
  };
}

export async function handleDelete(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace, name, request, response, warnings } = exchange;
  const options = readDeleteOptions(exchange, await readBody(request));
  const { object, gone } = registry.delete(
    resource,
    namespace,
    name,
    removal(options),
    contextOf(exchange, options),
  );
  if (!gone || RETURNS_OBJECT.has(resource.storedAs)) {
    sendObject(exchange, !gone && options.waits ? 202 : 200, object);
    return;
  }
  const { group, plural } = resource;
  const details = { name, ...(group === '' ? {} : { group }), kind: plural, uid: object.metadata.uid };
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  sendJson(request, response, 200, body, { format: exchange.accept.format, warnings });
}

export async function handleDeleteCollection(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace, request, response, accept, warnings } = exchange;
  const body = await readBody(request);
  const { matches } = readListOptions(exchange, 'list');
  const options = readDeleteOptions(exchange, body);
  const context = contextOf(exchange, options);
  const version = registry.version();
  const chosen = registry.list(resource, namespace).filter((object) => matches?.(object) ?? true);
  const deleted: StoredObject[] = [];
  for (const object of chosen) {
    const { namespace: home, name } = object.metadata;
    try {
      registry.delete(resource, home, name, removal(options), context);
      // As it was found, not as its deletion left it.
      deleted.push(object);
    } catch (error) {
      // Another deletion of this round may have taken it along.
      if (!(error instanceof StatusError) || error.status.code !== 404) throw error;
    }
  }
  const items = deleted.map((object) => itemText(resource, object));
  const meta = { resourceVersion: String(version) };
  const text = listText(resource.listKind, apiVersionOf(resource), meta, items);
  sendJsonText(request, response, 200, text, { format: accept.format, warnings });
}
