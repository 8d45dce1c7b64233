/** Validates a value against a structural schema, in the order and the words of the API server's own validator. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { JsonObject, JsonValue } from '../model.ts';
import type { StatusCause } from '../status-error.ts';
import { invalidValue, requiredValue, unsupportedValue } from './field-errors.ts';
import { fieldOf, isEqualJson } from './json-object.ts';
import { hasFormat } from './schema-formats.ts';

/** Errors found so far, and how much was looked at: of several failed alternatives the one that went furthest is told. */
interface Result {
  readonly causes: StatusCause[];
  checks: number;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typesOf(schema: JsonObject): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return typeof schema.type === 'string' ? [schema.type] : [];
}

function wrongType(path: string, value: string, wanted: string): StatusCause {
  const field = path === '' ? '<nil>' : path;
  const detail = `${path} in body must be of type ${wanted}: ${JSON.stringify(value)}`;
  return { ...invalidValue(field, value, detail), reason: 'FieldValueTypeInvalid' };
}

function checkType(value: unknown, schema: JsonObject, path: string, { causes }: Result): void {
  const types = typesOf(schema);
  if (types.length === 0 || (value === null && schema.nullable === true)) return;
  const type = typeOf(value);
  if (types.includes(type) || (type === 'integer' && types.includes('number'))) return;
  causes.push(wrongType(path, type, types.join(',')));
}

function validateAll(value: unknown, schemas: readonly JsonValue[], path: string): Result[] {
  return schemas.filter(isRecord).map((each) => run(value, each as JsonObject, path));
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function isValid({ causes }: Result): boolean {
  return causes.length === 0;
}

function merge(into: Result, from: Result | undefined): void {
  into.causes.push(...(from?.causes ?? []));
  into.checks += from?.checks ?? 0;
}

function best(results: readonly Result[]): Result | undefined {
  return results.reduce<Result | undefined>(
    (found, each) => (found === undefined || each.checks > found.checks ? each : found),
    undefined,
  );
}

/** Not of one field: so the real server says. */
function combination(path: string, text: string): StatusCause {
  return invalidValue('<nil>', '', `${JSON.stringify(path)} must ${text}`);
}

function checkCombinations(value: unknown, schema: JsonObject, path: string, out: Result): void {
  const any = validateAll(value, listOf(schema.anyOf), path);
  if (any.length > 0 && !any.some(isValid)) {
    out.causes.push(combination(path, 'validate at least one schema (anyOf)'));
    merge(out, best(any));
  }
  const one = validateAll(value, listOf(schema.oneOf), path);
  const valid = one.filter(isValid).length;
  if (one.length > 0 && valid !== 1) {
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    out.causes.push(combination(path, `validate one and only one schema (oneOf). ${found}`));
    if (valid === 0) merge(out, best(one));
  }
  const all = validateAll(value, listOf(schema.allOf), path);
  for (const each of all) merge(out, each);
  if (!all.every(isValid)) {
    const none = all.some(isValid) ? '' : '. None validated';
    out.causes.push(combination(path, `validate all the schemas (allOf)${none}`));
  }
  if (isRecord(schema.not) && isValid(run(value, schema.not, path))) {
    out.causes.push(combination(path, 'not validate the schema (not)'));
  }
}

const patterns = new Map<string, RegExp | undefined>();

/** A pattern in Go's syntax; undefined for one that this runtime does not understand, which then is not checked. */
function compilePattern(pattern: string): RegExp | undefined {
  if (patterns.has(pattern)) return patterns.get(pattern);
  const [, flags = '', source = ''] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(pattern) ?? [];
  let compiled: RegExp | undefined;
  try {
    compiled = new RegExp(source.replaceAll('\\z', '$').replaceAll('\\A', '^'), flags);
  } catch {
    compiled = undefined;
  }
  patterns.set(pattern, compiled);
  return compiled;
}

/** The first rule that the text breaks. */
function textProblem(value: string, schema: JsonObject, path: string): StatusCause | undefined {
  const { maxLength, minLength, pattern } = schema;
  const length = [...value].length;
  if (typeof maxLength === 'number' && length > maxLength) {
    const message = `Too long: may not be more than ${maxLength} bytes`;
    return { reason: 'FieldValueTooLong', message, field: path };
  }
  if (typeof minLength === 'number' && length < minLength) {
    return invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`);
  }
  if (typeof pattern === 'string' && compilePattern(pattern)?.test(value) === false) {
    return invalidValue(path, value, `${path} in body should match '${pattern}'`);
  }
  return undefined;
}

function checkString(value: string, schema: JsonObject, path: string, { causes }: Result): void {
  const problem = textProblem(value, schema, path);
  if (problem !== undefined) causes.push(problem);
  const { format } = schema;
  if (typeof format === 'string' && !hasFormat(value, format)) causes.push(wrongType(path, value, format));
}

function checkNumber(value: number, schema: JsonObject, path: string, { causes }: Result): void {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  const say = (text: string): number =>
    causes.push(invalidValue(path, value, `${path} in body should be ${text}`));
  if (typeof multipleOf === 'number' && !Number.isInteger(value / multipleOf))
    say(`a multiple of ${multipleOf}`);
  if (typeof maximum === 'number') {
    if (exclusiveMaximum === true && value >= maximum) say(`less than ${maximum}`);
    else if (value > maximum) say(`less than or equal to ${maximum}`);
  }
  if (typeof minimum === 'number') {
    if (exclusiveMinimum === true && value <= minimum) say(`greater than ${minimum}`);
    else if (value < minimum) say(`greater than or equal to ${minimum}`);
  }
}

function tooMany(path: string, count: number, most: number): StatusCause {
  const message = `Too many: ${count}: must have at most ${most} items`;
  return { reason: 'FieldValueTooMany', message, field: path };
}

function checkList(list: readonly unknown[], schema: JsonObject, path: string, out: Result): void {
  const { items, minItems, maxItems, uniqueItems } = schema;
  if (isRecord(items)) {
    list.forEach((item, index) => merge(out, run(item, items, `${path}[${index}]`)));
  }
  if (typeof minItems === 'number' && list.length < minItems) {
    out.causes.push(
      invalidValue(path, list.length, `${path} in body should have at least ${minItems} items`),
    );
  }
  if (typeof maxItems === 'number' && list.length > maxItems)
    out.causes.push(tooMany(path, list.length, maxItems));
  const repeats = list.some((item, index) => list.slice(0, index).some((each) => isEqualJson(each, item)));
  if (uniqueItems === true && repeats) {
    out.causes.push(invalidValue(path, '', `${path} in body shouldn't contain duplicates`));
  }
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  schema: JsonObject,
  path: string,
  out: Result,
): void {
  const { minProperties, maxProperties, additionalProperties, properties, required } = schema;
  const names = Object.keys(value).sort();
  if (typeof minProperties === 'number' && names.length < minProperties) {
    const detail = `${path} in body should have at least ${minProperties} properties`;
    out.causes.push(invalidValue(path, names.length, detail));
  }
  if (typeof maxProperties === 'number' && names.length > maxProperties) {
    out.causes.push(tooMany(path, names.length, maxProperties));
  }
  for (const name of names) {
    const field = fieldOf(properties, name) ?? additionalProperties;
    if (isRecord(field))
      merge(out, run(value[name], field as JsonObject, path === '' ? name : `${path}.${name}`));
  }
  for (const name of listOf(required)) {
    if (typeof name !== 'string' || Object.hasOwn(value, name)) continue;
    out.causes.push(requiredValue(path === '' ? name : `${path}.${name}`));
  }
}

function checkEnum(value: unknown, schema: JsonObject, path: string, { causes }: Result): void {
  const allowed = listOf(schema.enum);
  if (allowed.length === 0 || allowed.some((each) => isEqualJson(each, value))) return;
  causes.push(unsupportedValue(path, value, allowed));
}

function run(value: unknown, schema: JsonObject, path: string): Result {
  const out: Result = { causes: [], checks: 1 };
  checkType(value, schema, path, out);
  if (value === null) {
    if (schema.nullable !== true) checkEnum(value, schema, path, out);
    return out;
  }
  checkCombinations(value, schema, path, out);
  if (typeof value === 'string') checkString(value, schema, path, out);
  else if (typeof value === 'number') checkNumber(value, schema, path, out);
  else if (Array.isArray(value)) checkList(value, schema, path, out);
  checkEnum(value, schema, path, out);
  if (isRecord(value)) checkObject(value, schema, path, out);
  return out;
}

/** What is wrong with the value, each thing once. */
export function validateBySchema(value: unknown, schema: JsonObject, path: string): StatusCause[] {
  const seen = new Set<string>();
  return run(value, schema, path).causes.filter(({ field, message }) => {
    const id = `${field ?? ''} ${message}`;
    return seen.has(id) ? false : seen.add(id);
  });
}
