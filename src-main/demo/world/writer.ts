/** The small typed client with which the world's own components read and write the registry. */
import type { Caller, DraftObject, ObjectMeta, Resource, StoredObject } from '../model.ts';
import type { DeleteOptions, Registry } from '../registry/contract.ts';
import { equal } from '../registry/json.ts';
import { StatusError } from '../status-error.ts';
import type { Node, Pod } from './objects.ts';
import type {
  Endpoints,
  EndpointSlice,
  HorizontalPodAutoscaler,
  Lease,
  Namespace,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  ResourceQuota,
  Service,
  StorageClass,
  WorldEvent,
} from './other-objects.ts';
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ReplicaSet,
  StatefulSet,
} from './workload-objects.ts';

export interface WorldKinds {
  ConfigMap: StoredObject;
  ControllerRevision: ControllerRevision;
  CronJob: CronJob;
  DaemonSet: DaemonSet;
  Deployment: Deployment;
  EndpointSlice: EndpointSlice;
  Endpoints: Endpoints;
  Event: WorldEvent;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  Job: Job;
  Lease: Lease;
  Namespace: Namespace;
  Node: Node;
  PersistentVolume: PersistentVolume;
  PersistentVolumeClaim: PersistentVolumeClaim;
  Pod: Pod;
  PodDisruptionBudget: PodDisruptionBudget;
  ReplicaSet: ReplicaSet;
  ResourceQuota: ResourceQuota;
  Secret: StoredObject;
  Service: Service;
  ServiceAccount: StoredObject;
  StatefulSet: StatefulSet;
  StorageClass: StorageClass;
}

export type WorldKind = keyof WorldKinds;

/** apiVersion of every kind that the world writes itself. */
const API_VERSIONS: Readonly<Record<WorldKind, string>> = {
  ConfigMap: 'v1',
  ControllerRevision: 'apps/v1',
  CronJob: 'batch/v1',
  DaemonSet: 'apps/v1',
  Deployment: 'apps/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Endpoints: 'v1',
  Event: 'v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  Job: 'batch/v1',
  Lease: 'coordination.k8s.io/v1',
  Namespace: 'v1',
  Node: 'v1',
  PersistentVolume: 'v1',
  PersistentVolumeClaim: 'v1',
  Pod: 'v1',
  PodDisruptionBudget: 'policy/v1',
  ReplicaSet: 'apps/v1',
  ResourceQuota: 'v1',
  Secret: 'v1',
  Service: 'v1',
  ServiceAccount: 'v1',
  StatefulSet: 'apps/v1',
  StorageClass: 'storage.k8s.io/v1',
};

/** Names one object; with a uid only that one, not a later one of the same name. */
export interface Target {
  readonly metadata: Pick<ObjectMeta, 'name'> & Partial<Pick<ObjectMeta, 'namespace' | 'uid'>>;
}

export interface TypedEvent<K extends WorldKind> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: WorldKinds[K];
  readonly old?: WorldKinds[K];
}

export interface Writer {
  readonly registry: Registry;
  /** Now, as Kubernetes writes it: RFC 3339 in whole seconds. */
  now(): string;
  find<K extends WorldKind>(kind: K, namespace: string | undefined, name: string): WorldKinds[K] | undefined;
  list<K extends WorldKind>(kind: K, namespace?: string): readonly WorldKinds[K][];
  /** Fills in apiVersion and kind. Throws StatusError. */
  create<K extends WorldKind>(kind: K, draft: DraftObject): WorldKinds[K];
  /** Undefined if the object has gone. Nothing is written where `change` changes nothing. Throws StatusError otherwise. */
  update<K extends WorldKind>(
    kind: K,
    target: Target,
    change: (current: WorldKinds[K]) => DraftObject,
    subresource?: string,
  ): WorldKinds[K] | undefined;
  /** Replaces `status`; an equal one is not written. */
  updateStatus<K extends WorldKind>(
    kind: K,
    target: Target,
    status: (current: WorldKinds[K]) => object,
  ): WorldKinds[K] | undefined;
  /** Nothing happens if the object has gone. */
  delete(kind: WorldKind, target: Target, options?: DeleteOptions): void;
  /** Present objects first, as ADDED, then every change. Returns the function that stops it. */
  watch<K extends WorldKind>(kind: K, listener: (event: TypedEvent<K>) => void): () => void;
  watchFromNow<K extends WorldKind>(kind: K, listener: (event: TypedEvent<K>) => void): () => void;
}

/** `username` such as `system:kube-controller-manager`. */
export function createWriter(registry: Registry, username: string): Writer {
  const caller: Caller = { username, groups: ['system:masters', 'system:authenticated'] };
  const context = { caller, internal: true };
  const resources = new Map<WorldKind, Resource>();
  const resourceOf = (kind: WorldKind): Resource => {
    const known = resources.get(kind) ?? registry.catalogue.builtIn(API_VERSIONS[kind], kind);
    resources.set(kind, known);
    return known;
  };
  // The registry has validated what it keeps, so its objects have the fields of their kind.
  const typed = <K extends WorldKind>(object: StoredObject): WorldKinds[K] => object as WorldKinds[K];

  const writer: Writer = {
    registry,
    now: () => timeText(registry.now()),
    find: <K extends WorldKind>(kind: K, namespace: string | undefined, name: string) => {
      const found = registry.find(resourceOf(kind), namespace, name);
      return found === undefined ? undefined : typed<K>(found);
    },
    list: <K extends WorldKind>(kind: K, namespace?: string) =>
      registry.list(resourceOf(kind), namespace) as readonly WorldKinds[K][],
    create: <K extends WorldKind>(kind: K, draft: DraftObject) =>
      typed<K>(
        registry.create(
          resourceOf(kind),
          draft.metadata?.namespace,
          { ...draft, apiVersion: API_VERSIONS[kind], kind },
          context,
        ),
      ),
    update: <K extends WorldKind>(
      kind: K,
      target: Target,
      change: (current: WorldKinds[K]) => DraftObject,
      subresource?: string,
    ) => {
      const { namespace, name, uid } = target.metadata;
      const resource = resourceOf(kind);
      const present = registry.find(resource, namespace, name);
      if (present === undefined || (uid !== undefined && present.metadata.uid !== uid)) return undefined;
      const wanted = change(typed<K>(present));
      if (wanted === present) return typed<K>(present);
      const how = subresource === undefined ? context : { ...context, subresource };
      return typed<K>(registry.update(resource, namespace, name, () => wanted, how).object);
    },
    updateStatus: <K extends WorldKind>(
      kind: K,
      target: Target,
      status: (current: WorldKinds[K]) => object,
    ) =>
      writer.update(
        kind,
        target,
        (current) => {
          const wanted = status(current);
          return equal(wanted, current.status) ? current : { ...current, status: wanted };
        },
        'status',
      ),
    delete: (kind, { metadata: { namespace, name, uid } }, options = {}) => {
      const preconditions = uid === undefined ? {} : { preconditions: { uid } };
      ignoringGone(() =>
        registry.delete(resourceOf(kind), namespace, name, { ...preconditions, ...options }, context),
      );
    },
    watch: <K extends WorldKind>(kind: K, listener: (event: TypedEvent<K>) => void) => {
      for (const object of writer.list(kind)) listener({ type: 'ADDED', object });
      return writer.watchFromNow(kind, listener);
    },
    watchFromNow: <K extends WorldKind>(kind: K, listener: (event: TypedEvent<K>) => void) =>
      registry.watch(resourceOf(kind), {}, (event) => {
        listener(event as unknown as TypedEvent<K>);
      }),
  };
  return writer;
}

/** RFC 3339 in whole seconds, UTC. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The reason of a refusal, e.g. AlreadyExists; undefined for any other error. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof StatusError ? error.status.reason : undefined;
}

function ignoringGone(act: () => void): void {
  try {
    act();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== 'NotFound' && reason !== 'Conflict') throw error;
  }
}
