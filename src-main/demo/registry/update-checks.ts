/** What the API server refuses about the metadata of an update. */
import type { DraftObject, ObjectMeta, Resource, StoredObject } from '../model.ts';
import { StatusError, badRequest, conflict, invalid, type StatusCause } from '../status-error.ts';
import { keyOf } from '../storage/collection.ts';
import { isTrue } from './definition.ts';
import { fieldsOf } from './json.ts';
import type { Strategy } from './strategies.ts';

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function checkName(draft: DraftObject, name: string): void {
  const own = draft.metadata?.name ?? '';
  if (own === '') {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (own !== name) {
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  }
}

/** Throws 409 if the object `uid` names is not the one stored, `present` being '' if there is none. */
function checkUidOf(
  resource: Resource,
  where: Pick<ObjectMeta, 'namespace' | 'name'>,
  uid: string,
  present: string,
): void {
  if (uid === '' || uid === present) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present}`;
  const key = `/registry/${resource.storedAs.split('.')[0] ?? ''}/${keyOf(where.namespace, where.name)}`;
  throw conflict(
    resource,
    where.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  );
}

export function checkUid(resource: Resource, draft: DraftObject, { metadata }: StoredObject): void {
  checkUidOf(resource, metadata, draft.metadata?.uid ?? '', metadata.uid);
}

/** The same for an update that is to create its object. */
export function checkNothingThere(
  resource: Resource,
  namespace: string | undefined,
  { metadata = {} }: DraftObject,
): void {
  const where = { name: metadata.name ?? '', ...(namespace === undefined ? {} : { namespace }) };
  checkUidOf(resource, where, metadata.uid ?? '', '');
}

export function checkVersion(
  resource: Resource,
  draft: DraftObject,
  { metadata }: StoredObject,
  strategy: Strategy,
): void {
  const wanted = draft.metadata?.resourceVersion ?? '';
  if (wanted === metadata.resourceVersion) return;
  if (wanted !== '' && !/^\d+$/.test(wanted)) {
    throw new StatusError(
      500,
      undefined,
      `strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`,
    );
  }
  if (wanted !== '' && !/^0+$/.test(wanted)) throw conflict(resource, metadata.name, MODIFIED);
  if (strategy.unconditionalUpdate) return;
  // Here the server names the resource in place of the kind.
  throw invalid({ group: resource.group, kind: resource.plural }, metadata.name, [
    {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 0: must be specified for an update',
      field: 'metadata.resourceVersion',
    },
  ]);
}

function immutable(field: string, value: unknown): StatusCause {
  const message = `Invalid value: ${JSON.stringify(value)}: field is immutable`;
  return { reason: 'FieldValueInvalid', message, field };
}

/** Only a deletion sets these. */
function deletionCauses({ metadata = {} }: DraftObject, old: StoredObject): readonly StatusCause[] {
  if (old.metadata.deletionTimestamp !== undefined) return [];
  return (['deletionTimestamp', 'deletionGracePeriodSeconds'] as const)
    .filter((field) => Boolean(metadata[field]))
    .map((field) => immutable(`metadata.${field}`, metadata[field]));
}

/** A finalizer cannot come to what is being deleted. */
function finalizerCauses({ metadata = {} }: DraftObject, old: StoredObject): readonly StatusCause[] {
  if (old.metadata.deletionTimestamp === undefined) return [];
  const before = old.metadata.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !before.includes(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [{ reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' }];
}

const SERVED = [
  ['scope', ['scope']],
  ['names.kind', ['names', 'kind']],
] as const;
const ALWAYS = [
  ['group', ['group']],
  ['names.plural', ['names', 'plural']],
] as const;

/** What custom resources depend on stays as it is: some of it always, some once they are served. */
export function definitionCauses(object: StoredObject, old: StoredObject): readonly StatusCause[] {
  const fixed = isTrue(old.status, 'Established') ? [...ALWAYS, ...SERVED] : ALWAYS;
  return fixed.flatMap(([field, path]) => {
    const [value, before] = [object, old].map(({ spec }) =>
      path.reduce<unknown>((inner, name) => fieldsOf(inner)[name], spec),
    );
    return value === before ? [] : [immutable(`spec.${field}`, value)];
  });
}

/** What is wrong with the wanted metadata, given twice: the server checks it for all kinds and again for each. */
export function metadataCauses(draft: DraftObject, old: StoredObject): readonly StatusCause[] {
  const causes = [...deletionCauses(draft, old), ...finalizerCauses(draft, old)];
  return [...causes, ...causes];
}
