/** The object in the body of a request, of the kind and version that the request's path names. */
import { apiVersionOf, type DraftObject, type Resource } from '../model.ts';
import type { Registry, WriteContext } from '../registry/contract.ts';
import { decodeObject } from '../schema/decode.ts';
import { badRequest, invalid } from '../status-error.ts';
import { decodeBody, mediaTypeOf, snippet } from './request/body.ts';
import { duplicateFields } from './request/duplicate-fields.ts';
import type { ResourceExchange } from './resource-context.ts';
import { textAt } from './table/value.ts';

type Body = Readonly<Record<string, unknown>>;

function wrongVersion(apiVersion: string, resource: Resource): Error {
  const wanted = apiVersionOf(resource);
  return badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`,
  );
}

/** Custom resources: apiVersion and kind have to be there. */
function checkCustom(resource: Resource, body: Body, bytes: Buffer): void {
  const { kind } = resource;
  const given = { kind: textAt(body, 'kind'), apiVersion: textAt(body, 'apiVersion') };
  const lead = `the object provided is unrecognized (must be of type ${kind}): `;
  const missing = given.kind === '' ? 'Kind' : given.apiVersion === '' ? 'apiVersion' : undefined;
  if (missing !== undefined)
    throw badRequest(
      `${lead}Object '${missing}' is missing in '${bytes.toString('utf8')}' (${snippet(bytes)})`,
    );
  if (given.apiVersion !== apiVersionOf(resource)) throw wrongVersion(given.apiVersion, resource);
  if (given.kind === kind) return;
  const message = `Invalid value: ${JSON.stringify(given.kind)}: must be ${kind}`;
  throw invalid({ group: resource.group, kind: given.kind }, textAt(body, 'metadata', 'name'), [
    { reason: 'FieldValueInvalid', message, field: 'kind' },
  ]);
}

/** Built-in kinds: what is left out is taken from the path. */
function checkBuiltIn({ catalogue }: Registry, resource: Resource, body: Body, bytes: Buffer): void {
  const apiVersion = textAt(body, 'apiVersion') || apiVersionOf(resource);
  const kind = textAt(body, 'kind') || resource.kind;
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) return;
  const parts = apiVersion.split('/');
  if (parts.length > 2)
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): unexpected GroupVersion string: ${apiVersion} (${snippet(bytes)})`,
    );
  const known = catalogue.byKind(apiVersion, kind);
  if (known?.kind === resource.kind && known.group === resource.group)
    throw wrongVersion(apiVersion, resource);
  const version = parts.at(-1) ?? '';
  const internal = resource.group === '' ? 'core' : (resource.group.split('.')[0] ?? '');
  const isList = catalogue.all().some((one) => one.listKind === kind && apiVersionOf(one) === apiVersion);
  const why =
    known === undefined && !isList
      ? `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`
      : `converting (${version}.${kind}) to (${internal}.${resource.kind}): unknown conversion`;
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${resource.kind}: ${why}`);
}

/** Fields that stand twice: a warning each, or a 400 that names them all. */
function checkDuplicates(
  { request, resource, warnings }: ResourceExchange,
  bytes: Buffer,
  fieldValidation: WriteContext['fieldValidation'],
): void {
  if (fieldValidation === 'Ignore' || mediaTypeOf(request) !== 'application/json') return;
  const faults = duplicateFields(bytes.toString('utf8')).map((path) => `duplicate field "${path}"`);
  if (fieldValidation === 'Warn') warnings.push(...faults);
  else if (faults.length > 0) {
    const { kind, version } = resource;
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${faults.join(', ')}`,
    );
  }
}

/** Throws 400, 415, and 422 for a custom resource of another kind. */
export function decodeDraft(
  exchange: ResourceExchange,
  bytes: Buffer,
  { fieldValidation }: WriteContext,
): DraftObject {
  const { request, resource, registry } = exchange;
  const body = decodeBody(mediaTypeOf(request), bytes, resource.kind);
  if (resource.custom === undefined) checkBuiltIn(registry, resource, body, bytes);
  else checkCustom(resource, body, bytes);
  checkDuplicates(exchange, bytes, fieldValidation);
  return body;
}

/** A kind of bodies that are never kept as objects of a resource. */
export function bodyKind(group: string, version: string, kind: string): Resource {
  const plural = `${kind.toLowerCase()}s`;
  return {
    group,
    version,
    plural,
    kind,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: [],
    subresources: [],
    storedAs: group === '' ? plural : `${plural}.${group}`,
  };
}

/** The body of a request that no registry decodes: a review, or what is sent to a part of an object. Throws 400 and 415. */
export function decodeOther(
  exchange: ResourceExchange,
  bytes: Buffer,
  kind: Resource,
  { fieldValidation = 'Warn' }: WriteContext,
): DraftObject {
  const body = decodeBody(mediaTypeOf(exchange.request), bytes, kind.kind);
  checkBuiltIn(exchange.registry, kind, body, bytes);
  const { object, warnings } = decodeObject(kind, body, fieldValidation);
  exchange.warnings.push(...warnings);
  return object;
}
