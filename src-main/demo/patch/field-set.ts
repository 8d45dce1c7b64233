/** Sets of fields, in the form of `fieldsV1`: a tree of path elements such as `f:spec`, `k:{"name":"x"}`, `v:"x"`. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { JsonObject } from '../model.ts';

/** One step of a path: a field, an item by its keys, an item by its value, an item by its place. */
export type PathElement = string;

/** A tree of fields; never changed once it is handed out. */
export interface FieldSet {
  readonly members: ReadonlySet<PathElement>;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export const EMPTY_SET: FieldSet = { members: new Set(), children: new Map() };

export function isEmptySet({ members, children }: FieldSet): boolean {
  return members.size === 0 && children.size === 0;
}

function withChildren(
  members: ReadonlySet<PathElement>,
  children: Iterable<readonly [PathElement, FieldSet]>,
): FieldSet {
  return { members, children: new Map([...children].filter(([, child]) => !isEmptySet(child))) };
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const own = children.get(element);
    children.set(element, own === undefined ? child : union(own, child));
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const members = new Set([...a.members].filter((element) => b.members.has(element)));
  const children = [...a.children].flatMap(([element, child]) => {
    const other = b.children.get(element);
    return other === undefined ? [] : [[element, intersection(child, other)] as const];
  });
  return withChildren(members, children);
}

/** Without the members of `b`; what lies below one of them stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b)) return a;
  const members = new Set([...a.members].filter((element) => !b.members.has(element)));
  const children = [...a.children].map(([element, child]) => {
    const other = b.children.get(element);
    return [element, other === undefined ? child : difference(child, other)] as const;
  });
  return withChildren(members, children);
}

/** Without the members of `b` and all that lies below them. */
export function prune(a: FieldSet, b: FieldSet): FieldSet {
  const members = new Set([...a.members].filter((element) => !b.members.has(element)));
  const children = [...a.children].flatMap(([element, child]) => {
    if (b.members.has(element)) return [];
    const other = b.children.get(element);
    return [[element, other === undefined ? child : prune(child, other)] as const];
  });
  return withChildren(members, children);
}

/** A set in the making. */
export class FieldSetBuilder {
  readonly #members = new Set<PathElement>();
  readonly #children = new Map<PathElement, FieldSetBuilder>();

  /** The whole object, with an empty path, is in no set. */
  insert(path: readonly PathElement[], from = 0): void {
    const element = path[from];
    if (element === undefined) return;
    if (from === path.length - 1) {
      this.#members.add(element);
      return;
    }
    let child = this.#children.get(element);
    if (child === undefined) {
      child = new FieldSetBuilder();
      this.#children.set(element, child);
    }
    child.insert(path, from + 1);
  }

  build(): FieldSet {
    return withChildren(
      this.#members,
      [...this.#children].map(([element, child]) => [element, child.build()] as const),
    );
  }
}

export function setOf(...paths: readonly (readonly PathElement[])[]): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.insert(path);
  return builder.build();
}

/** All paths, members before what lies below them. */
export function pathsOf({ members, children }: FieldSet): PathElement[][] {
  return [
    ...[...members].sort().map((element) => [element]),
    ...[...children.keys()].sort().flatMap((element) => {
      const child = children.get(element) ?? EMPTY_SET;
      return pathsOf(child).map((path) => [element, ...path]);
    }),
  ];
}

/** The `fieldsV1` of a set. */
export function writeFields({ members, children }: FieldSet): JsonObject {
  const out: Record<string, JsonObject> = {};
  for (const element of [...new Set([...members, ...children.keys()])].sort()) {
    const child = children.get(element);
    const fields = child === undefined ? {} : writeFields(child);
    out[element] = child !== undefined && members.has(element) ? { '.': {}, ...fields } : fields;
  }
  return out;
}

/** Keys in one spelling: clients may write them with spaces or in another order. */
function normalise(element: string): PathElement | undefined {
  const kind = element.slice(0, 2);
  if (kind === 'f:' || /^i:-?\d+$/.test(element)) return element;
  if (kind !== 'k:' && kind !== 'v:') return undefined;
  try {
    const value: unknown = JSON.parse(element.slice(2));
    if (kind === 'v:') return `v:${JSON.stringify(value)}`;
    return isRecord(value) ? keyElement(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The path element of an item by its keys. */
export function keyElement(keys: Readonly<Record<string, unknown>>): PathElement {
  const sorted = Object.keys(keys)
    .sort()
    .map((name) => [name, keys[name]] as const);
  return `k:${JSON.stringify(Object.fromEntries(sorted))}`;
}

/** The set of a `fieldsV1`; undefined for what is none. */
export function readFields(fields: unknown): FieldSet | undefined {
  if (!isRecord(fields)) return undefined;
  const members = new Set<PathElement>();
  const children = new Map<PathElement, FieldSet>();
  for (const [text, value] of Object.entries(fields)) {
    if (text === '.') continue;
    const element = normalise(text);
    const child = readFields(value);
    if (element === undefined || child === undefined || !isRecord(value)) return undefined;
    if (isEmptySet(child) || Object.hasOwn(value, '.')) members.add(element);
    if (!isEmptySet(child)) children.set(element, child);
  }
  return { members, children };
}

/** As conflicts name a path: `.spec.ports[port=80,protocol="TCP"].name`. */
export function printPath(path: readonly PathElement[]): string {
  return path.map(printElement).join('');
}

function printElement(element: PathElement): string {
  const text = element.slice(2);
  if (element.startsWith('f:')) return `.${text}`;
  if (element.startsWith('i:')) return `[${text}]`;
  if (element.startsWith('v:')) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}
