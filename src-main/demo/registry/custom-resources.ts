/** Serves what CustomResourceDefinitions define: accepts their names, lists their resources, empties them when they go. */
import type { DraftObject, Resource, StoredObject } from '../model.ts';
import { StatusError, forbidden } from '../status-error.ts';
import type { Storage } from '../storage/storage.ts';
import { statusesOf } from './accepted-names.ts';
import { compareVersions } from './catalogue.ts';
import type { Registry, RegistryEvent, WriteContext } from './contract.ts';
import { CLEANUP, DEFINITIONS, conditionsWith, isTrue, namesOf, resourcesOf } from './definition.ts';
import { equal, fieldsOf, type Fields } from './json.ts';
import { timestamp } from './metadata.ts';

const APISERVER: WriteContext = {
  caller: { username: 'system:apiserver', groups: ['system:masters'] },
  internal: true,
};

/** Rows of one definition, made again only when it changes: what others compiled for a row stays in use. */
interface Served {
  readonly spec: unknown;
  readonly names: unknown;
  readonly resources: readonly Resource[];
}

function byOrder(one: Resource, other: Resource): number {
  if (one.group !== other.group) return one.group < other.group ? -1 : 1;
  if (one.version !== other.version) return compareVersions(one.version, other.version);
  return one.plural < other.plural ? -1 : 1;
}

export class CustomResources {
  readonly #registry: Registry;
  readonly #storage: Storage;
  readonly #publish: (resources: readonly Resource[]) => void;
  readonly #served = new Map<string, Served>();
  readonly #since = new WeakMap<Resource, number>();
  readonly #storedRows = new WeakMap<StoredObject, Resource>();
  /** Definitions that wait for their last custom resource to go. */
  readonly #emptying = new Set<string>();

  constructor(registry: Registry, storage: Storage, publish: (resources: readonly Resource[]) => void) {
    this.#registry = registry;
    this.#storage = storage;
    this.#publish = publish;
    storage.watch(DEFINITIONS, {}, (event) => this.#onDefinition(event));
  }

  /** Throws 404 or 403 where nothing may be created: the definition is gone, or going. */
  checkCreate({ storedAs, group, plural }: Resource, draft: DraftObject): void {
    const definition = this.#find(storedAs);
    if (definition === undefined) {
      throw new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
    }
    if (definition.metadata.deletionTimestamp === undefined) return;
    const name = draft.metadata?.name ?? '';
    throw forbidden(
      { group, plural },
      name,
      'create not allowed while custom resource definition is terminating',
    );
  }

  /** The row of the version in which the resource is stored: what it prunes is not kept. */
  storedRowOf(storedAs: string): Resource | undefined {
    const definition = this.#find(storedAs);
    if (definition === undefined) return undefined;
    const known = this.#storedRows.get(definition);
    if (known !== undefined) return known;
    const [row] = resourcesOf(definition, ({ storage }) => storage === true);
    if (row !== undefined) this.#storedRows.set(definition, row);
    return row;
  }

  /** Number of the newest write when the row was made. */
  servedSince(row: Resource): number {
    return this.#since.get(row) ?? 0;
  }

  #find(name: string): StoredObject | undefined {
    return this.#storage.find(DEFINITIONS, undefined, name);
  }

  #now(): string {
    return timestamp(this.#registry.now());
  }

  #onDefinition({ type, object }: RegistryEvent): void {
    const { name } = object.metadata;
    if (type === 'DELETED') this.#onGone(name);
    else this.#settle(name);
  }

  /** Brings one definition to where it belongs. Its own writes call this again, when nothing is left to do. */
  #settle(name: string): void {
    const definition = this.#find(name);
    if (definition === undefined) return;
    if (definition.metadata.deletionTimestamp !== undefined) this.#empty(definition);
    else this.#serve(this.#accept(definition));
  }

  #accept(definition: StoredObject): StoredObject {
    const { group } = fieldsOf(definition.spec);
    const others = this.#storage
      .list(DEFINITIONS, undefined)
      .filter(
        (other) => other.metadata.name !== definition.metadata.name && fieldsOf(other.spec).group === group,
      );
    const taken = others.map(({ status }) => namesOf(fieldsOf(status).acceptedNames));
    return statusesOf(definition, taken, this.#now()).reduce<StoredObject>(
      (present, status) => this.#writeStatus(present, status),
      definition,
    );
  }

  #writeStatus(definition: StoredObject, status: Fields): StoredObject {
    if (equal(status, definition.status)) return definition;
    return this.#storage.put(DEFINITIONS, { ...definition, status }, definition);
  }

  #serve(definition: StoredObject): void {
    if (!isTrue(definition.status, 'Established')) return;
    const { name } = definition.metadata;
    const names = fieldsOf(definition.status).acceptedNames;
    const { spec } = definition;
    const present = this.#served.get(name);
    if (present !== undefined && equal(present.spec, spec) && equal(present.names, names)) return;
    const resources = resourcesOf(definition, ({ served }) => served === true);
    this.#served.set(name, { spec, names, resources });
    for (const row of resources) this.#since.set(row, this.#storage.version);
    this.#publishAll();
  }

  #publishAll(): void {
    this.#publish([...this.#served.values()].flatMap(({ resources }) => resources).sort(byOrder));
  }

  #onGone(name: string): void {
    if (this.#find(name) !== undefined) return;
    if (this.#served.delete(name)) this.#publishAll();
    // Its names are free now.
    for (const { metadata, status } of this.#storage.list(DEFINITIONS, undefined)) {
      if (!isTrue(status, 'NamesAccepted')) this.#settle(metadata.name);
    }
  }

  #empty(definition: StoredObject): void {
    const { name, finalizers = [] } = definition.metadata;
    if (!finalizers.includes(CLEANUP) || this.#emptying.has(name)) return;
    this.#emptying.add(name);
    const conditions = conditionsWith(definition.status, this.#now(), {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionInProgress',
      message: 'CustomResource deletion is in progress',
    });
    this.#writeStatus(definition, { ...fieldsOf(definition.status), conditions });
    const stop = this.#storage.watch(name, {}, () => this.#finish(name, stop));
    this.#deleteAll(definition);
    this.#finish(name, stop);
  }

  #deleteAll(definition: StoredObject): void {
    const { name } = definition.metadata;
    const row = this.#served.get(name)?.resources[0] ?? resourcesOf(definition, () => true)[0];
    if (row === undefined) return;
    for (const { metadata } of this.#storage.list(name, undefined)) {
      const options = { propagationPolicy: 'Background' } as const;
      try {
        this.#registry.delete(row, metadata.namespace, metadata.name, options, APISERVER);
      } catch (error) {
        // What may not be deleted holds the definition until somebody can.
        if (!(error instanceof StatusError)) throw error;
      }
    }
  }

  /** Releases the definition once its last custom resource is gone. */
  #finish(name: string, stop: () => void): void {
    const definition = this.#find(name);
    if (definition !== undefined && this.#storage.list(name, undefined).length > 0) return;
    stop();
    this.#emptying.delete(name);
    if (definition === undefined) return;
    const { finalizers = [], ...metadata } = definition.metadata;
    const left = finalizers.filter((finalizer) => finalizer !== CLEANUP);
    if (left.length === 0) {
      this.#storage.remove(DEFINITIONS, definition);
      return;
    }
    const conditions = conditionsWith(definition.status, this.#now(), {
      type: 'Terminating',
      status: 'False',
      reason: 'InstanceDeletionCompleted',
      message: 'removed all instances',
    });
    const status = { ...fieldsOf(definition.status), conditions };
    this.#storage.put(
      DEFINITIONS,
      { ...definition, metadata: { ...metadata, finalizers: left }, status },
      definition,
    );
  }
}
