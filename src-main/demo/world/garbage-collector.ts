/** The garbage collector: deletes what its owners leave behind, in the background, before the owner, or not at all. */
import type { OwnerReference, Resource, StoredObject } from '../model.ts';
import type { WriteContext } from '../registry/contract.ts';
import { StatusError } from '../status-error.ts';
import type { Controller, Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';
import { reasonOf } from './writer.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
const CONTEXT: WriteContext = {
  caller: { username: 'system:kube-controller-manager', groups: ['system:masters', 'system:authenticated'] },
  internal: true,
};

interface Known {
  readonly resource: Resource;
  readonly object: StoredObject;
}

export function startGarbageCollector(tools: Tools): Controller {
  const collector = new Collector(tools);
  return collector;
}

class Collector {
  readonly #tools: Tools;
  readonly #queue: WorkQueue;
  readonly #known = new Map<string, Known>();
  /** Uids of dependents by the uid of their owner. */
  readonly #dependents = new Map<string, Set<string>>();
  readonly #watches = new Map<string, () => void>();
  readonly #stopCatalogue: () => void;

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#queue = new WorkQueue({
      clock: tools.clock,
      delayMs: 30,
      reconcile: (uid) => {
        const known = this.#known.get(uid);
        if (known !== undefined) this.#attempt(known);
      },
    });
    const { catalogue } = tools.writer.registry;
    this.#watchAll();
    this.#stopCatalogue = catalogue.onChange(() => {
      this.#watchAll();
    });
  }

  stop(): void {
    this.#stopCatalogue();
    for (const stop of this.#watches.values()) stop();
    this.#queue.stop();
  }

  /** Once per stored collection, whatever versions it is served in; events have no owners. */
  #watchAll(): void {
    const { registry } = this.#tools.writer;
    for (const resource of registry.catalogue.all()) {
      const { storedAs, verbs } = resource;
      if (this.#watches.has(storedAs) || storedAs === 'events' || !verbs.includes('watch')) continue;
      const onEnd = (): void => {
        this.#watches.delete(storedAs);
      };
      const stop = registry.watch(resource, { onEnd }, ({ type, object }) => {
        if (type === 'DELETED') this.#remove(object);
        else this.#take(resource, object);
      });
      this.#watches.set(storedAs, stop);
      for (const object of registry.list(resource)) this.#take(resource, object);
    }
  }

  #take(resource: Resource, object: StoredObject): void {
    const { uid, ownerReferences = [], deletionTimestamp, finalizers = [] } = object.metadata;
    const before = this.#known.get(uid)?.object.metadata.ownerReferences ?? [];
    this.#known.set(uid, { resource, object });
    for (const owner of before) {
      if (!ownerReferences.some((each) => each.uid === owner.uid)) {
        this.#dependents.get(owner.uid)?.delete(uid);
        if (this.#known.has(owner.uid)) this.#queue.add(owner.uid);
      }
    }
    for (const owner of ownerReferences) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set<string>();
      dependents.add(uid);
      this.#dependents.set(owner.uid, dependents);
      if (!this.#known.has(owner.uid)) this.#queue.add(uid);
    }
    const collected = finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN);
    if (deletionTimestamp !== undefined && collected) this.#queue.add(uid);
  }

  #remove({ metadata: { uid, ownerReferences = [] } }: StoredObject): void {
    this.#known.delete(uid);
    for (const owner of ownerReferences) {
      this.#dependents.get(owner.uid)?.delete(uid);
      // An owner that waits for its dependents may now go.
      if (this.#known.get(owner.uid)?.object.metadata.deletionTimestamp !== undefined)
        this.#queue.add(owner.uid);
    }
    for (const dependent of this.#dependents.get(uid) ?? []) this.#queue.add(dependent);
    this.#dependents.delete(uid);
  }

  #attempt(known: Known): void {
    const { deletionTimestamp, finalizers = [] } = known.object.metadata;
    if (deletionTimestamp !== undefined) {
      if (finalizers.includes(ORPHAN)) this.#orphanDependents(known);
      else if (finalizers.includes(FOREGROUND)) this.#deleteDependentsFirst(known);
      return;
    }
    this.#collect(known);
  }

  #dependentsOf({ object }: Known): readonly Known[] {
    return [...(this.#dependents.get(object.metadata.uid) ?? [])]
      .map((uid) => this.#known.get(uid))
      .filter((each) => each !== undefined);
  }

  #orphanDependents(known: Known): void {
    const { uid } = known.object.metadata;
    for (const dependent of this.#dependentsOf(known)) {
      this.#changeMetadata(dependent, ({ ownerReferences = [] }) => ({
        ownerReferences: ownerReferences.filter((owner) => owner.uid !== uid),
      }));
    }
    this.#removeFinalizer(known, ORPHAN);
  }

  #deleteDependentsFirst(known: Known): void {
    const { uid } = known.object.metadata;
    const blocking = this.#dependentsOf(known).filter(({ object }) =>
      object.metadata.ownerReferences?.some(
        (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
      ),
    );
    if (blocking.length === 0) {
      this.#removeFinalizer(known, FOREGROUND);
      return;
    }
    for (const dependent of blocking) {
      if (dependent.object.metadata.deletionTimestamp === undefined) this.#collect(dependent);
    }
  }

  /** Deletes an object none of whose owners remains; references to owners that are gone are taken out. */
  #collect(known: Known): void {
    const { ownerReferences = [], finalizers = [], uid } = known.object.metadata;
    if (ownerReferences.length === 0) return;
    const waiting = ownerReferences.filter((owner) => this.#waitsForDependents(owner));
    const solid = ownerReferences.filter((owner) => this.#exists(owner) && !waiting.includes(owner));
    if (solid.length > 0) {
      if (solid.length === ownerReferences.length) return;
      this.#changeMetadata(known, () => ({ ownerReferences: solid }));
      return;
    }
    const blocks = this.#dependentsOf(known).some(({ object }) =>
      object.metadata.ownerReferences?.some(
        (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
      ),
    );
    const policy = finalizers.includes(ORPHAN)
      ? 'Orphan'
      : finalizers.includes(FOREGROUND) || (waiting.length > 0 && blocks)
        ? 'Foreground'
        : 'Background';
    const { namespace, name } = known.object.metadata;
    ignoringGone(() =>
      this.#tools.writer.registry.delete(
        known.resource,
        namespace,
        name,
        { propagationPolicy: policy, preconditions: { uid } },
        CONTEXT,
      ),
    );
  }

  #exists({ uid, name, kind }: OwnerReference): boolean {
    const owner = this.#known.get(uid)?.object;
    return owner !== undefined && owner.metadata.name === name && owner.kind === kind;
  }

  #waitsForDependents({ uid }: OwnerReference): boolean {
    const metadata = this.#known.get(uid)?.object.metadata;
    return metadata?.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;
  }

  #removeFinalizer(known: Known, finalizer: string): void {
    this.#changeMetadata(known, ({ finalizers = [] }) => ({
      finalizers: finalizers.filter((each) => each !== finalizer),
    }));
  }

  #changeMetadata(
    { resource, object }: Known,
    change: (metadata: StoredObject['metadata']) => Partial<StoredObject['metadata']>,
  ): void {
    const { registry } = this.#tools.writer;
    const { namespace, name, uid } = object.metadata;
    const present = registry.find(resource, namespace, name);
    if (present?.metadata.uid !== uid) return;
    const wanted = { ...present, metadata: { ...present.metadata, ...change(present.metadata) } };
    ignoringGone(() => registry.update(resource, namespace, name, () => wanted, CONTEXT));
  }
}

function ignoringGone(act: () => void): void {
  try {
    act();
  } catch (error) {
    const reason = reasonOf(error);
    if (!(error instanceof StatusError) || (reason !== 'NotFound' && reason !== 'Conflict')) throw error;
  }
}
