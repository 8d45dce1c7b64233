/** Sends objects and lists in the form that the client chose: whole, as a table, or as metadata alone. */
import { apiVersionOf, type Resource, type StoredObject } from '../model.ts';
import { badRequest, notAcceptable } from '../status-error.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendJsonText } from './respond.ts';
import { itemText, listText, metadataText, objectText, type ListMeta } from './serialise.ts';
import { rowText, tableText, type IncludeObject } from './table/table.ts';

/** Which part of the objects a table carries. Throws 400. */
export function readIncludeObject(query: URLSearchParams): IncludeObject {
  const asked = query.get('includeObject') ?? '';
  if (asked === '') return 'Metadata';
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked;
  const why = `includeObject: Invalid value: ${JSON.stringify(asked)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: ${why}`);
}

function formOf({ accept, warnings }: ResourceExchange): {
  readonly format: 'json' | 'yaml';
  readonly warnings: readonly string[];
} {
  return { format: accept.format, warnings };
}

/** The package of the kind in the API server, as its messages name types. */
function goPackage({ group, custom }: Resource): string {
  if (custom !== undefined) return 'unstructured';
  return group === '' ? 'core' : (group.split('.')[0] ?? '');
}

export function sendObject(exchange: ResourceExchange, code: number, object: StoredObject): void {
  const { resource, accept, request, response, query, registry } = exchange;
  const { as } = accept;
  let text: string;
  if (as === undefined) text = objectText(resource, object);
  else if (as.kind === 'Table') {
    const row = rowText(resource, object, readIncludeObject(query), registry.now());
    text = tableText(resource, as.version, { resourceVersion: object.metadata.resourceVersion }, row);
  } else if (as.kind === 'PartialObjectMetadata') text = metadataText(object, as.version);
  else
    throw notAcceptable(
      `you requested PartialObjectMetadataList, but the requested object is not a list (*${goPackage(resource)}.${resource.kind})`,
    );
  sendJsonText(request, response, code, text, formOf(exchange));
}

export function sendList(exchange: ResourceExchange, items: readonly StoredObject[], meta: ListMeta): void {
  const { resource, accept, request, response, query, registry } = exchange;
  const { as } = accept;
  let text: string;
  if (as === undefined) {
    const texts = items.map((item) => itemText(resource, item));
    text = listText(resource.listKind, apiVersionOf(resource), meta, texts);
  } else if (as.kind === 'Table') {
    const include = readIncludeObject(query);
    const now = registry.now();
    // A table of custom resources does not name it where there is no next page.
    const { continue: next, ...others } = meta;
    text = tableText(
      resource,
      as.version,
      next === '' ? others : meta,
      items.map((item) => rowText(resource, item, include, now)).join(),
    );
  } else if (as.kind === 'PartialObjectMetadataList') {
    const texts = items.map((item) => metadataText(item, as.version));
    text = listText('PartialObjectMetadataList', `meta.k8s.io/${as.version}`, meta, texts);
  } else
    throw notAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (*${goPackage(resource)}.${resource.listKind})`,
    );
  sendJsonText(request, response, 200, text, formOf(exchange));
}
