/** The registry of one fabric: the verbs of the API on its objects, all of them synchronous. */
import { apiVersionOf, type Resource, type StoredObject } from '../model.ts';
import { badRequest, notFound } from '../status-error.ts';
import { Storage } from '../storage/storage.ts';
import { BUILT_IN_RESOURCES } from './built-in-resources.ts';
import { createCatalogue } from './catalogue.ts';
import type { Registry } from './contract.ts';
import { findStored, type Core } from './core.ts';
import { createObject } from './create-object.ts';
import { CustomResources } from './custom-resources.ts';
import { CustomWatches } from './custom-watches.ts';
import { deleteObject } from './delete-object.ts';
import type { Pipeline } from './pipeline.ts';
import { updateObject } from './update-object.ts';
import { createViews } from './views.ts';

const FIRST_VERSION = 200;
const HISTORY_EVENTS = 10_000;
const HISTORY_AGE_MS = 5 * 60_000;

export interface RegistryOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly pipeline: Pipeline;
  /** Number of the state before the first write; 200 unless told. A world built anew begins above the one it replaces. */
  readonly firstVersion?: number;
  /** How many writes of each resource can be watched again at most; 10,000 unless told. */
  readonly historyEvents?: number;
  /** How long, in milliseconds; five minutes unless told. */
  readonly historyAgeMs?: number;
  /** Takes what a watcher threw: a mistake in the program, never in a request. */
  readonly report?: (error: unknown) => void;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

/** JSON nested so deep that nothing can follow it is refused like any other body that cannot be read. */
function refusingDepth<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    const isTooDeep = error instanceof RangeError && error.message.includes('call stack');
    throw isTooDeep ? badRequest('the object is nested too deeply: exceeded max depth') : error;
  }
}

export function createRegistry(options: RegistryOptions): Registry {
  const { now, random, pipeline, report = warn } = options;
  const { historyEvents = HISTORY_EVENTS, historyAgeMs = HISTORY_AGE_MS } = options;
  const { firstVersion = FIRST_VERSION } = options;
  const { catalogue, setCustom } = createCatalogue(BUILT_IN_RESOURCES, report);
  const storage = new Storage({
    now,
    report,
    firstVersion,
    history: { events: historyEvents, ageMs: historyAgeMs },
  });
  const watches = new CustomWatches();
  const views = createViews({
    storedRowOf: (storedAs) => custom.storedRowOf(storedAs),
    servedSince: (row) => custom.servedSince(row),
    asVersion: (row, object) => {
      const draft = { ...object, apiVersion: apiVersionOf(row) };
      return pipeline.decodeObject(row, draft, 'Ignore').object as StoredObject;
    },
  });
  const home = (resource: Resource, namespace: string | undefined): string | undefined =>
    resource.namespaced ? namespace : undefined;

  const registry: Registry = {
    catalogue,
    now,
    random,
    version: () => storage.version,
    get(resource, namespace, name) {
      const object = registry.find(resource, namespace, name);
      if (object === undefined) throw notFound(resource, name);
      return object;
    },
    find(resource, namespace, name) {
      const stored = findStored(core, resource, namespace, name);
      return stored === undefined ? undefined : views.of(resource).read(stored);
    },
    list: (resource, namespace) =>
      views.of(resource).readAll(storage.list(resource.storedAs, home(resource, namespace))),
    listAt(resource, namespace, version) {
      const { items } = storage.listAt(resource.storedAs, home(resource, namespace), version);
      return { items: views.of(resource).readAll(items), version };
    },
    create: (resource, namespace, draft, context) =>
      refusingDepth(() => createObject(core, resource, namespace, draft, context)),
    update: (resource, namespace, name, change, context) =>
      refusingDepth(() => updateObject(core, resource, { namespace, name }, change, context)),
    delete: (resource, namespace, name, deletion, context) =>
      deleteObject(core, resource, { namespace, name }, deletion, context),
    watch(resource, { namespace, since, onEnd }, listener) {
      const { readEvent } = views.of(resource);
      const request = { namespace: home(resource, namespace), since };
      const stop = storage.watch(resource.storedAs, request, (event) => listener(readEvent(event)));
      return resource.custom === undefined ? stop : watches.add(resource, stop, onEnd);
    },
    compact: (version) => storage.compact(version),
  };
  const custom = new CustomResources(registry, storage, (resources) => {
    setCustom(resources);
    watches.endUnserved(catalogue);
  });
  const core: Core = {
    storage,
    pipeline,
    views,
    registry,
    checkCustom: (resource, draft) => custom.checkCreate(resource, draft),
  };
  return registry;
}
