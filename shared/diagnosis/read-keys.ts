/** Names for what an evaluation read, so that a change finds exactly those who must look again. */
import { indexKeysOf, keyIn, type IndexName } from '../cluster/index-keys.ts';
import type { Change } from '../cluster/source.ts';
import type { KindId, KubeObject } from '../model/kube.ts';

export const readKey = {
  /** One object by name. */
  name: (kind: KindId, namespace: string | undefined, name: string): string =>
    `${kind} name\n${keyIn(namespace, name)}`,
  uid: (uid: string): string => `uid\n${uid}`,
  /** Everything of a kind in a namespace, whatever changes in it. */
  namespace: (kind: KindId, namespace: string | undefined): string => `${kind} namespace\n${namespace ?? ''}`,
  /** Which names there are of a kind in a namespace. */
  names: (kind: KindId, namespace: string): string => `${kind} names\n${namespace}`,
  index: (kind: KindId, index: IndexName, key: string): string => `${kind} ${index}\n${key}`,
  knowledge: (kind: KindId): string => `${kind} knowledge`,
  log: (request: string): string => `log\n${request}`,
};

/** The keys whose answer may differ after a change. Repeats are possible. */
export function keysOfChange({ kind, before, after }: Change): string[] {
  const keys: string[] = [];
  for (const object of [before, after]) if (object !== undefined) addKeys(keys, kind, object);
  const either = after ?? before;
  if (either !== undefined && (before === undefined || after === undefined)) {
    keys.push(readKey.names(kind, either.metadata.namespace ?? ''));
  }
  return keys;
}

function addKeys(keys: string[], kind: KindId, object: KubeObject): void {
  const { uid, namespace, name } = object.metadata;
  // Cluster-scoped objects stand in the namespace '': that key covers "all nodes".
  keys.push(readKey.name(kind, namespace, name), readKey.namespace(kind, namespace));
  if (uid !== undefined) keys.push(readKey.uid(uid));
  for (const [index, { keysOf }] of indexKeysOf(kind)) {
    for (const key of keysOf(object)) keys.push(readKey.index(kind, index, key));
  }
}
