/** Merges what is applied into an object, and takes out what is applied no more, field by field. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { FieldType } from '../schema/field-type.ts';
import { setField } from '../schema/json-object.ts';
import { atomOf, isDeclared, itemElement, typeOfField, type MergeType } from './atoms.ts';
import { EMPTY_SET, isEmptySet, type FieldSet, type PathElement } from './field-set.ts';

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

/** The object with the applied one merged in; undefined is a value that is not there. Neither is changed. */
export function mergeApplied(live: unknown, applied: unknown, type: MergeType): unknown {
  if (applied === undefined) return live;
  const atom = atomOf(type, applied ?? live);
  if (atom.kind === 'leaf' || (isEmpty(live) && isEmpty(applied))) return applied;
  if (atom.kind === 'map') return mergeFields(live, applied, atom.type);
  return mergeItems(live, applied, atom.type);
}

function mergeFields(live: unknown, applied: unknown, type: MergeType): unknown {
  const left = isRecord(live) ? live : {};
  const right = isRecord(applied) ? applied : {};
  const out: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const old = Object.hasOwn(left, name) ? left[name] : undefined;
    const wanted = Object.hasOwn(right, name) ? right[name] : undefined;
    const merged = mergeApplied(old, wanted, typeOfField(type, name));
    if (merged !== undefined) setField(out, name, merged);
  }
  return out;
}

interface Indexed {
  readonly elements: readonly PathElement[];
  /** Undefined for items that cannot be told apart. */
  readonly values: ReadonlyMap<PathElement, unknown>;
}

function index(type: FieldType, list: readonly unknown[]): Indexed {
  const elements: PathElement[] = [];
  const values = new Map<PathElement, unknown>();
  for (const item of list) {
    const element = itemElement(type, item);
    values.set(element, values.has(element) ? undefined : item);
    elements.push(element);
  }
  return { elements, values };
}

/** Items that both have come in the order of the applied ones; the live ones stay between them where they were. */
function mergeItems(live: unknown, applied: unknown, type: FieldType): unknown {
  const liveList = Array.isArray(live) ? (live as readonly unknown[]) : [];
  const left = index(type, liveList);
  const right = index(type, Array.isArray(applied) ? applied : []);
  const shared = right.elements.filter((element) => left.values.has(element));
  const out: unknown[] = [];
  const merged = new Set<PathElement>();
  const take = (element: PathElement): void => {
    out.push(mergeApplied(left.values.get(element), right.values.get(element), type.element));
    merged.add(element);
    if (shared[0] === element) shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < left.elements.length || r < right.elements.length) {
    const mine = left.elements[l];
    const theirs = right.elements[r];
    if (mine !== undefined && mine === theirs) {
      take(mine);
      l++;
      r++;
    } else if (mine !== undefined && !right.values.has(mine)) {
      out.push(liveList[l]);
      l++;
    } else if (mine !== undefined && (merged.has(mine) || (theirs !== undefined && shared[0] !== mine))) {
      l++;
    } else if (theirs !== undefined) {
      take(theirs);
      r++;
    } else {
      l++;
    }
  }
  return out;
}

/** The value without the fields and items of the set; maps and lists that become empty go, too. */
export function removeFields(value: unknown, gone: FieldSet, type: MergeType): unknown {
  const atom = atomOf(type, value);
  // A map or list that is owned as one is kept or removed by who holds it.
  if (atom.kind === 'leaf') return isRecord(value) || Array.isArray(value) ? undefined : value;
  return atom.kind === 'map' ? removeFromMap(value, gone, atom.type) : removeFromList(value, gone, atom.type);
}

function removeFromMap(value: unknown, gone: FieldSet, type: MergeType): unknown {
  if (!isRecord(value)) return undefined;
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const element = `f:${name}`;
    if (gone.members.has(element)) continue;
    const below = gone.children.get(element) ?? EMPTY_SET;
    const kept = isEmptySet(below) ? value[name] : removeFields(value[name], below, typeOfField(type, name));
    setField(out, name, kept ?? null);
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

function removeFromList(value: unknown, gone: FieldSet, type: FieldType): unknown {
  if (!Array.isArray(value)) return undefined;
  const out: unknown[] = [];
  for (const item of value as readonly unknown[]) {
    const element = itemElement(type, item);
    if (gone.members.has(element)) continue;
    const below = gone.children.get(element) ?? EMPTY_SET;
    out.push(isEmptySet(below) ? item : (removeFields(item, below, type.element) ?? null));
  }
  return out.length === 0 ? undefined : out;
}

/** The set with every field that the schema names and that something below is in. */
export function withNamedFields(set: FieldSet, type: MergeType): FieldSet {
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const name = element.startsWith('f:') ? element.slice(2) : undefined;
    if (name !== undefined && isDeclared(type, name)) members.add(element);
    const below =
      name !== undefined ? typeOfField(type, name) : type?.shape === 'list' ? type.element : undefined;
    children.set(element, withNamedFields(child, below));
  }
  return { members, children };
}
