/** All objects of one kind, by uid and by name, with the indexes of the kind. */
import { indexKeysOf, type IndexName } from '../../shared/cluster/index-keys.ts';
import { isRecord, text } from '../../shared/cluster/narrow.ts';
import { controllerOf, inventUid } from '../../shared/cluster/refs.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';
import type { KindId, KubeObject } from '../../shared/model/kube.ts';
import { KeyIndex } from './key-index.ts';
import { share } from './share.ts';

export class Shelf {
  readonly #kind: KindId;
  readonly #byUid = new Map<string, KubeObject>();
  /** By namespace, then by name, with the objects' own strings as keys: no further strings are kept. */
  readonly #byName = new Map<string, Map<string, KubeObject>>();
  readonly #indexes = new Map<IndexName, KeyIndex>();

  constructor(kind: KindId) {
    this.#kind = kind;
    for (const [name, keys] of indexKeysOf(kind)) this.#indexes.set(name, new KeyIndex(keys));
  }

  get size(): number {
    return this.#byUid.size;
  }

  all(): Iterable<KubeObject> {
    return this.#byUid.values();
  }

  byUid(uid: string): KubeObject | undefined {
    return this.#byUid.get(uid);
  }

  byName(namespace: string | undefined, name: string): KubeObject | undefined {
    const where = KINDS[this.#kind].namespaced ? (namespace ?? '') : '';
    return this.#byName.get(where)?.get(name);
  }

  inNamespace(namespace: string): Iterable<KubeObject> {
    return this.#byName.get(namespace)?.values() ?? [];
  }

  indexed(index: IndexName, key: string): KubeObject[] {
    const found: KubeObject[] = [];
    for (const uid of this.#indexes.get(index)?.uids(key) ?? []) {
      const object = this.#byUid.get(uid);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  countIndexed(index: IndexName, key: string): number {
    return this.#indexes.get(index)?.uids(key)?.size ?? 0;
  }

  /**
   * Makes an incoming object fit to be stored, in place: kind and apiVersion (list items come without), a uid, and no
   * namespace on a cluster-scoped one. Answers the uid; `undefined` for what has no usable name.
   */
  adopt(object: KubeObject): string | undefined {
    const row = KINDS[this.#kind];
    const { metadata } = object;
    if (!isRecord(metadata) || text(metadata.name) === '') return undefined;
    if (row.namespaced && text(metadata.namespace) === '') return undefined;
    if (!row.namespaced) delete metadata.namespace;
    object.kind = row.id;
    if (text(object.apiVersion) === '')
      object.apiVersion = `${row.group === '' ? '' : `${row.group}/`}${row.versions[0] ?? 'v1'}`;
    if (text(metadata.uid) === '') metadata.uid = inventUid(row.id, metadata.namespace, metadata.name);
    return metadata.uid;
  }

  /** Stores an adopted object; answers what is stored, which shares what it can with `before` or a sibling. */
  put(uid: string, object: KubeObject, before: KubeObject | undefined): KubeObject {
    const after = share(object, before ?? this.#sibling(object));
    this.#byUid.set(uid, after);
    const { namespace = '', name } = after.metadata;
    const names = this.#byName.get(namespace);
    if (names === undefined) this.#byName.set(namespace, new Map([[name, after]]));
    else names.set(name, after);
    for (const index of this.#indexes.values()) index.move(uid, before, after);
    return after;
  }

  drop(uid: string, object: KubeObject): void {
    this.#byUid.delete(uid);
    const { namespace = '', name } = object.metadata;
    const names = this.#byName.get(namespace);
    if (names?.get(name) === object) names.delete(name);
    if (names?.size === 0) this.#byName.delete(namespace);
    for (const index of this.#indexes.values()) index.move(uid, object, undefined);
  }

  /** Any object with the same controller: pods of one owner are nearly the same. */
  #sibling(object: KubeObject): KubeObject | undefined {
    const owner = controllerOf(object);
    if (owner === undefined) return undefined;
    for (const uid of this.#indexes.get('owner')?.uids(owner.uid) ?? []) return this.#byUid.get(uid);
    return undefined;
  }
}
