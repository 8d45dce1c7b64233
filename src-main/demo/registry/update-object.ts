/** Changing an object, step by step as the API server does. */
import type { DraftObject, Resource, StoredObject } from '../model.ts';
import { notFound } from '../status-error.ts';
import type { WriteContext } from './contract.ts';
import { admit, decode, findStored, track, validate, type Core } from './core.ts';
import { createDecoded, placeIn } from './create-object.ts';
import { DEFINITIONS } from './definition.ts';
import { stringsOf, without } from './json.ts';
import { completeUpdated, isSame } from './metadata.ts';
import { strategyOf } from './strategies.ts';
import { takeOver } from './subresources.ts';
import {
  checkName,
  checkNothingThere,
  checkUid,
  checkVersion,
  definitionCauses,
  metadataCauses,
} from './update-checks.ts';

/** Parts whose writes leave the generation as it is. */
const UNCOUNTED: ReadonlySet<string> = new Set(['status', 'binding', 'finalize']);

/** Parts that change fields of the spec which a write of the whole object may not. */
const PARTS_OF_SPEC: ReadonlySet<string> = new Set(['ephemeralcontainers', 'resize']);

type Change = (current: StoredObject | undefined) => DraftObject;
export interface UpdateContext extends WriteContext {
  readonly upsert?: boolean;
}
export interface Updated {
  readonly object: StoredObject;
  readonly created: boolean;
}

/** Nothing holds it any more: the write becomes its deletion. */
function isReleased(resource: Resource, { metadata, spec }: StoredObject): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  if ((metadata.finalizers ?? []).length > 0 || (metadata.deletionGracePeriodSeconds ?? 0) !== 0)
    return false;
  if (resource.storedAs !== 'namespaces') return true;
  return stringsOf((spec as { finalizers?: unknown } | undefined)?.finalizers).length === 0;
}

function createMissing(
  core: Core,
  resource: Resource,
  where: { readonly namespace: string | undefined; readonly name: string },
  change: Change,
  context: UpdateContext,
): Updated {
  const { namespace, name } = where;
  if (context.upsert !== true) throw notFound(resource, name);
  const draft = decode(core, resource, change(undefined), context);
  checkName(draft, name);
  checkNothingThere(resource, namespace, draft);
  // Which version the client had seen does not matter for what is not there.
  const metadata = without(draft.metadata ?? {}, 'resourceVersion');
  const object = createDecoded(core, resource, namespace, { ...draft, metadata }, context);
  return { object, created: true };
}

export function updateObject(
  core: Core,
  resource: Resource,
  where: { readonly namespace: string | undefined; readonly name: string },
  change: Change,
  context: UpdateContext,
): Updated {
  const stored = findStored(core, resource, where.namespace, where.name);
  if (stored === undefined) return createMissing(core, resource, where, change, context);
  const view = core.views.of(resource);
  const old = view.read(stored);
  const wanted = change(old);
  if (wanted === old) return { object: old, created: false };

  const object = isOwnStatus(resource, context)
    ? setStatus(resource, wanted, old)
    : prepare(core, resource, readDraft(core, resource, where, wanted, context), old, context);
  if (isSame(object, old)) return { object: old, created: false };
  if (context.dryRun === true) return { object, created: false };
  if (isReleased(resource, object)) {
    core.storage.remove(resource.storedAs, stored);
    return { object, created: false };
  }
  return {
    object: view.read(core.storage.put(resource.storedAs, view.write(object), stored)),
    created: false,
  };
}

function readDraft(
  core: Core,
  resource: Resource,
  where: { readonly namespace: string | undefined; readonly name: string },
  wanted: DraftObject,
  context: WriteContext,
): DraftObject {
  // Of a binding by the world's scheduler nothing is taken but the node: it need not be read field by field.
  const isOwn = context.internal === true && context.subresource === 'binding';
  if (isOwn) return wanted;
  const draft = placeIn(resource, where.namespace, decode(core, resource, wanted, context));
  checkName(draft, where.name);
  return core.pipeline.applyDefaults(resource, draft);
}

/** The world's controllers write far more statuses than all clients; theirs are well-formed and need no review. */
function isOwnStatus(resource: Resource, { internal, subresource }: WriteContext): boolean {
  return internal === true && subresource === 'status' && resource.custom === undefined;
}

function setStatus(resource: Resource, wanted: DraftObject, old: StoredObject): StoredObject {
  const taken = takeOver(resource, 'status', wanted, old);
  return completeUpdated(taken, old, strategyOf(resource), false);
}

/** From what a client wants to what will be stored. Throws what the API server would refuse. */
function prepare(
  core: Core,
  resource: Resource,
  draft: DraftObject,
  old: StoredObject,
  context: WriteContext,
): StoredObject {
  const strategy = strategyOf(resource);
  const { subresource = '' } = context;
  const counts = !UNCOUNTED.has(subresource);
  checkUid(resource, draft, old);
  const taken = takeOver(resource, subresource, draft, old);
  const tracked = track(core, resource, completeUpdated(taken, old, strategy, counts), old, context);
  const { namespace, name } = old.metadata;
  const request = {
    operation: 'update',
    resource,
    name,
    old,
    context,
    ...(namespace === undefined ? {} : { namespace }),
  } as const;
  const admitted = admit(core, { ...request, object: tracked });
  checkVersion(resource, draft, old, strategy);
  const object = completeUpdated(admitted, old, strategy, counts);
  // Some parts may change what the object as a whole may not.
  const before = PARTS_OF_SPEC.has(subresource) ? object : old;
  const causes = [
    ...metadataCauses(draft, old),
    ...(resource.storedAs === DEFINITIONS ? definitionCauses(object, old) : []),
  ];
  if (subresource !== 'binding') validate(core, resource, object, before, causes);
  core.pipeline.review({ ...request, object }, core.registry);
  return object;
}
