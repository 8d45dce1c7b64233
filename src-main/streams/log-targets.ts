/** Finds the pods and containers whose logs a target means, as the store knows them now. */
import type { StoreView } from '../../shared/cluster/source.ts';
import { refOf } from '../../shared/cluster/refs.ts';
import { record, records, text } from '../../shared/cluster/narrow.ts';
import type { ContainerInfo } from '../../shared/ipc.ts';
import type { LogTarget } from '../../shared/streams.ts';
import type { ContainerStatus, KubeObject, Pod } from '../../shared/model/kube.ts';
import type { Ref } from '../../shared/model/ref.ts';

const LISTS = [
  ['init', 'initContainers', 'initContainerStatuses'],
  ['main', 'containers', 'containerStatuses'],
  ['ephemeral', 'ephemeralContainers', 'ephemeralContainerStatuses'],
] as const;

/** The status of a container, or undefined before the kubelet has seen it. */
export function statusOf(pod: KubeObject, container: string): ContainerStatus | undefined {
  const status = record(pod.status);
  for (const [, , field] of LISTS) {
    const found = records(status[field]).find((entry) => entry.name === container);
    if (found !== undefined) return found as unknown as ContainerStatus;
  }
  return undefined;
}

/** All containers of a pod in the order of its spec; empty for an object without containers. */
export function containersOf(pod: KubeObject): ContainerInfo[] {
  const spec = record(pod.spec);
  return LISTS.flatMap(([kind, field]) =>
    records(spec[field])
      .map((container) => text(container.name))
      .filter((name) => name !== '')
      .map((name) => {
        const status = statusOf(pod, name);
        return {
          name,
          kind,
          running: status?.state?.running !== undefined,
          restarts: typeof status?.restartCount === 'number' ? status.restartCount : 0,
        };
      }),
  );
}

function replicaSetPods(view: StoreView, uid: string): Pod[] {
  return view.ownedBy('ReplicaSet', uid).flatMap((set) => podsOwned(view, set.metadata.uid));
}

function podsOwned(view: StoreView, uid: string | undefined): Pod[] {
  return uid === undefined ? [] : [...view.ownedBy('Pod', uid)];
}

const WORKLOADS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'] as const;
type Workload = (typeof WORKLOADS)[number];
const isWorkload = (kind: string): kind is Workload => (WORKLOADS as readonly string[]).includes(kind);

/** The uid of a reference, looked up by name where it bears none. */
function uidOf(view: StoreView, ref: Ref, kind: Workload): string | undefined {
  return ref.uid ?? view.get(kind, ref.namespace, ref.name)?.metadata.uid;
}

/** The pods a target means; `undefined` where the kind of the target has no pods. */
export function podsOf(view: StoreView, target: LogTarget): Pod[] | undefined {
  const { ref } = target;
  if (ref.kind === 'Pod') {
    const pod = view.get('Pod', target.namespace, ref.name);
    return pod === undefined ? [] : [pod];
  }
  if (!isWorkload(ref.kind)) return undefined;
  const uid = uidOf(view, ref, ref.kind);
  if (uid === undefined) return [];
  return ref.kind === 'Deployment' ? replicaSetPods(view, uid) : podsOwned(view, uid);
}

/** The containers of a workload by its template, with what its pods say of each; empty for anything without pods. */
export function templateContainers(object: KubeObject, view: StoreView): ContainerInfo[] {
  const ref = refOf(object);
  const pods = podsOf(view, { namespace: ref.namespace ?? '', ref, containers: [] });
  if (pods === undefined) return [];
  const { spec } = record(record(object.spec).template);
  const running = pods.flatMap(containersOf);
  return containersOf({ ...object, spec, status: undefined }).map((container) => {
    const same = running.filter(({ name }) => name === container.name);
    const restarts = same.reduce((sum, each) => sum + each.restarts, 0);
    return { ...container, running: same.some((each) => each.running), restarts };
  });
}

/** One container's log. */
export interface LogSourceId {
  readonly pod: Ref;
  readonly container: string;
}

/** The containers of the pods that the target names; all of them where it names none. */
export function sourcesOf(pods: readonly Pod[], wanted: readonly string[]): LogSourceId[] {
  return pods.flatMap((pod) =>
    containersOf(pod)
      .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
      .map(({ name }) => ({ pod: refOf(pod), container: name })),
  );
}
