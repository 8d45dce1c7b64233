/** Validates the schema of a CustomResourceDefinition: it must be structural. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { JsonObject } from '../model.ts';
import type { StatusCause } from '../status-error.ts';
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from './field-errors.ts';
import { fieldOf } from './json-object.ts';
import { validateBySchema } from './schema-validator.ts';

type Schema = Readonly<Record<string, unknown>>;

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LIST_TYPES = ['atomic', 'set', 'map'];
const MAP_TYPES = ['atomic', 'granular'];
const UNSUPPORTED = [
  '$ref',
  'definitions',
  'dependencies',
  'deprecated',
  'discriminator',
  'id',
  'patternProperties',
];
const METADATA = new Set(['name', 'generateName']);

// What a value validation within allOf, anyOf, oneOf and not may not say.
const STRUCTURAL_ONLY = [
  ...['type', 'title', 'description', 'default', 'nullable', 'additionalProperties'],
  ...['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource', 'x-kubernetes-list-type'],
];

function asSchema(value: unknown): Schema {
  return isRecord(value) ? value : {};
}

function hasAny(schema: Schema, name: string): boolean {
  const value = schema[name];
  return value !== undefined && value !== '' && value !== false;
}

function checkType(schema: Schema, path: string, kind: string, causes: StatusCause[]): void {
  const { type } = schema;
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === undefined || type === '') {
    if (!isFree || kind === 'root') {
      const where = kind === 'root' ? 'at the root' : `for specified ${kind}`;
      causes.push(requiredValue(`${path}.type`, `must not be empty ${where}`));
    }
  } else if (typeof type !== 'string' || !TYPES.includes(type)) {
    causes.push(unsupportedValue(`${path}.type`, type, TYPES));
  } else if (kind === 'root' && type !== 'object') {
    causes.push(invalidValue(`${path}.type`, type, 'must be object at the root'));
  }
}

function checkForbidden(schema: Schema, path: string, causes: StatusCause[]): void {
  for (const name of UNSUPPORTED) {
    if (hasAny(schema, name)) causes.push(forbiddenValue(`${path}.${name}`, `${name} is not supported`));
  }
  if (schema.uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    causes.push(forbiddenValue(`${path}.uniqueItems`, why));
  }
  if (isRecord(schema.properties) && schema.additionalProperties !== undefined) {
    const why = 'additionalProperties and properties are mutual exclusive';
    causes.push(forbiddenValue(`${path}.additionalProperties`, why));
  }
  const { 'x-kubernetes-preserve-unknown-fields': preserves, pattern } = schema;
  if (preserves === false) {
    causes.push(
      invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'),
    );
  }
  if (typeof pattern === 'string' && !isPattern(pattern)) {
    causes.push(invalidValue(`${path}.pattern`, pattern, 'must be a valid regular expression'));
  }
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern.replace(/^\(\?[ims]+\)/, ''));
    return true;
  } catch {
    return false;
  }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function checkMapKeys(schema: Schema, path: string, causes: StatusCause[]): void {
  const keys = strings(schema['x-kubernetes-list-map-keys']);
  const at = `${path}.x-kubernetes-list-map-keys`;
  const items = asSchema(schema.items);
  if (keys.length === 0) {
    causes.push(requiredValue(at, 'must not be empty if x-kubernetes-list-type is map'));
    return;
  }
  if (keys.some((key) => fieldOf(items.properties, key) === undefined)) {
    causes.push(invalidValue(at, keys, 'entries must all be names of item properties'));
  }
  const required = new Set(strings(items.required));
  for (const key of keys) {
    const property = fieldOf(items.properties, key);
    if (property === undefined || required.has(key) || fieldOf(property, 'default') !== undefined) continue;
    const why =
      'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    causes.push(requiredValue(`${path}.items.properties[${key}].default`, why));
  }
}

function isOneOf(value: unknown, allowed: readonly string[]): boolean {
  return typeof value === 'string' && allowed.includes(value);
}

function checkLists(schema: Schema, path: string, causes: StatusCause[]): void {
  const listType = schema['x-kubernetes-list-type'];
  if (schema.type === 'array' && !isRecord(schema.items)) {
    causes.push(requiredValue(`${path}.items`, 'must be specified'));
  }
  if (listType !== undefined && !isOneOf(listType, LIST_TYPES)) {
    causes.push(unsupportedValue(`${path}.x-kubernetes-list-type`, listType, LIST_TYPES));
  }
  if (listType === 'map') checkMapKeys(schema, path, causes);
  const items = asSchema(schema.items);
  if (listType === 'set' && items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    const value = items['x-kubernetes-map-type'] ?? null;
    const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    causes.push(invalidValue(`${path}.items.x-kubernetes-map-type`, value, why));
  }
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType !== undefined && !isOneOf(mapType, MAP_TYPES)) {
    causes.push(unsupportedValue(`${path}.x-kubernetes-map-type`, mapType, MAP_TYPES));
  }
}

function checkDefault(schema: Schema, path: string, causes: StatusCause[]): void {
  if (schema.default === undefined) return;
  const found = validateBySchema(schema.default, schema as JsonObject, '');
  causes.push(
    ...found.map((cause) => ({
      ...cause,
      field: `${path}.default${cause.field === '<nil>' || cause.field === undefined ? '' : `.${cause.field}`}`,
    })),
  );
}

function checkEmbedded(schema: Schema, path: string, causes: StatusCause[]): void {
  if (schema['x-kubernetes-embedded-resource'] !== true) return;
  const isFree = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isFree || isRecord(schema.properties)) return;
  const why =
    'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
  causes.push(requiredValue(`${path}.properties`, why));
}

/** Parts of a combination may say what values are, not what fields there are. */
function checkValidation(schema: Schema, path: string, causes: StatusCause[]): void {
  for (const name of STRUCTURAL_ONLY) {
    if (hasAny(schema, name))
      causes.push(forbiddenValue(`${path}.${name}`, 'must be empty to be structural'));
  }
  for (const [name, property] of Object.entries(asSchema(schema.properties))) {
    checkValidation(asSchema(property), `${path}.properties[${name}]`, causes);
  }
  if (isRecord(schema.items)) checkValidation(schema.items, `${path}.items`, causes);
  checkCombinations(schema, path, causes);
}

function checkCombinations(schema: Schema, path: string, causes: StatusCause[]): void {
  for (const name of ['allOf', 'anyOf', 'oneOf']) {
    const parts: unknown = schema[name];
    if (!Array.isArray(parts)) continue;
    const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
    parts.forEach((part: unknown, index) => {
      // The one form that may name types: integer or string.
      if (!isIntOrString) checkValidation(asSchema(part), `${path}.${name}[${index}]`, causes);
    });
  }
  if (isRecord(schema.not)) checkValidation(schema.not, `${path}.not`, causes);
}

function checkMetadata(schema: Schema, path: string, causes: StatusCause[]): void {
  const metadata = fieldOf(schema.properties, 'metadata');
  const names = Object.keys(asSchema(fieldOf(metadata, 'properties')));
  if (names.every((name) => METADATA.has(name))) return;
  const why =
    'must not specify anything other than name and generateName, but metadata is implicitly specified';
  causes.push(forbiddenValue(`${path}.properties[metadata]`, why));
}

function check(schema: Schema, path: string, kind: string, causes: StatusCause[]): void {
  checkType(schema, path, kind, causes);
  checkForbidden(schema, path, causes);
  checkLists(schema, path, causes);
  checkDefault(schema, path, causes);
  checkEmbedded(schema, path, causes);
  checkCombinations(schema, path, causes);
  for (const [name, property] of Object.entries(asSchema(schema.properties))) {
    check(asSchema(property), `${path}.properties[${name}]`, 'object fields', causes);
  }
  if (isRecord(schema.additionalProperties)) {
    check(schema.additionalProperties, `${path}.additionalProperties`, 'object fields', causes);
  }
  if (isRecord(schema.items)) check(schema.items, `${path}.items`, 'array items', causes);
}

/** What is wrong with the schema of a definition's version at `path`. */
export function validateStructuralSchema(schema: Schema, path: string): StatusCause[] {
  const causes: StatusCause[] = [];
  if (schema.nullable === true) {
    causes.push(forbiddenValue(`${path}.nullable`, 'nullable cannot be true at the root'));
  }
  check(schema, path, 'root', causes);
  checkMetadata(schema, path, causes);
  return causes;
}

/** Whether a simple path such as `.spec.replicas` leads to a field of the schema. */
export function hasPath(schema: unknown, path: string): boolean {
  const names = path.split('.').slice(1);
  return names.reduce((at, name) => fieldOf(fieldOf(at, 'properties'), name), schema) !== undefined;
}
