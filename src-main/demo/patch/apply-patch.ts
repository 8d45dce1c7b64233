/** The patches of the API but for server-side apply: JSON patch, merge patch, strategic merge patch. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { DraftObject, Resource, StoredObject } from '../model.ts';
import { checkShape } from '../schema/decode.ts';
import { typeOfResource } from '../schema/field-type.ts';
import { fieldOf, isDeeperThan, isEqualJson, MAX_DEPTH } from '../schema/json-object.ts';
import { badRequest, StatusError, unsupportedMediaType } from '../status-error.ts';
import { converterWords } from './converter-words.ts';
import { goFormat } from './go-format.ts';
import { applyJsonPatch, JsonPatchFailure } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMerge, StrategicMergeFailure } from './strategic-merge.ts';

export type PatchType = 'json' | 'merge' | 'strategic';

export interface PatchInput {
  readonly resource: Resource;
  readonly current: StoredObject;
  readonly type: PatchType;
  /** The parsed body. */
  readonly body: unknown;
  /** With Strict a field that the schema does not know is refused here, in the words that patches have for it. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

// Source: `maxJSONPatchOperations` of the API server.
const MAX_OPERATIONS = 10_000;

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (isRecord(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function tooManyOperations(count: number): StatusError {
  const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${count}`;
  return new StatusError(413, 'RequestEntityTooLarge', message);
}

/** The server keeps to itself what does not apply. */
function unprocessable(): StatusError {
  return new StatusError(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  );
}

function patchByOperations({ current, body }: PatchInput): unknown {
  const operations = Array.isArray(body) ? (body as readonly unknown[]) : undefined;
  if (operations === undefined) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(body)} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (operations.length > MAX_OPERATIONS) throw tooManyOperations(operations.length);
  const odd = operations.find((operation) => !isRecord(operation));
  if (odd !== undefined) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(odd)} into Go value of type handlers.jsonPatchOp`,
    );
  }
  try {
    return applyJsonPatch(current, operations.filter(isRecord));
  } catch (error) {
    throw error instanceof JsonPatchFailure ? unprocessable() : error;
  }
}

function requireMap(body: unknown, prefix: string): Readonly<Record<string, unknown>> {
  if (isRecord(body)) return body;
  throw badRequest(
    `${prefix}json: cannot unmarshal ${goKind(body)} into Go value of type map[string]interface {}`,
  );
}

function patchByMerge({ current, body }: PatchInput): unknown {
  return mergePatch(current, requireMap(body, 'error decoding patch: '));
}

function patchStrategically({ resource, current, body }: PatchInput): unknown {
  if (resource.custom !== undefined) {
    throw unsupportedMediaType(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  }
  try {
    return strategicMerge(current, requireMap(body, ''), typeOfResource(resource));
  } catch (error) {
    if (!(error instanceof StrategicMergeFailure)) throw error;
    if (error.code === 422) throw unprocessable();
    throw new StatusError(error.code, error.code === 400 ? 'BadRequest' : undefined, error.message);
  }
}

const APPLY: Readonly<Record<PatchType, (input: PatchInput) => unknown>> = {
  json: patchByOperations,
  merge: patchByMerge,
  strategic: patchStrategically,
};

/** The patched object as the server prints it: names in order wherever the patch reached. */
function printObject(value: unknown, before: unknown): string {
  if (!isRecord(value) || (before !== undefined && isEqualJson(value, before))) return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  const texts = fields.map(
    (name) => `${JSON.stringify(name)}:${printObject(value[name], fieldOf(before, name))}`,
  );
  return `{${texts.join(',')}}`;
}

function refusePatched({ type, body, current }: PatchInput, patched: unknown, problem: string): StatusError {
  const shown = type === 'strategic' ? goFormat(body) : printObject(patched, current);
  const message = `Invalid value: ${JSON.stringify(shown)}: ${problem}`;
  // The real one names no kind either.
  return new StatusError(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  });
}

/** A patch cannot make another kind of an object. */
function otherKind({ group, kind, custom }: Resource, patched: Readonly<Record<string, unknown>>): string {
  const [given, apiVersion] = [String(patched.kind), String(patched.apiVersion)];
  const version = apiVersion.split('/').at(-1) ?? '';
  const internal =
    custom !== undefined ? 'unstructured' : group === '' ? 'core' : (group.split('.')[0] ?? '');
  return `converting (${version}.${given}) to (${internal}.${kind}): unknown conversion`;
}

/**
 * The object that the patch makes of the current one, which stays as it is. Throws a StatusError: 400 for a malformed
 * patch, 415 for a strategic one of a custom resource, 422 for one that does not apply or whose result has wrong types.
 */
export function applyPatch(input: PatchInput): DraftObject {
  const { resource } = input;
  if (isDeeperThan(input.body, MAX_DEPTH)) throw badRequest('error decoding patch: exceeded max depth');
  const patched = APPLY[input.type](input);
  if (!isRecord(patched)) throw unprocessable();
  const { apiVersion, kind } = input.current;
  if (patched.kind !== kind || patched.apiVersion !== apiVersion)
    throw refusePatched(input, patched, otherKind(resource, patched));
  const { failure, unknown } = checkShape(resource, patched);
  if (failure !== undefined) {
    throw refusePatched(
      input,
      patched,
      input.type === 'strategic' ? converterWords(failure) : failure.message,
    );
  }
  if (input.fieldValidation === 'Strict' && unknown.length > 0) {
    throw refusePatched(input, patched, `strict decoding error: ${unknown.join(', ')}`);
  }
  return patched;
}
