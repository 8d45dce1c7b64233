/** Which fields an object has, and which of them a write adds, changes or takes away. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { FieldType } from '../schema/field-type.ts';
import { isEqualJson } from '../schema/json-object.ts';
import { atomOf, isDeclared, itemElement, typeOfField, type Atom, type MergeType } from './atoms.ts';
import { FieldSetBuilder, type FieldSet, type PathElement } from './field-set.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

interface Builders {
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

/** Items of a list by their identity, in order. */
function itemsByElement(type: FieldType, list: readonly unknown[]): Map<PathElement, unknown[]> {
  const items = new Map<PathElement, unknown[]>();
  for (const item of list) {
    const element = itemElement(type, item);
    const same = items.get(element);
    if (same === undefined) items.set(element, [item]);
    else same.push(item);
  }
  return items;
}

/** Every leaf and every item of a value. */
export function fieldSetOf(value: unknown, type: MergeType): FieldSet {
  const builder = new FieldSetBuilder();
  collect(value, type, [], builder);
  return builder.build();
}

function collect(value: unknown, type: MergeType, path: readonly PathElement[], out: FieldSetBuilder): void {
  const atom = atomOf(type, value);
  if (atom.kind === 'leaf') out.insert(path);
  else if (atom.kind === 'list') collectItems(value, atom.type, path, out);
  else collectFields(value, atom.type, path, out);
}

function collectFields(
  value: unknown,
  type: MergeType,
  path: readonly PathElement[],
  out: FieldSetBuilder,
): void {
  if (!isRecord(value)) return;
  for (const name of Object.keys(value)) {
    const field = value[name];
    if (field === undefined) continue;
    const at = [...path, `f:${name}`];
    collect(field, typeOfField(type, name), at, out);
    const isLeafLike = field === null || (isRecord(field) && isEmpty(field));
    if (isLeafLike || !isDeclared(type, name)) out.insert(at);
  }
}

function collectItems(
  value: unknown,
  type: FieldType,
  path: readonly PathElement[],
  out: FieldSetBuilder,
): void {
  if (!Array.isArray(value)) return;
  for (const [element, items] of itemsByElement(type, value)) {
    const at = [...path, element];
    // Items that cannot be told apart are owned as one.
    if (items.length === 1) collect(items[0], type.element, at, out);
    out.insert(at);
  }
}

/** What changes from `before` to `after`; undefined is a value that is not there. */
export function compare(before: unknown, after: unknown, type: MergeType): Comparison {
  const builders: Builders = {
    added: new FieldSetBuilder(),
    modified: new FieldSetBuilder(),
    removed: new FieldSetBuilder(),
  };
  compareAt(before, after, type, [], builders);
  return {
    added: builders.added.build(),
    modified: builders.modified.build(),
    removed: builders.removed.build(),
  };
}

function note(before: unknown, after: unknown, path: readonly PathElement[], out: Builders): void {
  if (before === undefined) out.added.insert(path);
  else if (after === undefined) out.removed.insert(path);
  else if (!isEqualJson(before, after)) out.modified.insert(path);
}

function isSameAtom(a: Atom, b: Atom): boolean {
  return a.kind === b.kind;
}

function compareAt(
  before: unknown,
  after: unknown,
  type: MergeType,
  path: readonly PathElement[],
  out: Builders,
): void {
  if (before === undefined && after === undefined) return;
  // Most of an object stays as it is.
  if (before === after) return;
  // Null takes the form of the other.
  const left = atomOf(type, before ?? after);
  const right = atomOf(type, after ?? before);
  if (after === undefined) visit(left, before, after, path, out);
  else if (before === undefined || isSameAtom(left, right)) visit(right, before, after, path, out);
  else note(before, after, path, out);
}

function visit(
  atom: Atom,
  before: unknown,
  after: unknown,
  path: readonly PathElement[],
  out: Builders,
): void {
  // Empty and null are told apart as leaves are.
  if (atom.kind === 'leaf' || (isEmpty(before) && isEmpty(after))) {
    note(before, after, path, out);
    return;
  }
  if (atom.kind === 'map') compareFields(before, after, atom.type, path, out);
  else compareItems(before, after, atom.type, path, out);
  if (before === undefined || after === undefined) note(before, after, path, out);
}

function compareFields(
  before: unknown,
  after: unknown,
  type: MergeType,
  path: readonly PathElement[],
  out: Builders,
): void {
  const left = isRecord(before) ? before : {};
  const right = isRecord(after) ? after : {};
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) {
    const old = Object.hasOwn(left, name) ? left[name] : undefined;
    const wanted = Object.hasOwn(right, name) ? right[name] : undefined;
    compareAt(old, wanted, typeOfField(type, name), [...path, `f:${name}`], out);
  }
}

function compareItems(
  before: unknown,
  after: unknown,
  type: FieldType,
  path: readonly PathElement[],
  out: Builders,
): void {
  const left = itemsByElement(type, Array.isArray(before) ? before : []);
  const right = itemsByElement(type, Array.isArray(after) ? after : []);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const old = left.get(element) ?? [];
    const wanted = right.get(element) ?? [];
    const at = [...path, element];
    if (old.length <= 1 && wanted.length <= 1) {
      compareAt(old[0], wanted[0], type.element, at, out);
    } else if (old.length > 1 && wanted.length > 1) {
      if (!isEqualJson(old, wanted)) out.modified.insert(at);
    } else if (old.length > 1) {
      compareAt(undefined, wanted[0], type.element, at, out);
      out.removed.insert(at);
    } else {
      compareAt(old[0], undefined, type.element, at, out);
      out.added.insert(at);
    }
  }
}
