/** Reads the body of a write by the schema of its kind: unknown fields, wrong types, values that Go leaves out or adds. */
import { apiVersionOf, type DraftObject, type Resource } from '../model.ts';
import { badRequest } from '../status-error.ts';
import { decodeValue, DecodeFailure, type Decoding } from './decode-value.ts';
import { typeOfResource, type FieldType } from './field-type.ts';
import { isDeeperThan, MAX_DEPTH } from './json-object.ts';
import { applySchemaDefaults } from './schema-defaults.ts';

interface Reading {
  readonly object: DraftObject;
  /** `unknown field "spec.foo"`, in the order of the body. */
  readonly unknown: readonly string[];
  /** The first value that cannot be read. */
  readonly failure?: DecodeFailure;
}

function read(body: DraftObject, type: FieldType): Reading {
  const decoding: Decoding = { unknown: [], labels: [], struct: '' };
  if (isDeeperThan(body, MAX_DEPTH)) {
    return { object: body, unknown: [], failure: new DecodeFailure('exceeded max depth') };
  }
  try {
    const object = decodeValue(body, type, type.goType, '', decoding) as DraftObject;
    // Custom resources are pruned, and what was pruned is sorted.
    return { object, unknown: type.custom ? decoding.unknown.sort() : decoding.unknown };
  } catch (error) {
    if (!(error instanceof DecodeFailure)) throw error;
    return { object: body, unknown: decoding.unknown, failure: error };
  }
}

/** What decoding an object would find fault with. */
export function checkShape(resource: Resource, body: DraftObject): Omit<Reading, 'object'> {
  const type = typeOfResource(resource);
  return type === undefined ? { unknown: [] } : read(body, type);
}

/**
 * The object as the server understands it. Fields that the schema does not know are dropped: silently (Ignore), with a
 * warning each (Warn) or by a 400 that names them all (Strict). A value of the wrong type is a 400 in any case. A custom
 * resource gets the defaults of its schema.
 */
export function decodeObject(
  resource: Resource,
  body: DraftObject,
  fieldValidation: 'Ignore' | 'Warn' | 'Strict',
): { object: DraftObject; warnings: string[] } {
  const type = typeOfResource(resource);
  if (type === undefined) return { object: body, warnings: [] };
  const { version, kind } = resource;
  const { object, unknown, failure } = read(body, type);
  const cannot = `${kind} in version "${version}" cannot be handled as a ${kind}`;
  if (failure !== undefined) throw badRequest(`${cannot}: ${failure.message}`);
  if (fieldValidation === 'Strict' && unknown.length > 0) {
    throw badRequest(`${cannot}: strict decoding error: ${unknown.join(', ')}`);
  }
  const named = { ...object, apiVersion: apiVersionOf(resource), kind };
  return {
    object: resource.custom === undefined ? named : (applySchemaDefaults(named, type) as DraftObject),
    warnings: fieldValidation === 'Warn' ? [...unknown] : [],
  };
}
