/** Deleting an object: at once, or marked until finalizers and grace period are through. */
import type { ObjectMeta, Resource, StoredObject } from '../model.ts';
import { StatusError, notFound } from '../status-error.ts';
import type { DeleteOptions, WriteContext } from './contract.ts';
import { findStored, type Core } from './core.ts';
import { fieldsOf, without } from './json.ts';
import { isSame, timestamp } from './metadata.ts';
import { STAGED } from './staged-deletion.ts';
import { strategyOf } from './strategies.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
const JOB_WARNING =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

export interface Deleted {
  readonly object: StoredObject;
  readonly gone: boolean;
}

function checkPreconditions(
  { group, kind }: Resource,
  { metadata }: StoredObject,
  options: DeleteOptions,
): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { name } = metadata;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  const refuse = (why: string): never => {
    const message = `Operation cannot be fulfilled on ${qualified} ${JSON.stringify(name)}: ${why}`;
    throw new StatusError(409, 'Conflict', message, { name, ...(group === '' ? {} : { group }), kind });
  };
  if (uid !== undefined && uid !== metadata.uid) {
    refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

/** Finalizers for the garbage collector, as the policy of the request or of the kind asks. */
function finalizersFor(
  resource: Resource,
  { metadata }: StoredObject,
  policy: DeleteOptions['propagationPolicy'],
): readonly string[] {
  const { propagation } = strategyOf(resource);
  const present = metadata.finalizers ?? [];
  if (propagation === 'none') return present.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  const others = present.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  const isForeground = policy === undefined ? present.includes(FOREGROUND) : policy === 'Foreground';
  const orphansByDefault = present.includes(ORPHAN) || (propagation === 'Orphan' && !isForeground);
  const isOrphan = policy === undefined ? orphansByDefault : policy === 'Orphan';
  return [...others, ...(isOrphan ? [ORPHAN] : []), ...(isForeground ? [FOREGROUND] : [])];
}

/** Seconds a pod is given to end; 0 for one that no kubelet runs. */
function gracePeriodOf({ spec, status }: StoredObject, asked: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds: own } = fieldsOf(spec);
  const { phase } = fieldsOf(status);
  if (typeof nodeName !== 'string' || nodeName === '' || phase === 'Failed' || phase === 'Succeeded')
    return 0;
  const period = asked ?? (typeof own === 'number' ? own : 0);
  return period < 0 ? 1 : period;
}

interface Plan {
  /** How the metadata changes; undefined: not at all. */
  readonly marks?: Partial<ObjectMeta>;
  /** True if it is on its way already and nothing is to be done. */
  readonly pending?: true;
  readonly now?: boolean;
}

/** An object that is already being deleted: its grace period can only be shortened. */
function planAgain({ metadata }: StoredObject, asked: number | undefined): Plan {
  const { deletionTimestamp, deletionGracePeriodSeconds: present = 0 } = metadata;
  if (present === 0 || deletionTimestamp === undefined) return {};
  const period = asked !== undefined && asked < 0 ? 1 : asked;
  if (period === undefined || period >= present) return { pending: true };
  const end = Date.parse(deletionTimestamp) - (present - period) * 1000;
  return {
    marks: { deletionTimestamp: timestamp(end), deletionGracePeriodSeconds: period },
    now: period === 0,
  };
}

function nextGeneration({ metadata: { generation = 0 } }: StoredObject): { generation?: number } {
  return generation > 0 ? { generation: generation + 1 } : {};
}

function planPod(pod: StoredObject, asked: number | undefined, now: number): Plan {
  if (pod.metadata.deletionTimestamp !== undefined) return planAgain(pod, asked);
  const period = gracePeriodOf(pod, asked);
  return {
    marks: {
      deletionTimestamp: timestamp(now + period * 1000),
      deletionGracePeriodSeconds: period,
      ...nextGeneration(pod),
    },
    now: period === 0,
  };
}

/** Without grace: what has finalizers is marked, the rest goes. */
function planOther(object: StoredObject, now: number): Plan {
  const { deletionTimestamp } = object.metadata;
  return {
    marks:
      deletionTimestamp === undefined
        ? { deletionTimestamp: timestamp(now), deletionGracePeriodSeconds: 0, ...nextGeneration(object) }
        : { deletionGracePeriodSeconds: 0 },
  };
}

function withMetadata(
  object: StoredObject,
  marks: Partial<ObjectMeta>,
  finalizers: readonly string[],
): StoredObject {
  const metadata = { ...without(object.metadata, 'finalizers'), ...marks };
  return { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
}

function write(
  core: Core,
  resource: Resource,
  object: StoredObject,
  old: StoredObject,
  context: WriteContext,
): StoredObject {
  return context.dryRun === true || isSame(object, old)
    ? object
    : core.storage.put(resource.storedAs, object, old);
}

function remove(core: Core, resource: Resource, stored: StoredObject, context: WriteContext): Deleted {
  const object = context.dryRun === true ? stored : core.storage.remove(resource.storedAs, stored);
  return { object, gone: true };
}

function deleteStored(
  core: Core,
  resource: Resource,
  stored: StoredObject,
  options: DeleteOptions,
  context: WriteContext,
): Deleted {
  const now = core.registry.now();
  const finalizers = finalizersFor(resource, stored, options.propagationPolicy);
  const staged = STAGED.get(resource.storedAs)?.(stored, timestamp(now), finalizers);
  if (staged !== undefined) {
    return { object: write(core, resource, staged, stored, context), gone: false };
  }
  const isGraceful = resource.storedAs === 'pods';
  const plan = isGraceful ? planPod(stored, options.gracePeriodSeconds, now) : planOther(stored, now);
  if (plan.pending === true) return { object: stored, gone: false };
  const held = finalizers.length > 0;
  if (!isGraceful && !held) return remove(core, resource, stored, context);
  const marks = plan.marks ?? (held ? planOther(stored, now).marks : undefined);
  const marked =
    marks === undefined
      ? stored
      : write(core, resource, withMetadata(stored, marks, finalizers), stored, context);
  if (held || (plan.marks !== undefined && plan.now !== true)) return { object: marked, gone: false };
  // Whoever saw the mark may have removed it meanwhile.
  const { namespace, name } = stored.metadata;
  const present = context.dryRun === true ? marked : findStored(core, resource, namespace, name);
  return present === undefined ? { object: marked, gone: true } : remove(core, resource, present, context);
}

export function deleteObject(
  core: Core,
  resource: Resource,
  where: { readonly namespace: string | undefined; readonly name: string },
  options: DeleteOptions,
  context: WriteContext,
): Deleted {
  const { namespace, name } = where;
  if (resource.storedAs === 'jobs.batch' && options.propagationPolicy === undefined) {
    context.warn?.(JOB_WARNING);
  }
  const stored = findStored(core, resource, namespace, name);
  if (stored === undefined) throw notFound(resource, name);
  const view = core.views.of(resource);
  const request = {
    operation: 'delete',
    resource,
    name,
    old: view.read(stored),
    context,
    ...(namespace === undefined ? {} : { namespace }),
  } as const;
  core.pipeline.admit(request, core.registry);
  checkPreconditions(resource, stored, options);
  core.pipeline.review(request, core.registry);
  const { object, gone } = deleteStored(core, resource, stored, options, context);
  return { object: view.read(object), gone };
}
