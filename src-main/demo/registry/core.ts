/** What the parts of the registry share: where objects lie, what a write passes through, how a resource's version sees them. */
import type { DraftObject, Resource, StoredObject } from '../model.ts';
import { invalid, type StatusCause } from '../status-error.ts';
import type { Storage } from '../storage/storage.ts';
import type { Registry, WriteContext } from './contract.ts';
import { DEFINITIONS } from './definition.ts';
import { timestamp } from './metadata.ts';
import type { AdmissionRequest, Pipeline } from './pipeline.ts';
import type { Views } from './views.ts';

export interface Core {
  readonly storage: Storage;
  readonly pipeline: Pipeline;
  readonly views: Views;
  readonly registry: Registry;
  /** Throws where no custom resource may be created: its definition is gone, or going. */
  readonly checkCustom: (resource: Resource, draft: DraftObject) => void;
}

/** RFC 3339. */
export function nowOf(core: Core): string {
  return timestamp(core.registry.now());
}

export function findStored(
  core: Core,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): StoredObject | undefined {
  return core.storage.find(resource.storedAs, resource.namespaced ? (namespace ?? '') : undefined, name);
}

/** Decodes what a client sent and hands on the warnings. */
export function decode(
  core: Core,
  resource: Resource,
  draft: DraftObject,
  { fieldValidation = 'Ignore', warn }: WriteContext,
): DraftObject {
  const { object, warnings } = core.pipeline.decodeObject(resource, draft, fieldValidation);
  if (warn !== undefined) warnings.forEach((warning) => warn(warning));
  return object;
}

/** Admission that may change the object. */
export function admit<T extends DraftObject>(
  core: Core,
  request: AdmissionRequest & { readonly object: T },
): T {
  return (core.pipeline.admit(request, core.registry) ?? request.object) as T;
}

/** Throws 422 with everything that is wrong with `object`. `own` is what the registry itself found. */
export function validate(
  core: Core,
  resource: Resource,
  object: StoredObject,
  old: StoredObject | undefined,
  own: readonly StatusCause[] = [],
): void {
  const { pipeline } = core;
  const found = pipeline.validateObject(resource, object, old);
  const fields = new Set(found.map(({ field }) => field));
  const causes = [
    ...own.filter(({ field }) => !fields.has(field)),
    ...found,
    ...(resource.custom === undefined ? [] : pipeline.validateCustom(resource, object)),
    ...(resource.storedAs === DEFINITIONS ? pipeline.validateDefinition(object) : []),
  ];
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
}

/** The object with its managed fields kept current; `old` and `object` are without what the write does not own. */
export function track(
  core: Core,
  resource: Resource,
  object: StoredObject,
  old: StoredObject | undefined,
  context: WriteContext,
): StoredObject {
  if (context.internal === true || context.applied === true) return object;
  const { fieldManager = 'unknown', subresource } = context;
  const managedFields = core.pipeline.trackUpdate({
    resource,
    old,
    object,
    manager: fieldManager,
    now: nowOf(core),
    ...(subresource === undefined || subresource === '' ? {} : { subresource }),
  });
  const metadata = { ...object.metadata };
  if (managedFields.length === 0) delete (metadata as { managedFields?: unknown }).managedFields;
  return { ...object, metadata: managedFields.length === 0 ? metadata : { ...metadata, managedFields } };
}
