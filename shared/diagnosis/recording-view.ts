/** The view a scenario reads through: answers from the store and notes what was asked. */
import { eventKeysOf } from '../cluster/events.ts';
import { keyIn, subjectKey } from '../cluster/index-keys.ts';
import { requirementsOf } from '../cluster/selectors.ts';
import type { StoreView } from '../cluster/source.ts';
import type { ClusterView, LogAnswer } from '../cluster/view.ts';
import { KINDS } from '../kinds/kinds.ts';
import type { LabelSelector, Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { readKey } from './read-keys.ts';

/** What one evaluation asked for. */
export interface Reading {
  readonly keys: readonly string[];
  readonly recheckAt: Instant | undefined;
}

export interface RecordingView extends ClusterView {
  /** Forgets what was noted; an evaluation begins. */
  begin(): void;
  /** What was noted since `begin`. */
  end(): Reading;
}

const NOTHING: Reading = { keys: [], recheckAt: undefined };

/** @param askLog answers for a log and the key under which its arrival is told */
export function createRecordingView(
  store: StoreView,
  askLog: (pod: Pod, container: string, previous: boolean) => { key: string; answer: LogAnswer },
): RecordingView {
  const keys = new Set<string>();
  let recheckAt: Instant | undefined;

  return {
    begin() {
      if (keys.size > 0) keys.clear();
      recheckAt = undefined;
    },
    end: () => (keys.size === 0 && recheckAt === undefined ? NOTHING : { keys: [...keys], recheckAt }),
    knowledge(kind, namespace) {
      keys.add(readKey.knowledge(kind));
      return store.knowledge(kind, namespace);
    },
    get(kind, namespace, name) {
      keys.add(readKey.name(kind, KINDS[kind].namespaced ? namespace : undefined, name));
      return store.get(kind, namespace, name);
    },
    byUid(uid) {
      keys.add(readKey.uid(uid));
      return store.byUid(uid);
    },
    ownedBy(kind, ownerUid) {
      keys.add(readKey.index(kind, 'owner', ownerUid));
      return store.ownedBy(kind, ownerUid);
    },
    podsOnNode(node) {
      keys.add(readKey.index('Pod', 'node', node));
      return store.podsOnNode(node);
    },
    podsSelected(namespace, selector) {
      keys.add(selectionKey(namespace, selector));
      return store.podsSelected(namespace, selector);
    },
    nodes() {
      keys.add(readKey.namespace('Node', undefined));
      return store.nodes();
    },
    podsInNamespace(namespace) {
      keys.add(readKey.namespace('Pod', namespace));
      return store.podsInNamespace(namespace);
    },
    slicesOf(namespace, service) {
      keys.add(readKey.index('EndpointSlice', 'service', keyIn(namespace, service)));
      return store.slicesOf(namespace, service);
    },
    servicesSelecting(pod) {
      // The pod itself came through some other key, or is the subject.
      keys.add(readKey.namespace('Service', pod.metadata.namespace));
      return store.servicesSelecting(pod);
    },
    ingressesTo(namespace, service) {
      keys.add(readKey.index('Ingress', 'backend', keyIn(namespace, service)));
      return store.ingressesTo(namespace, service);
    },
    podsReferring(kind, namespace, name) {
      keys.add(readKey.index('Pod', 'reference', keyIn(namespace, kind, name)));
      return store.podsReferring(kind, namespace, name);
    },
    bindingsFor(kind, subject) {
      keys.add(readKey.index(kind, 'subject', subjectKey(subject)));
      return store.bindingsFor(kind, subject);
    },
    roleBindingsIn(namespace) {
      keys.add(readKey.namespace('RoleBinding', namespace));
      return store.roleBindingsIn(namespace);
    },
    names(kind, namespace) {
      keys.add(readKey.names(kind, KINDS[kind].namespaced ? (namespace ?? '') : ''));
      return store.names(kind, namespace);
    },
    eventsOf(uid) {
      const object = store.byUid(uid);
      keys.add(readKey.uid(uid));
      const about = object === undefined ? [uid] : eventKeysOf(object);
      for (const key of about) keys.add(readKey.index('Event', 'about', key));
      return store.eventsOf(uid);
    },
    logOf(pod, container, previous) {
      const { key, answer } = askLog(pod, container, previous);
      keys.add(readKey.log(key));
      return answer;
    },
    recheckAt(at) {
      if (recheckAt === undefined || at < recheckAt) recheckAt = at;
    },
  };
}

/** One exact label pair covers the selection: a pod that enters or leaves it has that pair before or after. */
function selectionKey(namespace: string, selector: LabelSelector | Record<string, string>): string {
  const exact = requirementsOf(selector)?.find(
    ({ operator, values }) => operator === 'In' && values.length === 1,
  );
  if (exact === undefined) return readKey.namespace('Pod', namespace);
  return readKey.index('Pod', 'label', keyIn(namespace, exact.key, exact.values[0] ?? ''));
}
