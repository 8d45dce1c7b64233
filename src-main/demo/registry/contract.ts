/** What every part of the demo server asks of the registry: the verbs of the API on objects, without HTTP. All calls are synchronous. */
import type { Caller, DraftObject, Resource, StoredObject } from '../model.ts';

/** The resources served now; custom ones come and go with their definitions. */
export interface Catalogue {
  all(): readonly Resource[];
  /** By group, version and plural. */
  find(group: string, version: string, plural: string): Resource | undefined;
  /** By apiVersion and kind. */
  byKind(apiVersion: string, kind: string): Resource | undefined;
  /** The same, for code that knows the resource is built in; throws a RangeError if not. */
  builtIn(apiVersion: string, kind: string): Resource;
  /** Groups in order, each with its versions, the preferred first. */
  groups(): readonly { readonly group: string; readonly versions: readonly string[] }[];
  /** Called after each change of the list. Returns the function that stops it. */
  onChange(listener: () => void): () => void;
}

/** How a write is to be done. */
export interface WriteContext {
  readonly caller: Caller;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** `status` or `scale`-like writes of a part; '' or absent for the whole object. */
  readonly subresource?: string;
  /** Takes a text for the `Warning` header. */
  readonly warn?: (text: string) => void;
  /** True for the world's own controllers: RBAC and the tracking of managed fields are left out. */
  readonly internal?: boolean;
  /** True for server-side apply: the object comes with its managed fields already current. */
  readonly applied?: boolean;
}

/** metav1.DeleteOptions, parsed. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface RegistryEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The object after the change; for DELETED the last state, with the resourceVersion of the deletion. */
  readonly object: StoredObject;
  /** The object before the change: for selectors that an object may leave. */
  readonly old?: StoredObject;
  /** Number of the write, which is also the object's resourceVersion. */
  readonly version: number;
}

/** Objects as of one version. */
export interface Snapshot {
  readonly items: readonly StoredObject[];
  readonly version: number;
}

export interface Registry {
  readonly catalogue: Catalogue;
  /** Milliseconds since the epoch, of the world's clock. */
  readonly now: () => number;
  /** A number in [0, 1), seeded, so that a test can play the same world again. */
  readonly random: () => number;
  /** Number of the newest write. */
  version(): number;
  /** Throws 404. */
  get(resource: Resource, namespace: string | undefined, name: string): StoredObject;
  find(resource: Resource, namespace: string | undefined, name: string): StoredObject | undefined;
  /** Sorted by namespace and name, as etcd would. `namespace` undefined means all. The array must not be changed. */
  list(resource: Resource, namespace?: string): readonly StoredObject[];
  /** The list as it was at `version`; throws 410 (`expired`) once that is compacted. */
  listAt(resource: Resource, namespace: string | undefined, version: number): Snapshot;
  /** Decode, default, admit, validate, store. Throws StatusError. A dry run returns what would have been stored. */
  create(
    resource: Resource,
    namespace: string | undefined,
    draft: DraftObject,
    context: WriteContext,
  ): StoredObject;
  /**
   * Changes one object: PUT, every patch, status and scale. `change` gets the present object and returns the wanted one;
   * a `metadata.resourceVersion` or `metadata.uid` in it that differs from the present is a conflict. Nothing changed: nothing written.
   * With `upsert` a missing object is created from `change(undefined)`: server-side apply, and a PUT of a kind that
   * `createsOnUpdate` (strategies.ts); without it that is a 404.
   */
  update(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    change: (current: StoredObject | undefined) => DraftObject,
    context: WriteContext & { readonly upsert?: boolean },
  ): { readonly object: StoredObject; readonly created: boolean };
  /**
   * Deletes, or marks as being deleted (finalizers, grace period). Returns the object, and whether it is gone already.
   */
  delete(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions,
    context: WriteContext,
  ): { readonly object: StoredObject; readonly gone: boolean };
  /**
   * Calls `listener` synchronously for every write of the resource after `since` (undefined: from now on), old ones at
   * once. Throws 410 if `since` is compacted. A custom resource whose definition goes ends its watches through `onEnd`.
   */
  watch(
    resource: Resource,
    options: { readonly namespace?: string; readonly since?: number; readonly onEnd?: () => void },
    listener: (event: RegistryEvent) => void,
  ): () => void;
  /** Forgets the history up to `version` (default: all of it): older watches and continue tokens get 410. */
  compact(version?: number): void;
}
