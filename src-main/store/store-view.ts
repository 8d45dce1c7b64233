/** The read-only side of the store: every question a scenario may ask, answered from an index. */
import { eventKeysOf, latestEvents } from '../../shared/cluster/events.ts';
import { keyIn, subjectKey, type IndexName } from '../../shared/cluster/index-keys.ts';
import { record } from '../../shared/cluster/narrow.ts';
import {
  labelPairs,
  matchesSelector,
  meets,
  requirementsOf,
  type Requirement,
} from '../../shared/cluster/selectors.ts';
import type { KindKnowledge, StoreView } from '../../shared/cluster/source.ts';
import { KIND_IDS, KINDS } from '../../shared/kinds/kinds.ts';
import type { KindId, KubeEvent, KubeObject, ObjectOf } from '../../shared/model/kube.ts';
import type { Shelf } from './shelf.ts';

/** @param shelves one shelf per kind, read when asked, never copied */
export function createStoreView(
  shelves: Readonly<Record<KindId, Shelf>>,
  knowledgeOf: (kind: KindId) => KindKnowledge,
): StoreView {
  function indexed<K extends KindId>(kind: K, index: IndexName, key: string): ObjectOf<K>[] {
    return sorted(shelves[kind].indexed(index, key));
  }

  function byUid(uid: string): KubeObject | undefined {
    for (const kind of KIND_IDS) {
      const object = shelves[kind].byUid(uid);
      if (object !== undefined) return object;
    }
    return undefined;
  }

  return {
    knowledge(kind, namespace) {
      const { all, namespaces } = knowledgeOf(kind);
      return (namespace === undefined ? undefined : namespaces.get(namespace)) ?? all;
    },
    get: <K extends KindId>(kind: K, namespace: string | undefined, name: string) =>
      shelves[kind].byName(namespace, name),
    byUid,
    ownedBy: (kind, ownerUid) => indexed(kind, 'owner', ownerUid),
    podsOnNode: (node) => indexed('Pod', 'node', node),
    podsSelected(namespace, selector) {
      const requirements = requirementsOf(selector);
      if (requirements === undefined || requirements.length === 0) return [];
      const pair = rarestPair(shelves.Pod, namespace, requirements);
      const candidates =
        pair === undefined ? [...shelves.Pod.inNamespace(namespace)] : shelves.Pod.indexed('label', pair);
      return sorted(candidates.filter((pod) => meets(pod.metadata.labels, requirements)));
    },
    nodes: () => sorted([...shelves.Node.all()]),
    podsInNamespace: (namespace) => sorted([...shelves.Pod.inNamespace(namespace)]),
    slicesOf: (namespace, service) => indexed('EndpointSlice', 'service', keyIn(namespace, service)),
    servicesSelecting(pod) {
      const { namespace, labels } = pod.metadata;
      const keys = labelPairs(labels).map((pair) => keyIn(namespace, ...pair));
      const services = keys.flatMap((key) => shelves.Service.indexed('selector', key));
      return sorted(services.filter((service) => selects(service, labels)));
    },
    ingressesTo: (namespace, service) => indexed('Ingress', 'backend', keyIn(namespace, service)),
    podsReferring: (kind, namespace, name) => indexed('Pod', 'reference', keyIn(namespace, kind, name)),
    bindingsFor: (kind, subject) => indexed(kind, 'subject', subjectKey(subject)),
    roleBindingsIn: (namespace) => sorted([...shelves.RoleBinding.inNamespace(namespace)]),
    names: (kind, namespace) =>
      [...shelves[kind].inNamespace(KINDS[kind].namespaced ? (namespace ?? '') : '')]
        .map(({ metadata }) => metadata.name)
        .sort(),
    eventsOf(uid) {
      const object = byUid(uid);
      const keys = object === undefined ? [uid] : eventKeysOf(object);
      return latestEvents(keys.flatMap((key) => shelves.Event.indexed('about', key)) as KubeEvent[]);
    },
  };
}

/** The key of the label pair that fewest pods have; `undefined` where the selector asks for no exact value. */
function rarestPair(
  pods: Shelf,
  namespace: string,
  requirements: readonly Requirement[],
): string | undefined {
  let best: string | undefined;
  let fewest = Infinity;
  for (const { key, operator, values } of requirements) {
    if (operator !== 'In' || values.length !== 1) continue;
    const pair = keyIn(namespace, key, values[0] ?? '');
    const count = pods.countIndexed('label', pair);
    if (count < fewest) [best, fewest] = [pair, count];
  }
  return best;
}

function selects(service: KubeObject, labels: unknown): boolean {
  const selector = record(service.spec).selector as Record<string, string> | undefined;
  return labelPairs(selector).length > 0 && matchesSelector(labels, selector);
}

function sorted(objects: KubeObject[]): KubeObject[] {
  return objects.length < 2 ? objects : objects.sort(compareNames);
}

function compareNames({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  if (a.namespace !== b.namespace) return (a.namespace ?? '') < (b.namespace ?? '') ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
