/** Reads lists and watch events of untrusted JSON: as objects, or as anything else a codec makes of them. */
import type { KubeObject } from '../../shared/model/kube.ts';
import { cutManagedFields } from './cut-managed-fields.ts';
import { isFields, textOf } from './json.ts';
import type { Fields } from './json.ts';

/** What a list-watch needs of one item. */
export interface Item<T> {
  readonly uid: string;
  readonly value: T;
}

export interface Page<T> {
  readonly items: readonly Item<T>[];
  /** Items of a shape that no object has. */
  readonly dropped: number;
  readonly resourceVersion: string;
  /** Token of the next page. */
  readonly next?: string | undefined;
  /** Items after this page, if the server counts them. */
  readonly remaining?: number | undefined;
}

export type WatchEvent<T> =
  | { readonly type: 'upsert' | 'remove'; readonly item: Item<T>; readonly resourceVersion: string }
  | { readonly type: 'bookmark'; readonly resourceVersion: string }
  /** A Status object. */
  | { readonly type: 'error'; readonly status: unknown }
  | { readonly type: 'dropped'; readonly resourceVersion: string };

export interface Codec<T> {
  readonly accept: string;
  readonly query: Readonly<Record<string, string>>;
  /** undefined for JSON that is no list. Throws SyntaxError for what is no JSON. */
  readPage(text: string): Page<T> | undefined;
  /** undefined for JSON that is no watch event. Throws SyntaxError for what is no JSON. */
  readEvent(line: string): WatchEvent<T> | undefined;
}

/** JSON text of the API as a value, without managedFields. Throws SyntaxError. */
export const parseJson = (text: string): unknown => JSON.parse(cutManagedFields(text)) as unknown;

/** Resource version, continue token and count of a list's metadata. */
export function readListMeta(list: Fields): Pick<Page<never>, 'resourceVersion' | 'next' | 'remaining'> {
  const meta = isFields(list.metadata) ? list.metadata : {};
  const next = textOf(meta.continue);
  return {
    resourceVersion: textOf(meta.resourceVersion),
    next: next === '' ? undefined : next,
    remaining: typeof meta.remainingItemCount === 'number' ? meta.remainingItemCount : undefined,
  };
}

const EVENT_TYPES: Readonly<Record<string, 'upsert' | 'remove' | 'bookmark' | 'error'>> = {
  ADDED: 'upsert',
  MODIFIED: 'upsert',
  DELETED: 'remove',
  BOOKMARK: 'bookmark',
  ERROR: 'error',
};

/** The type and the object of a watch event; undefined for anything else. */
export function readEnvelope(
  event: unknown,
): { type: 'upsert' | 'remove' | 'bookmark' | 'error'; object: Fields } | undefined {
  if (!isFields(event) || !isFields(event.object)) return undefined;
  const name = textOf(event.type);
  const type = Object.hasOwn(EVENT_TYPES, name) ? EVENT_TYPES[name] : undefined;
  return type === undefined ? undefined : { type, object: event.object };
}

const versionOf = (object: Fields): string =>
  isFields(object.metadata) ? textOf(object.metadata.resourceVersion) : '';

/** A codec for whole objects. `prepare` may change what it is given; an item it throws on is dropped. */
export function createObjectCodec<T>(prepare: (item: KubeObject) => T): Codec<T> {
  function readItem(value: unknown, apiVersion: string, kind: string): Item<T> | undefined {
    if (!isFields(value) || !isFields(value.metadata)) return undefined;
    const { uid, name } = value.metadata;
    if (typeof uid !== 'string' || uid === '' || typeof name !== 'string' || name === '') return undefined;
    // The items of a typed list leave out what the list says for all of them.
    const whole = value.kind === undefined ? { apiVersion, kind, ...value } : value;
    if (textOf(whole.kind) === '' || textOf(whole.apiVersion) === '') return undefined;
    try {
      return { uid, value: prepare(whole as unknown as KubeObject) };
    } catch {
      return undefined;
    }
  }

  return {
    accept: 'application/json',
    query: {},
    readPage(text) {
      const list = parseJson(text);
      if (!isFields(list)) return undefined;
      // Go writes an empty list of some kinds as null.
      const raw = list.items ?? [];
      if (!Array.isArray(raw) || !textOf(list.kind).endsWith('List')) return undefined;
      const kind = textOf(list.kind).slice(0, -'List'.length);
      const apiVersion = textOf(list.apiVersion);
      const items: Item<T>[] = [];
      for (const each of raw as unknown[]) {
        const item = readItem(each, apiVersion, kind);
        if (item !== undefined) items.push(item);
      }
      return { items, dropped: raw.length - items.length, ...readListMeta(list) };
    },
    readEvent(line) {
      const event = readEnvelope(parseJson(line));
      if (event === undefined) return undefined;
      const { type, object } = event;
      if (type === 'error') return { type, status: object };
      const resourceVersion = versionOf(object);
      if (type === 'bookmark') return { type, resourceVersion };
      const item = readItem(object, '', '');
      return item === undefined ? { type: 'dropped', resourceVersion } : { type, item, resourceVersion };
    },
  };
}
