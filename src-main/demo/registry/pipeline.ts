/** What a write passes through besides the registry itself: schema, defaults, admission, validation, managed fields. */
import type { DraftObject, ManagedFields, Resource, StoredObject } from '../model.ts';
import type { StatusCause } from '../status-error.ts';
import type { Registry, WriteContext } from './contract.ts';

export interface AdmissionRequest {
  readonly operation: 'create' | 'update' | 'delete';
  readonly resource: Resource;
  readonly namespace?: string;
  /** '' while a name is still to be generated. */
  readonly name: string;
  readonly object?: DraftObject;
  readonly old?: StoredObject;
  readonly context: WriteContext;
}

export interface TrackRequest {
  readonly resource: Resource;
  readonly old: StoredObject | undefined;
  readonly object: StoredObject;
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
  readonly subresource?: string;
}

export interface Pipeline {
  /** Throws 400 for a body that does not have the shape of the resource. */
  readonly decodeObject: (
    resource: Resource,
    body: DraftObject,
    fieldValidation: 'Ignore' | 'Warn' | 'Strict',
  ) => { object: DraftObject; warnings: string[] };
  readonly applyDefaults: (resource: Resource, object: DraftObject) => DraftObject;
  readonly validateObject: (
    resource: Resource,
    object: DraftObject,
    old: StoredObject | undefined,
  ) => readonly StatusCause[];
  readonly validateCustom: (resource: Resource, object: DraftObject) => readonly StatusCause[];
  readonly validateDefinition: (definition: DraftObject) => readonly StatusCause[];
  /** Changes and refuses, before the object is validated. Throws 403 and others. */
  readonly admit: (request: AdmissionRequest, registry: Registry) => DraftObject | undefined;
  /** Only refuses, after the object was found valid: quotas. */
  readonly review: (request: AdmissionRequest, registry: Registry) => void;
  readonly trackUpdate: (request: TrackRequest) => readonly ManagedFields[];
}

/** Lets everything pass as it is. */
export const PASS_THROUGH: Pipeline = {
  decodeObject: (_resource, body) => ({ object: body, warnings: [] }),
  applyDefaults: (_resource, object) => object,
  validateObject: () => [],
  validateCustom: () => [],
  validateDefinition: () => [],
  admit: ({ object }) => object,
  review: () => undefined,
  trackUpdate: ({ object }) => object.metadata.managedFields ?? [],
};
