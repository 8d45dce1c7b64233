/** Checks that an applied object fits its schema, in the words of the real server's merge. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { DraftObject, Resource } from '../model.ts';
import { checkShape } from '../schema/decode.ts';
import type { FieldType } from '../schema/field-type.ts';
import { StatusError } from '../status-error.ts';
import { ItemFailure, itemElement, typeOfField } from './atoms.ts';
import { converterWords } from './converter-words.ts';
import { printPath, type PathElement } from './field-set.ts';
import { goFormat } from './go-format.ts';

/** An error after the path at which it is. */
type Errors = string[];

const EXPECTED: Partial<Record<FieldType['shape'], readonly [string, string]>> = {
  string: ['string', 'string'],
  bytes: ['string', 'string'],
  integer: ['number', 'numeric (int or float)'],
  number: ['number', 'numeric (int or float)'],
  boolean: ['boolean', 'boolean'],
};

function goType(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (Array.isArray(value)) return '[]interface {}';
  return isRecord(value) ? 'map[string]interface {}' : typeof value === 'boolean' ? 'bool' : 'string';
}

function shown(value: unknown): string {
  return `&{${goFormat(value)}}`;
}

function checkScalar(value: unknown, type: FieldType): string | undefined {
  const [wanted, name] = EXPECTED[type.shape] ?? [];
  if (wanted === undefined || name === undefined) {
    return isRecord(value) || Array.isArray(value) ? `expected any scalar, got ${shown(value)}` : undefined;
  }
  if (typeof value === wanted) return undefined;
  if (wanted === 'number') return `expected ${name}, got ${goType(value)}`;
  if (wanted === 'boolean') return `expected ${name}, got ${shown(value)}`;
  const text = typeof value === 'string' ? JSON.stringify(value) : goFormat(value);
  return `expected ${name}, got &value.valueUnstructured{Value:${text}}`;
}

/** Adds what is wrong with the value to `errors`. */
function check(
  value: unknown,
  type: FieldType | undefined,
  path: readonly PathElement[],
  errors: Errors,
): void {
  if (type === undefined || type.shape === 'any' || value === null || value === undefined) return;
  const at = (text: string): number => errors.push(path.length === 0 ? text : `${printPath(path)}: ${text}`);
  if (type.shape === 'struct' || type.shape === 'map') {
    if (isRecord(value)) checkFields(value, type, path, errors);
    else at(`expected map, got ${shown(value)}`);
  } else if (type.shape === 'list') {
    if (Array.isArray(value)) checkItems(value, type, path, errors);
    else at(`expected list, got ${shown(value)}`);
  } else {
    const problem = checkScalar(value, type);
    if (problem !== undefined) at(problem);
  }
}

function isKnown(type: FieldType, name: string): boolean {
  const isFree = type.preserves || (type.fields.size === 0 && type.name === undefined);
  return type.shape === 'map' || type.fields.has(name) || isFree;
}

function checkFields(
  value: Readonly<Record<string, unknown>>,
  type: FieldType,
  path: readonly PathElement[],
  errors: Errors,
): void {
  for (const name of Object.keys(value)) {
    const at = [...path, `f:${name}`];
    if (!isKnown(type, name)) {
      errors.push(`${printPath(at)}: field not declared in schema`);
      return;
    }
    check(value[name], typeOfField(type, name), at, errors);
  }
}

function checkItems(
  list: readonly unknown[],
  type: FieldType,
  path: readonly PathElement[],
  errors: Errors,
): void {
  const seen = new Set<PathElement>();
  for (const [index, item] of list.entries()) {
    let element: PathElement = `i:${index}`;
    if (!type.atomic) {
      try {
        element = itemElement(type, item);
      } catch (error) {
        if (!(error instanceof ItemFailure)) throw error;
        errors.push(`${printPath(path)}: element ${index}: ${error.message}`);
        return;
      }
      if (seen.has(element))
        errors.push(`${printPath(path)}: duplicate entries for key ${printPath([element])}`);
      seen.add(element);
    }
    check(item, type.element, [...path, element], errors);
  }
}

/** `apps/v1, Kind=Deployment`, with a slash before the version of the core group. */
function printKind({ group, version, kind }: Resource): string {
  return `${group}/${version}, Kind=${kind}`;
}

function subjectOf(
  resource: Resource,
  { metadata: { name = '', namespace = '' } = {} }: DraftObject,
): string {
  return `(${namespace}/${name}; ${printKind(resource)})`;
}

/** Throws the 500 that the real server answers with, which names every error. */
export function checkApplied(resource: Resource, applied: DraftObject, type: FieldType): void {
  const errors: Errors = [];
  check(applied, type, [], errors);
  const only = errors.length === 1 ? errors[0] : undefined;
  if (errors.length === 0) return;
  const list = only ?? `errors:${errors.map((error) => `\n  ${error}`).join('')}`;
  const subject = subjectOf(resource, applied);
  throw new StatusError(500, undefined, `failed to create typed patch object ${subject}: ${list}`);
}

/** Values that have the right form and still make no sense, such as a quantity of letters, are found after the merge. */
export function checkMerged(resource: Resource, applied: DraftObject, merged: DraftObject): void {
  const { failure } = checkShape(resource, merged);
  if (failure === undefined) return;
  const subject = subjectOf(resource, applied);
  const why = `unable to convert unstructured object to ${printKind(resource)}: ${converterWords(failure)}`;
  throw new StatusError(500, undefined, `failed to convert new object ${subject} to proper version: ${why}`);
}
