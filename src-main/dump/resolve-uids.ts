/** Ties objects together that were saved without uids: the uid others name them by, or one from their name. */
import { isRecord, record, records, text } from '../../shared/cluster/narrow.ts';
import { inventUid } from '../../shared/cluster/refs.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';
import type { KubeObject } from '../../shared/model/kube.ts';

/**
 * Gives, in place, objects without a uid the one that an owner reference, event or endpoint names them by, and owner
 * references without a uid that of the object they name.
 */
export function resolveUids(objects: readonly KubeObject[]): void {
  const named = new Map<string, string>();
  for (const object of objects) {
    for (const mention of mentionsIn(object)) if (mention.uid !== '') named.set(mention.key, mention.uid);
  }
  const uids = new Map<string, string>();
  for (const { kind, metadata } of objects) {
    const key = keyOf(kind, metadata.namespace, metadata.name);
    const uid = text(metadata.uid) || named.get(key);
    if (uid === undefined) continue;
    metadata.uid = uid;
    uids.set(key, uid);
  }
  for (const { metadata } of objects) {
    const owners: unknown = metadata.ownerReferences;
    if (!Array.isArray(owners)) continue;
    for (const owner of owners.filter(isRecord)) {
      const key = keyOf(text(owner.kind), metadata.namespace, text(owner.name));
      if (text(owner.uid) === '' && text(owner.name) !== '') owner.uid = uids.get(key) ?? key;
    }
  }
}

interface Mention {
  readonly key: string;
  readonly uid: string;
}

/** Where an object names others with their uid. Kubelet events give a node's name as its uid, which is none. */
function mentionsIn(object: KubeObject): Mention[] {
  const { namespace } = object.metadata;
  const about = [
    object.involvedObject,
    object.regarding,
    ...records(object.endpoints).map(({ targetRef }) => targetRef),
  ];
  const owners = records(object.metadata.ownerReferences).map((owner) => ({ ...owner, namespace }));
  return [...owners, ...about].flatMap((mention) => {
    const { kind, name, uid, namespace: where } = record(mention);
    if (text(name) === '' || uid === name) return [];
    return { key: keyOf(text(kind), text(where) || namespace, text(name)), uid: text(uid) };
  });
}

/** Also the uid that the store invents for an object without one. */
function keyOf(kind: string, namespace: string | undefined, name: string): string {
  const clusterScoped = Object.values(KINDS).some((row) => row.id === kind && !row.namespaced);
  return inventUid(kind, clusterScoped ? undefined : namespace, name);
}
