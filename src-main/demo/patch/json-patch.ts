/** JSON Patch (RFC 6902) as the API server applies it, which is laxer than the RFC: `replace` may add a field. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import { isEqualJson, setField } from '../schema/json-object.ts';

/** An operation that does not apply; the server does not tell which. */
export class JsonPatchFailure extends Error {}

type Container = Record<string, unknown> | unknown[];

interface Operation {
  readonly op: unknown;
  readonly path: unknown;
  readonly from: unknown;
  readonly value: unknown;
}

function fail(what: string): never {
  throw new JsonPatchFailure(what);
}

function unescape(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function child(container: Container, key: string): unknown {
  if (Array.isArray(container)) return container[indexOf(container, key, container.length)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

/** Place of an item; a negative one counts from the end. */
function indexOf(list: readonly unknown[], key: string, limit: number): number {
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN;
  const place = index < 0 ? index + limit : index;
  return place >= 0 && place < limit ? place : fail(`no item ${key} in a list of ${list.length}`);
}

/** The object or list that holds the last token of a pointer; what lies before its first slash is ignored. */
function findContainer(document: Container, pointer: unknown): { container: Container; key: string } {
  if (typeof pointer !== 'string') return fail('an operation without a path');
  const tokens = pointer.split('/').slice(1).map(unescape);
  const key = tokens.pop();
  if (key === undefined) return fail('a path without a slash');
  let container = document;
  for (const token of tokens) {
    const next = child(container, token);
    if (!isRecord(next) && !Array.isArray(next)) return fail(`nothing at ${pointer}`);
    container = next as Container;
  }
  return { container, key };
}

function add(document: Container, path: unknown, value: unknown): void {
  const { container, key } = findContainer(document, path);
  if (!Array.isArray(container)) setField(container, key, value);
  else if (key === '-') container.push(value);
  else container.splice(indexOf(container, key, container.length + 1), 0, value);
}

function remove(document: Container, path: unknown): void {
  const { container, key } = findContainer(document, path);
  if (Array.isArray(container)) container.splice(indexOf(container, key, container.length), 1);
  else if (Object.hasOwn(container, key)) Reflect.deleteProperty(container, key);
  else fail('nothing to remove');
}

function replace(document: Container, { path, value }: Operation): Container {
  if (path === '')
    return isRecord(value) || Array.isArray(value) ? (value as Container) : fail('no document');
  const { container, key } = findContainer(document, path);
  if (Array.isArray(container)) container[indexOf(container, key, container.length)] = value;
  else setField(container, key, value);
  return document;
}

function read(document: Container, pointer: unknown): unknown {
  const { container, key } = findContainer(document, pointer);
  return child(container, key) ?? null;
}

function test(document: Container, { path, value }: Operation): void {
  const present = path === '' ? document : read(document, path);
  if (!isEqualJson(present, value ?? null)) fail('a test that fails');
}

function applyOperation(document: Container, operation: Operation): Container {
  const { op, path, from, value } = operation;
  switch (op) {
    case 'add':
      add(document, path, value ?? null);
      return document;
    case 'remove':
      remove(document, path);
      return document;
    case 'replace':
      return replace(document, operation);
    case 'move': {
      const moved = read(document, from);
      remove(document, from);
      add(document, path, moved);
      return document;
    }
    case 'copy':
      add(document, path, structuredClone(read(document, from)));
      return document;
    case 'test':
      test(document, operation);
      return document;
    default:
      return fail('no such operation');
  }
}

/** The document after all operations; the given one stays as it is. Throws a JsonPatchFailure if one does not apply. */
export function applyJsonPatch(
  document: object,
  operations: readonly Readonly<Record<string, unknown>>[],
): unknown {
  let result = structuredClone(document) as Container;
  for (const { op, path, from, value } of structuredClone(operations)) {
    result = applyOperation(result, { op, path, from, value });
  }
  return result;
}
