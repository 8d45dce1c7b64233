/** Which indexes each kind has and how keys are read from an object: the store fills them, the engine watches them. */
import type { Ingress, KindId, KubeObject, Pod } from '../model/kube.ts';
import { eventSubject } from './events.ts';
import { record, records, text } from './narrow.ts';
import { referencesOf } from './references.ts';
import { ownersOf } from './refs.ts';
import { labelOf, labelPairs } from './selectors.ts';

export type IndexName =
  'owner' | 'node' | 'label' | 'reference' | 'selector' | 'service' | 'backend' | 'about' | 'subject';

export interface IndexKeys {
  /** The keys of one object. Never throws, however malformed the object. */
  readonly keysOf: (object: KubeObject) => readonly string[];
  /** What the keys are computed from: identical before and after means equal keys. */
  readonly part: (object: KubeObject) => unknown;
}

const SERVICE_NAME = 'kubernetes.io/service-name';

/** A key within a namespace; no name or label holds a line break. */
export function keyIn(namespace: string | undefined, name: string, value?: string): string {
  const key = `${namespace ?? ''}\n${name}`;
  return value === undefined ? key : `${key}\n${value}`;
}

/** The indexes of a kind: that of its owners, and those only it has. */
export function indexKeysOf(kind: KindId): readonly (readonly [IndexName, IndexKeys])[] {
  return ALL[kind];
}

/**
 * The label pair a Service's selector is indexed under: one is enough, for a pod it selects has all of them.
 * The last in order, which is rarely the least telling one.
 */
function selectorKeys(service: KubeObject): string[] {
  const pair = labelPairs(record(service.spec).selector).sort().at(-1);
  return pair === undefined ? [] : [keyIn(service.metadata.namespace, ...pair)];
}

function ownerKeys(object: KubeObject): string[] {
  return ownersOf(object).map(({ uid }) => uid);
}

function nodeKeys(pod: KubeObject): string[] {
  const node = text(record(pod.spec).nodeName);
  return node === '' ? [] : [node];
}

function labelKeys(pod: KubeObject): string[] {
  const { namespace, labels } = pod.metadata;
  return labelPairs(labels).map((pair) => keyIn(namespace, ...pair));
}

function referenceKeys(pod: KubeObject): string[] {
  const { namespace } = pod.metadata;
  const keys = referencesOf((pod as Pod).spec).map(({ kind, name }) => keyIn(namespace, kind, name));
  return [...new Set(keys)];
}

function serviceKeys(slice: KubeObject): string[] {
  const service = labelOf(slice.metadata.labels, SERVICE_NAME);
  return service === undefined ? [] : [keyIn(slice.metadata.namespace, service)];
}

/** The Services an Ingress sends to, its default backend included, each once. */
function backendKeys(ingress: KubeObject): string[] {
  const spec = record((ingress as Ingress).spec);
  const paths = records(spec.rules).flatMap((rule) => records(record(rule.http).paths));
  const backends = [spec.defaultBackend, ...paths.map((path) => path.backend)];
  const names = backends.map((backend) => text(record(record(backend).service).name));
  return [...new Set(names)]
    .filter((name) => name !== '')
    .map((name) => keyIn(ingress.metadata.namespace, name));
}

/** The key of one subject of a binding; a namespace tells ServiceAccounts alone apart. */
export function subjectKey({
  kind,
  namespace,
  name,
}: {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  return keyIn(kind === 'ServiceAccount' ? namespace : undefined, kind, name);
}

/** Whom a binding grants its role: `ServiceAccount ns/name`, `User name`, `Group name`, each once. */
function subjectKeys(binding: KubeObject): string[] {
  const keys = records(binding.subjects).map((subject) => {
    const kind = text(subject.kind);
    // What names no namespace means the binding's own, as the API server's authorizer reads it.
    const namespace = text(subject.namespace) || binding.metadata.namespace;
    return subjectKey({ kind, namespace, name: text(subject.name) });
  });
  return [...new Set(keys)];
}

function aboutKeys(event: KubeObject): string[] {
  const key = eventSubject(event);
  return key === '' ? [] : [key];
}

const SUBJECT: IndexKeys = { keysOf: subjectKeys, part: (binding) => binding.subjects };

const OWNER: readonly [IndexName, IndexKeys] = [
  'owner',
  { keysOf: ownerKeys, part: (object) => object.metadata.ownerReferences },
];

function indexes(
  special: Partial<Record<IndexName, IndexKeys>> = {},
): readonly (readonly [IndexName, IndexKeys])[] {
  return [OWNER, ...(Object.entries(special) as [IndexName, IndexKeys][])];
}

const ALL: Readonly<Record<KindId, readonly (readonly [IndexName, IndexKeys])[]>> = {
  Pod: indexes({
    node: { keysOf: nodeKeys, part: (pod) => record(pod.spec).nodeName },
    label: { keysOf: labelKeys, part: (pod) => pod.metadata.labels },
    reference: { keysOf: referenceKeys, part: (pod) => pod.spec },
  }),
  Service: indexes({ selector: { keysOf: selectorKeys, part: (service) => record(service.spec).selector } }),
  EndpointSlice: indexes({ service: { keysOf: serviceKeys, part: (slice) => slice.metadata.labels } }),
  Ingress: indexes({ backend: { keysOf: backendKeys, part: (ingress) => ingress.spec } }),
  Event: indexes({ about: { keysOf: aboutKeys, part: (event) => event.involvedObject ?? event.regarding } }),
  Node: indexes(),
  Namespace: indexes(),
  Deployment: indexes(),
  ReplicaSet: indexes(),
  StatefulSet: indexes(),
  DaemonSet: indexes(),
  Job: indexes(),
  ConfigMap: indexes(),
  Secret: indexes(),
  ServiceAccount: indexes(),
  Role: indexes(),
  ClusterRole: indexes(),
  RoleBinding: indexes({ subject: SUBJECT }),
  ClusterRoleBinding: indexes({ subject: SUBJECT }),
};
