/** Builds small Kubernetes objects for tests; what a test does not name has a healthy value. */
import type {
  ContainerStatus,
  KindId,
  KubeEvent,
  KubeObject,
  ObjectMeta,
  Pod,
  PodSpec,
  Service,
} from '../../shared/model/kube.ts';
import type { Deployment } from '../../shared/model/workloads.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';

const NAMESPACE = 'shop';

/** Any object by kind and name, in the namespace `shop` unless told. The uid is the kind and the name. */
export function build(kind: KindId, name: string, fields: Partial<KubeObject> = {}): KubeObject {
  const { group, versions, namespaced } = KINDS[kind];
  const { metadata, ...rest } = fields;
  return {
    apiVersion: `${group === '' ? '' : `${group}/`}${versions[0] ?? 'v1'}`,
    kind,
    ...rest,
    metadata: {
      name,
      ...(namespaced ? { namespace: NAMESPACE } : {}),
      uid: `${kind}-${name}`.toLowerCase(),
      ...metadata,
    },
  };
}

/** A controller reference to an object that `build` made, or would make. */
export function controlledBy(kind: string, name: string): Pick<ObjectMeta, 'ownerReferences'> {
  const apiVersion = kind === 'Node' ? 'v1' : 'apps/v1';
  const uid = `${kind}-${name}`.toLowerCase();
  return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] };
}

interface PodParts {
  readonly labels?: Record<string, string>;
  readonly owner?: readonly [kind: string, name: string];
  readonly spec?: PodSpec;
  readonly ready?: boolean;
  readonly phase?: string;
  readonly restarts?: number;
  readonly containers?: ContainerStatus[];
  readonly metadata?: Partial<ObjectMeta>;
}

export function buildPod(name: string, parts: PodParts = {}): Pod {
  const { labels, owner, spec, ready = true, phase = 'Running', restarts = 0, containers, metadata } = parts;
  return build('Pod', name, {
    metadata: {
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(owner === undefined ? {} : controlledBy(...owner)),
      ...metadata,
    },
    spec: spec ?? { containers: [{ name: 'main', image: 'app:1' }] },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: containers ?? [
        { name: 'main', ready, restartCount: restarts, state: { running: {} } },
      ],
    },
  });
}

/** A Deployment with its ReplicaSet, both of this name. */
export function buildDeployment(name: string, replicas = 1, ready = replicas): [Deployment, KubeObject] {
  const labels = { app: name };
  const deployment = build('Deployment', name, {
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels } } },
    status: { replicas, readyReplicas: ready, availableReplicas: ready },
  });
  const replicaSet = build('ReplicaSet', name, { metadata: { name, ...controlledBy('Deployment', name) } });
  return [deployment, replicaSet];
}

export function buildService(name: string, selector: Record<string, string>, type = 'ClusterIP'): Service {
  return build('Service', name, { spec: { type, selector, ports: [{ port: 80 }] } });
}

export function buildIngress(name: string, ...services: string[]): KubeObject {
  const paths = services.map((service) => ({ path: '/', backend: { service: { name: service } } }));
  return build('Ingress', name, { spec: { rules: [{ http: { paths } }] } });
}

/** A core/v1 event about an object that `build` made. */
export function buildEvent(name: string, about: KubeObject, fields: Partial<KubeEvent> = {}): KubeEvent {
  const { namespace, name: aboutName, uid } = about.metadata;
  return build('Event', name, {
    involvedObject: { kind: about.kind, namespace, name: aboutName, uid },
    type: 'Warning',
    reason: 'BackOff',
    message: `about ${aboutName}`,
    count: 1,
    firstTimestamp: '2026-11-20T09:00:00Z',
    lastTimestamp: '2026-11-20T09:30:00Z',
    ...fields,
  });
}
