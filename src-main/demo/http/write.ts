/** Answers create, update and patch requests of whole objects and of their status. */
import type { DraftObject, ManagedFields, Resource, StoredObject } from '../model.ts';
import { applyPatch } from '../patch/apply-patch.ts';
import { serverSideApply } from '../patch/server-side-apply.ts';
import { badRequest, invalid, StatusError } from '../status-error.ts';
import { checkAccess } from './access.ts';
import { decodeDraft } from './decode-draft.ts';
import { decodePatch, mediaTypeOf, readBody } from './request/body.ts';
import type { ResourceExchange } from './resource-context.ts';
import { sendObject } from './send-object.ts';
import { readWriteContext } from './write-options.ts';

/** Kinds that a PUT creates if they do not exist. */
const CREATED_BY_PUT: ReadonlySet<string> = new Set([
  'leases.coordination.k8s.io',
  'endpoints',
  'events',
  'limitranges',
  'services',
  'runtimeclasses.node.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
]);

const PATCH_TYPES = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const;

export async function handleCreate(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace } = exchange;
  const body = await readBody(exchange.request);
  const context = readWriteContext(exchange, 'CreateOptions');
  const draft = decodeDraft(exchange, body, context);
  sendObject(exchange, 201, registry.create(resource, namespace, draft, context));
}

/** Who creates by a PUT or an apply needs the right to create. Throws 403. */
function checkCreate({ registry, caller, info, resource, namespace, name }: ResourceExchange): void {
  if (registry.find(resource, namespace, name) !== undefined) return;
  checkAccess(registry, caller, { ...info, verb: 'create' });
}

export async function handleUpdate(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace, name } = exchange;
  const body = await readBody(exchange.request);
  const context = readWriteContext(exchange, 'UpdateOptions');
  const draft = decodeDraft(exchange, body, context);
  const upsert = CREATED_BY_PUT.has(resource.storedAs) && context.subresource === undefined;
  if (upsert) checkCreate(exchange);
  const { object, created } = registry.update(resource, namespace, name, () => draft, { ...context, upsert });
  sendObject(exchange, created ? 201 : 200, object);
}

function unsupportedPatch(): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

export type PatchType = (typeof PATCH_TYPES)[keyof typeof PATCH_TYPES];

/** Throws 415. */
export function patchTypeOf(mediaType: string, custom: boolean): PatchType {
  const type = Object.hasOwn(PATCH_TYPES, mediaType)
    ? PATCH_TYPES[mediaType as keyof typeof PATCH_TYPES]
    : undefined;
  if (type === undefined) throw unsupportedPatch();
  if (custom && type === 'strategic')
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  return type;
}

function requireCurrent(current: StoredObject | undefined): StoredObject {
  // The registry calls without a present object only where an upsert was asked for.
  if (current === undefined) throw new RangeError('a patch needs an object');
  return current;
}

export async function handlePatch(exchange: ResourceExchange): Promise<void> {
  const { registry, resource, namespace, name, request } = exchange;
  const mediaType = mediaTypeOf(request);
  const type = patchTypeOf(mediaType, resource.custom !== undefined);
  const bytes = await readBody(request);
  const context = readWriteContext(exchange, 'PatchOptions', mediaType);
  const now = new Date(registry.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const { subresource, fieldValidation } = context;
  const validation = fieldValidation === undefined ? {} : { fieldValidation };
  // Read when the object was found: what is not there cannot be patched, by whatever.
  const wanted = (current: StoredObject | undefined): DraftObject =>
    type === 'apply'
      ? serverSideApply({
          resource,
          current,
          applied: appliedObject(decodePatch(mediaType, bytes)),
          manager: context.fieldManager,
          force: context.force,
          now,
          ...(subresource === undefined ? {} : { subresource }),
        })
      : applyPatch({
          resource,
          current: requireCurrent(current),
          type,
          body: decodePatch(mediaType, bytes),
          ...validation,
        });
  const change = (current: StoredObject | undefined): DraftObject => {
    const object = withReset(wanted(current));
    if (current !== undefined) checkSameUid(resource, object, current);
    return object;
  };
  const upsert = type === 'apply' && subresource === undefined;
  if (upsert) checkCreate(exchange);
  const applied = type === 'apply' ? { applied: true } : {};
  const { object, created } = registry.update(resource, namespace, name, change, {
    ...context,
    ...applied,
    upsert,
  });
  sendObject(exchange, created ? 201 : 200, object);
}

/** A patch that empties the list of managed fields says: forget who owns what. */
function withReset(object: DraftObject): DraftObject {
  const { metadata } = object;
  if (metadata?.managedFields?.length !== 0) return object;
  return { ...object, metadata: { ...metadata, managedFields: [{} as ManagedFields] } };
}

/** Throws 422: to a patch the uid is a field like others, and one that cannot change. */
function checkSameUid(resource: Resource, { metadata }: DraftObject, current: StoredObject): void {
  const uid = metadata?.uid ?? '';
  const { name, uid: present } = current.metadata;
  if (uid === '' || uid === present) return;
  const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
  const cause = { reason: 'FieldValueInvalid', message, field: 'metadata.uid' };
  throw invalid(resource, name, [cause, cause]);
}

/** The body of an apply. Throws 400 for what is no object. */
function appliedObject(body: unknown): DraftObject {
  if (body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return Object.fromEntries(Object.entries(body));
  const type = Array.isArray(body) ? 'array' : typeof body === 'boolean' ? 'bool' : typeof body;
  throw badRequest(
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
  );
}
