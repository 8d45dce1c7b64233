/** What a dump proves to be absent: only what stands beside objects of the same kind in the same namespace. */
import { KIND_IDS, KINDS } from '../../shared/kinds/kinds.ts';
import type { KindId } from '../../shared/model/kube.ts';
import { enumerate } from '../../shared/scenarios/words.ts';
import type { ObjectStore } from '../store/contract.ts';

const MAX_NAMED = 5;

/**
 * A kind with no object (in a namespace, if namespaced) counts as not listed there; one object means fully listed.
 *
 * @param namespaces every namespace of which the dump holds anything
 */
export function setDumpKnowledge(store: ObjectStore, namespaces: Iterable<string>): void {
  const places = [...namespaces].sort();
  for (const kind of KIND_IDS) {
    if (!KINDS[kind].namespaced) {
      const missing = store.count(kind) === 0;
      store.setKnowledge(
        kind,
        missing ? 'unknown' : 'known',
        undefined,
        missing ? because(kind, []) : undefined,
      );
      continue;
    }
    const filled = new Set([...store.all(kind)].map(({ metadata }) => metadata.namespace));
    const empty = places.filter((namespace) => !filled.has(namespace));
    for (const namespace of places) {
      const missing = !filled.has(namespace);
      const reason = missing ? because(kind, [namespace]) : undefined;
      store.setKnowledge(kind, missing ? 'unknown' : 'known', namespace, reason);
    }
    const all = places.length > 0 && empty.length === 0;
    const nowhere = empty.length === places.length;
    store.setKnowledge(
      kind,
      all ? 'known' : 'unknown',
      undefined,
      all ? undefined : because(kind, nowhere ? [] : empty),
    );
  }
}

function because(kind: KindId, namespaces: readonly string[]): { reason: string; fix: string } {
  const { resource, group } = KINDS[kind];
  const api = group === '' ? resource : `${resource}.${group}`;
  const [only] = namespaces.length === 1 ? namespaces : [];
  const where =
    only !== undefined
      ? ` of namespace ${only}`
      : namespaces.length > 1
        ? ` of namespaces ${enumerate(namespaces, MAX_NAMED)}`
        : '';
  const scope = only !== undefined ? ` -n ${only}` : KINDS[kind].namespaced ? ' -A' : '';
  return {
    reason: `The dump holds no ${kind}${where}, so what is missing there cannot be told.`,
    fix: `Add the output of: kubectl get ${api}${scope} -o json`,
  };
}
