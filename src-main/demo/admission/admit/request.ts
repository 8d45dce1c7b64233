/** What admission sees of a write, and how it refuses one. */
import type { DraftObject, Resource, StoredObject } from '../../model.ts';
import type { Registry, WriteContext } from '../../registry/contract.ts';
import { forbidden, type StatusError } from '../../status-error.ts';

export interface AdmissionRequest {
  readonly operation: 'create' | 'update' | 'delete';
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly name: string;
  /** As it would be stored; absent for a deletion. */
  readonly object?: DraftObject | undefined;
  /** As it is stored; absent for a creation. */
  readonly old?: StoredObject | undefined;
  readonly context: WriteContext;
}

/** A request that has an object: a creation or an update. */
export interface ObjectRequest extends AdmissionRequest {
  readonly operation: 'create' | 'update';
  readonly object: DraftObject;
}

/** Changes the object of a request, or refuses it by throwing. */
export type Admit = (request: ObjectRequest, registry: Registry) => DraftObject;

/** `pods` in the core group, of the main resource. */
export function isFor(request: AdmissionRequest, group: string, plural: string): boolean {
  const { resource, context } = request;
  return resource.group === group && resource.plural === plural && !context.subresource;
}

const SUFFIX_LENGTH = 5;

/** 403. A name that the server made is not known yet when admission runs: the sentence has its `generateName`. */
export function refuse(request: AdmissionRequest, why: string): StatusError {
  const { resource, name, object } = request;
  const prefix = request.operation === 'create' ? (object?.metadata?.generateName ?? '') : '';
  const made = prefix !== '' && name.startsWith(prefix) && name.length === prefix.length + SUFFIX_LENGTH;
  return forbidden(resource, made ? prefix : name, why);
}
