/** Turns objects into JSON text, once per object however many lists and watches carry it. */
import { apiVersionOf, type Resource, type StoredObject } from '../model.ts';

/** Text of an object's fields without `kind` and `apiVersion`, without the opening brace. */
const rests = new WeakMap<StoredObject, string>();
const metadataTexts = new WeakMap<StoredObject, string>();

function restOf(object: StoredObject): string {
  const known = rests.get(object);
  if (known !== undefined) return known;
  const rest = JSON.stringify({ ...object, kind: undefined, apiVersion: undefined }).slice(1);
  rests.set(object, rest);
  return rest;
}

function headOf(kind: string, apiVersion: string): string {
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
}

export function objectText(resource: Resource, object: StoredObject): string {
  return headOf(resource.kind, apiVersionOf(resource)) + restOf(object);
}

/** An item of a list: built-in kinds leave out what the list's own kind says already. */
export function itemText(resource: Resource, object: StoredObject): string {
  return resource.custom === undefined ? `{${restOf(object)}` : objectText(resource, object);
}

/** The object as PartialObjectMetadata. */
export function metadataText(object: StoredObject, version = 'v1'): string {
  const known = metadataTexts.get(object);
  const text = known ?? JSON.stringify(object.metadata);
  if (known === undefined) metadataTexts.set(object, text);
  return `${headOf('PartialObjectMetadata', `meta.k8s.io/${version}`)}"metadata":${text}}`;
}

export interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export function listText(
  kind: string,
  apiVersion: string,
  metadata: ListMeta,
  items: readonly string[],
): string {
  return `${headOf(kind, apiVersion)}"metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`;
}
