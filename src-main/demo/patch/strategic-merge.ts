/** Strategic merge patch: lists merge by the keys that the schema of the kind declares. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { FieldType } from '../schema/field-type.ts';
import { isEqualJson, setField } from '../schema/json-object.ts';
import { goFormat } from './go-format.ts';
import { mergeInOrder, type Item } from './list-order.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const SET_ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';

type Fields = Readonly<Record<string, unknown>>;

/** A patch that cannot be applied; `code` is that of the answer. */
export class StrategicMergeFailure extends Error {
  readonly code: 400 | 422 | 500;

  constructor(code: 400 | 422 | 500, message: string) {
    super(message);
    this.code = code;
  }
}

function broken(message: string): never {
  throw new StrategicMergeFailure(500, message);
}

function malformed(what: string): never {
  throw new StrategicMergeFailure(400, `invalid patch format of ${what}`);
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isRecord(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return value === null ? '%!s(<nil>)' : typeof value === 'boolean' ? 'bool' : 'string';
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value)
    ? value
    : broken(`expected a []interface {}, but received a ${typeName(value)}`);
}

/** A new value without directives and nulls; undefined if it is itself one. */
function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue).filter((each) => each !== undefined);
  if (!isRecord(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const plain = value[name] === null ? undefined : plainValue(value[name]);
    if (plain !== undefined) setField(out, name, plain);
  }
  return out;
}

/** The strategy but for retainKeys, which its directive carries out. */
function strategyOf(type: FieldType | undefined): string | undefined {
  return type?.patchStrategies.find((strategy) => strategy !== 'retainKeys');
}

function fieldType(type: FieldType | undefined, name: string): FieldType | undefined {
  if (type === undefined || type.shape === 'any') return undefined;
  return type.shape === 'map' ? type.element : (type.fields.get(name) ?? broken(unknownField(type, name)));
}

function unknownField(type: FieldType, name: string): string {
  return `unable to find api field in struct ${type.structName} for the json field ${JSON.stringify(name)}`;
}

/** Fields that the patch's `$retainKeys` does not name go. */
function retainKeys(original: Fields, patch: Fields): Fields {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return original;
  const list = patch[RETAIN_KEYS];
  if (!Array.isArray(list)) return malformed('retainKeys');
  const kept = new Set<unknown>(list);
  const stray = Object.keys(patch).some(
    (name) =>
      name !== RETAIN_KEYS &&
      patch[name] !== null &&
      !name.startsWith(SET_ORDER) &&
      !name.startsWith(DELETE_FROM) &&
      !kept.has(name),
  );
  if (stray) return malformed('retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([name]) => kept.has(name)));
}

/** Merges a patch into an object of the given type; neither is changed. */
export function strategicMerge(original: Fields, patch: Fields, type: FieldType | undefined): Fields {
  if (Object.hasOwn(patch, DIRECTIVE)) return applyDirective(patch);
  const out: Record<string, unknown> = {};
  const base = retainKeys(original, patch);
  for (const name of Object.keys(base)) setField(out, name, base[name]);
  const ordered = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ORDER)) continue;
    const name = key.slice(SET_ORDER.length);
    if (mergeOrdered(out, patch, name, asList(patch[key]), type)) ordered.add(name);
  }
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(SET_ORDER) || ordered.has(key)) continue;
    mergeField(out, key, patch[key], type);
  }
  return out;
}

function applyDirective(patch: Fields): Fields {
  const directive = patch[DIRECTIVE];
  if (directive === 'delete') return {};
  if (directive !== 'replace') {
    return broken(`unknown patch type: ${goFormat(directive)} in map: ${goFormat(patch)}`);
  }
  return Object.fromEntries(Object.entries(patch).filter(([name]) => name !== DIRECTIVE));
}

function mergeField(
  out: Record<string, unknown>,
  key: string,
  value: unknown,
  type: FieldType | undefined,
): void {
  const deletes = key.startsWith(DELETE_FROM);
  const name = deletes ? key.slice(DELETE_FROM.length) : key;
  const present = Object.hasOwn(out, name) ? out[name] : undefined;
  if (value === null) {
    Reflect.deleteProperty(out, name);
    return;
  }
  const merged = deletes ? deleteItems(present, value) : mergeValue(present, value, name, type);
  if (merged === undefined) Reflect.deleteProperty(out, name);
  else setField(out, name, merged);
}

/** What a `$deleteFromPrimitiveList` leaves. */
function deleteItems(present: unknown, value: unknown): unknown {
  if (!Array.isArray(present) || !Array.isArray(value)) return present;
  const gone = new Set<unknown>(value);
  return present.filter((each) => !gone.has(each));
}

function mergeValue(present: unknown, value: unknown, name: string, type: FieldType | undefined): unknown {
  if (isRecord(present) && isRecord(value)) {
    const field = fieldType(type, name);
    return strategyOf(field) === 'replace' ? value : strategicMerge(present, value, field);
  }
  if (Array.isArray(present) && Array.isArray(value)) return mergeList(present, value, fieldType(type, name));
  return plainValue(value);
}

function mergeList(
  present: readonly unknown[],
  patch: readonly unknown[],
  type: FieldType | undefined,
): readonly unknown[] {
  if (type === undefined || strategyOf(type) !== 'merge') return patch;
  if (present.length === 0 && patch.length === 0) return present;
  const key = requireSameKind(present, patch) ? mergeKeyOf(type) : undefined;
  if (key === undefined) {
    const merged = [...new Set([...present, ...patch])];
    return mergeInOrder(merged, patch, present, undefined);
  }
  const { original, added } = applyItemDirectives(present as readonly Item[], patch as readonly Item[], key);
  return mergeInOrder(mergeItems(original, added, key, type.element), added, original, key);
}

function mergeKeyOf({ patchMergeKey }: FieldType): string {
  return patchMergeKey ?? broken('cannot merge lists without merge key for slice');
}

/** Whether the items are objects; they must be all of one type, and no lists. */
function requireSameKind(...lists: readonly (readonly unknown[])[]): boolean {
  const names = lists.flat().map(typeName);
  if (names[0] === '[]interface {}') throw new StrategicMergeFailure(422, 'lists of lists are not supported');
  if (names.some((name) => name !== names[0])) {
    broken(`list element types are not identical: ${goFormat(lists)}`);
  }
  return names[0] === 'map[string]interface {}';
}

/** Carries out `$patch` of items: `delete` takes an item out of the original, `replace` all of them. */
function applyItemDirectives(
  present: readonly Item[],
  patch: readonly Item[],
  key: string,
): { original: readonly Item[]; added: readonly Item[] } {
  let original = present;
  let replaced = false;
  const added: Item[] = [];
  for (const item of patch) {
    const directive = item[DIRECTIVE];
    if (directive === undefined) added.push(item);
    else if (directive === 'replace') replaced = true;
    else if (directive === 'delete') {
      const value = mergeValueOf(item, key);
      original = original.filter((each) => !isEqualJson(each[key], value));
    } else if (directive === 'merge') broken('merging lists cannot yet be specified in the patch');
    else broken(`unknown patch type: ${goFormat(directive)} in map: ${goFormat(item)}`);
  }
  return replaced ? { original: added, added: [] } : { original, added };
}

function mergeValueOf(item: Item, key: string): unknown {
  if (Object.hasOwn(item, key)) return item[key];
  return broken(`map: ${goFormat(item)} does not contain declared merge key: ${key}`);
}

function mergeItems(
  original: readonly Item[],
  added: readonly Item[],
  key: string,
  element: FieldType,
): Item[] {
  const out = [...original];
  for (const item of added) {
    const value = mergeValueOf(item, key);
    const at = out.findIndex((each) => isEqualJson(each[key], value));
    const found = out[at];
    if (found === undefined) out.push(item);
    else out[at] = strategicMerge(found, item, element);
  }
  return out;
}

/**
 * Merges the list that a `$setElementOrder` speaks of, then orders it by that directive.
 * Returns false if there is no such list.
 */
function mergeOrdered(
  out: Record<string, unknown>,
  patch: Fields,
  name: string,
  order: readonly unknown[],
  type: FieldType | undefined,
): boolean {
  const field = fieldType(type, name);
  const present = Object.hasOwn(out, name) ? asList(out[name]) : undefined;
  const given = Object.hasOwn(patch, name) ? patch[name] : undefined;
  const items = given === undefined || given === null ? undefined : asList(given);
  const key = field?.patchMergeKey;
  if (items !== undefined) requireOrder(items, order, key);
  if (present === undefined && items === undefined) return false;
  const merged =
    present === undefined
      ? (plainValue(items) as readonly unknown[])
      : items === undefined
        ? present
        : mergeList(present, items, field);
  setField(out, name, mergeInOrder(merged, order, present ?? [], key));
  return true;
}

/** Items of the patch must come in the order that its directive gives. */
function requireOrder(items: readonly unknown[], order: readonly unknown[], key: string | undefined): void {
  const wanted = items.filter((item) => !isRecord(item) || item[DIRECTIVE] === undefined);
  if (order.length === 0) return;
  const idOf = (item: unknown): unknown =>
    key === undefined ? item : mergeValueOf(isRecord(item) ? item : broken(noMap(item)), key);
  let next = 0;
  for (const each of order) {
    if (next < wanted.length && isEqualJson(idOf(wanted[next]), idOf(each))) next++;
  }
  if (next === wanted.length) return;
  broken(
    `The order in patch list:\n${goFormat(items)}\n doesn't match $setElementOrder list:\n${goFormat(order)}\n`,
  );
}

function noMap(item: unknown): string {
  return `expected a map[string]interface {}, but received a ${typeName(item)}`;
}
