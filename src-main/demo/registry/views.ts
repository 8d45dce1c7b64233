/** How one version of a resource sees the stored objects: converted where they are stored in another. */
import { apiVersionOf, type Resource, type StoredObject } from '../model.ts';
import type { RegistryEvent } from './contract.ts';
import { CONVERSIONS, type Conversion } from './conversions.ts';

type Objects = readonly StoredObject[];

export interface View {
  readonly read: (stored: StoredObject) => StoredObject;
  readonly readAll: (stored: Objects) => Objects;
  readonly readEvent: (event: RegistryEvent) => RegistryEvent;
  readonly write: (object: StoredObject) => StoredObject;
}

export interface Views {
  readonly of: (resource: Resource) => View;
}

const SAME: View = {
  read: (stored) => stored,
  readAll: (stored) => stored,
  readEvent: (event) => event,
  write: (object) => object,
};

/** Remembers the results, so that all who read one object share one converted one. */
function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

function viewThrough({ read: convert, write }: Conversion): View {
  const read = remember(convert);
  return {
    read,
    write,
    readAll: remember((stored: Objects) => stored.map(read)),
    readEvent: remember((event: RegistryEvent) => ({
      ...event,
      object: read(event.object),
      ...(event.old === undefined ? {} : { old: read(event.old) }),
    })),
  };
}

/** What a view must know of custom resources. */
export interface CustomVersions {
  /** The version in which the resource is stored; undefined once its definition is gone. */
  readonly storedRowOf: (storedAs: string) => Resource | undefined;
  /** Number of the write with which the row was served: what was written before knew another schema. */
  readonly servedSince: (row: Resource) => number;
  /** Reads an object as one of a version: its apiVersion, pruned and defaulted by the schema of that version. */
  readonly asVersion: (row: Resource, object: StoredObject) => StoredObject;
}

/** Versions of a custom resource differ in name and schema only (conversion strategy None). */
function customView(row: Resource, storedRow: Resource, { servedSince, asVersion }: CustomVersions): View {
  const apiVersion = apiVersionOf(row);
  const storedVersion = apiVersionOf(storedRow);
  const since = servedSince(row);
  const isCurrent = ({ apiVersion: written, metadata }: StoredObject): boolean =>
    written === apiVersion && Number(metadata.resourceVersion) > since;
  return viewThrough({
    read: (stored) => (isCurrent(stored) ? stored : asVersion(row, stored)),
    write: (object) => (object.apiVersion === storedVersion ? object : asVersion(storedRow, object)),
  });
}

export function createViews(custom: CustomVersions): Views {
  return {
    of: remember((resource: Resource) => {
      if (resource.custom === undefined) {
        const conversion = CONVERSIONS.get(`${apiVersionOf(resource)} ${resource.kind}`);
        return conversion === undefined ? SAME : viewThrough(conversion);
      }
      const stored = custom.storedRowOf(resource.storedAs);
      return stored === undefined ? SAME : customView(resource, stored, custom);
    }),
  };
}
