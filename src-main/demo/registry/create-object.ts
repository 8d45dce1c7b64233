/** Creating an object, step by step as the API server does. */
import type { DraftObject, ObjectMeta, Resource, StoredObject } from '../model.ts';
import { StatusError, alreadyExists, badRequest, type StatusCause } from '../status-error.ts';
import type { WriteContext } from './contract.ts';
import { admit, decode, findStored, nowOf, track, validate, type Core } from './core.ts';
import { withInitialState } from './initial-state.ts';
import { without } from './json.ts';
import { completeNew, generateName, generateUid } from './metadata.ts';
import { strategyOf } from './strategies.ts';

const GENERATE_ATTEMPTS = 8;

const NAME_MISSING: StatusCause = {
  reason: 'FieldValueRequired',
  message: 'Required value: name or generateName is required',
  field: 'metadata.name',
};

/** The draft in the namespace of the request. Throws 400 if it names another one. */
export function placeIn(resource: Resource, namespace: string | undefined, draft: DraftObject): DraftObject {
  const own = draft.metadata?.namespace;
  const home = resource.namespaced ? (namespace ?? '') : undefined;
  if (own === home || (own === '' && home === undefined)) return draft;
  if (home !== undefined && own !== undefined && own !== '') {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const metadata = without(draft.metadata ?? {}, 'namespace');
  return { ...draft, metadata: home === undefined ? metadata : { ...metadata, namespace: home } };
}

/** What the client owns of a new object: neither a status it may not set, nor what the server puts into its spec. */
function ownedPart(object: StoredObject, { spec }: DraftObject, ownStatus: boolean): StoredObject {
  const rest = without(ownStatus ? without(object, 'status') : object, 'spec');
  return { ...rest, ...(spec === undefined ? {} : { spec }) } as StoredObject;
}

/** Every namespace can be selected by its name, a generated one too. */
function withNameLabel(resource: Resource, object: StoredObject): StoredObject {
  if (resource.storedAs !== 'namespaces') return object;
  const { labels, name } = object.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } },
  };
}

function chooseName(core: Core, resource: Resource, namespace: string | undefined, base: string): string {
  for (let attempt = 0; attempt < GENERATE_ATTEMPTS; attempt += 1) {
    const name = generateName(base, core.registry.random);
    if (findStored(core, resource, namespace, name) === undefined) return name;
  }
  const { message, details } = alreadyExists(resource, generateName(base, core.registry.random)).status;
  const reason = 'the server was not able to generate a unique name for the object';
  throw new StatusError(409, 'AlreadyExists', `${message}, ${reason}`, details);
}

export function createObject(
  core: Core,
  resource: Resource,
  namespace: string | undefined,
  draft: DraftObject,
  context: WriteContext,
): StoredObject {
  return createDecoded(core, resource, namespace, decode(core, resource, draft, context), context);
}

/** The same, for a draft that was decoded already. */
export function createDecoded(
  core: Core,
  resource: Resource,
  namespace: string | undefined,
  draft: DraftObject,
  context: WriteContext,
): StoredObject {
  const { pipeline, registry } = core;
  if (resource.custom !== undefined) core.checkCustom(resource, draft);
  const strategy = strategyOf(resource);
  const now = nowOf(core);
  const home = resource.namespaced ? (namespace ?? '') : undefined;
  const placed = placeIn(resource, namespace, draft);
  const resourceVersion = placed.metadata?.resourceVersion;
  const given = placed.metadata?.name ?? '';
  const base = placed.metadata?.generateName ?? '';
  const name = given !== '' || base === '' ? given : chooseName(core, resource, home, base);
  const identity = { namespace: home, name, uid: generateUid(registry.random), now };

  const defaulted = pipeline.applyDefaults(resource, placed);
  const complete = completeNew(resource, withInitialState(resource, defaulted, now), strategy, identity);
  const own = ownedPart(complete, defaulted, strategy.ownStatus);
  const owned = track(core, resource, own, undefined, context);
  const tracked = withNameLabel(resource, { ...complete, metadata: owned.metadata });
  const request = {
    operation: 'create',
    resource,
    name,
    context,
    ...(home === undefined ? {} : { namespace: home }),
  } as const;
  const object = admit(core, { ...request, object: tracked });
  validate(core, resource, object, undefined, name === '' ? [NAME_MISSING] : []);
  pipeline.review({ ...request, object }, registry);
  return storeNew(core, resource, object, { resourceVersion, context });
}

/** What a dry run answers was never stored: it has no version, or the one it was sent. */
function asSent(object: StoredObject, resourceVersion: string | undefined): StoredObject {
  const version = resourceVersion === undefined ? {} : { resourceVersion };
  return {
    ...object,
    metadata: { ...without(object.metadata, 'resourceVersion'), ...version } as ObjectMeta,
  };
}

function taken(resource: Resource, { metadata }: StoredObject): StatusError {
  const refusal = alreadyExists(resource, metadata.name);
  if (metadata.deletionTimestamp === undefined) return refusal;
  const { message, details } = refusal.status;
  return new StatusError(409, 'AlreadyExists', `object is being deleted: ${message}`, details);
}

function storeNew(
  core: Core,
  resource: Resource,
  object: StoredObject,
  {
    resourceVersion,
    context,
  }: { readonly resourceVersion: string | undefined; readonly context: WriteContext },
): StoredObject {
  const { namespace, name } = object.metadata;
  const isVersioned = resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== '0';
  if (isVersioned && context.dryRun !== true) {
    throw new StatusError(500, undefined, 'resourceVersion should not be set on objects to be created');
  }
  const present = findStored(core, resource, namespace, name);
  if (present !== undefined) throw taken(resource, present);
  if (context.dryRun === true) return asSent(object, resourceVersion);
  const view = core.views.of(resource);
  return view.read(core.storage.put(resource.storedAs, view.write(object), undefined));
}
