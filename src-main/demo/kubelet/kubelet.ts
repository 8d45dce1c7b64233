/** The kubelets of all nodes of a demo world in one: runs the pods bound to them. */
import { DEMO_IMAGES } from '../fabrics/images.ts';
import type { StoredObject } from '../model.ts';
import type { Registry, WriteContext } from '../registry/contract.ts';
import { StatusError } from '../status-error.ts';
import type { Clock } from '../world/clock.ts';
import type { RecordEvent } from '../world/events.ts';
import { SILENT } from '../world/heartbeats.ts';
import { AddressPool } from './address-pool.ts';
import type { Host, KubeletContext } from './context.ts';
import { openShell, type ShellSession } from './exec-session.ts';
import { createImages } from './images.ts';
import type { ImageRow } from './image-row.ts';
import { followLog, readLog, type LogOptions } from './read-log.ts';
import { Network } from './network.ts';
import { PodWorker } from './pod-worker.ts';
import type { Pod, PodStatus } from './pod-types.ts';
import { parseQuantity } from '../../../shared/cluster/quantities.ts';
import { usageOf, type PodUsage } from './usage.ts';

export interface KubeletOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly recordEvent: RecordEvent;
  /** The world's client; pods are written through the registry itself, as their nodes. */
  readonly writer?: unknown;
  /** The images of the demo's own registries; public ones are always there. */
  readonly images?: readonly ImageRow[];
}

export interface Kubelet {
  /** The text of a container's log. Throws StatusError as the API server answers. */
  readLog(pod: StoredObject, container: string, options: LogOptions): string;
  /** Gives the log so far and what follows; `onEnd` when the container has ended. Returns what stops it. Throws StatusError. */
  followLog(
    pod: StoredObject,
    container: string,
    options: LogOptions,
    onText: (text: string) => void,
    onEnd: () => void,
  ): () => void;
  /** Runs a command in a running container. Throws StatusError. */
  openShell(pod: StoredObject, container: string, command: readonly string[], tty: boolean): ShellSession;
  /** What the pod's running containers use; undefined for a pod that does not run. */
  usage(pod: StoredObject): PodUsage | undefined;
  stop(): void;
}

/** Starts to run the pods that are bound to nodes, and all that will be. */
export function startKubelet({
  registry,
  clock,
  recordEvent,
  images = DEMO_IMAGES,
}: KubeletOptions): Kubelet {
  const { catalogue } = registry;
  const pods = catalogue.builtIn('v1', 'Pod');
  const nodes = catalogue.builtIn('v1', 'Node');
  const workers = new Map<string, PodWorker>();
  const network = new Network(registry);
  const addresses = new AddressPool(registry);
  const held = new Set<string>();
  const silent = new Set<string>();
  let isStopped = false;

  const hostOf = (name: string): Host | undefined => {
    const node = registry.find(nodes, undefined, name);
    if (node === undefined) return undefined;
    const { allocatable = {}, addresses: all = [] } = (node.status ?? {}) as {
      allocatable?: Record<string, string>;
      addresses?: readonly { type: string; address: string }[];
    };
    const ip = all.find(({ type }) => type === 'InternalIP')?.address ?? '10.0.0.1';
    const memory = parseQuantity(allocatable.memory) ?? 8 * 1024 ** 3;
    return { name, ip, allocatable, memoryMiB: memory / 1024 ** 2 };
  };
  const contextOf = (node: string | undefined): WriteContext => ({
    caller: { username: `system:node:${node ?? ''}`, groups: ['system:nodes', 'system:authenticated'] },
    internal: true,
    fieldManager: 'kubelet',
  });
  /** A pod that went meanwhile, or that nobody may write any more, is no fault of the kubelet. */
  const attempt = <T>(write: () => T): T | undefined => {
    try {
      return write();
    } catch (error) {
      if (error instanceof StatusError) return undefined;
      throw error;
    }
  };

  const context: KubeletContext = {
    registry,
    clock,
    images: createImages(images),
    network,
    claims: new Map(),
    record: (about, event) => {
      recordEvent({ about, ...event, source: { component: 'kubelet', host: about.spec.nodeName ?? '' } });
    },
    writeStatus: (pod, status: PodStatus) =>
      attempt(() => {
        const { namespace, name, uid } = pod.metadata;
        const write = { ...contextOf(pod.spec.nodeName), subresource: 'status' };
        const change = (current: StoredObject | undefined): StoredObject => {
          if (current?.metadata.uid !== uid) throw new StatusError(404, 'NotFound', 'the pod is another one');
          return { ...current, status };
        };
        return registry.update(pods, namespace, name, change, write).object as Pod;
      }),
    remove: ({ metadata, spec }) => {
      const options = { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } };
      attempt(() =>
        registry.delete(pods, metadata.namespace, metadata.name, options, contextOf(spec.nodeName)),
      );
    },
    isSilent: (node) => silent.has(node),
    allocateIP: (node) => addresses.take(node),
    freeIP: (ip) => {
      addresses.free(ip);
    },
    holdsImage: (node, image) => held.has(`${node} ${image}`),
    noteImage: (node, image) => {
      held.add(`${node} ${image}`);
    },
  };

  const onPod = (pod: Pod): void => {
    const { uid } = pod.metadata;
    const worker = workers.get(uid);
    if (worker !== undefined) {
      worker.update(pod);
      return;
    }
    const { nodeName } = pod.spec;
    const isDone =
      /^(?:Succeeded|Failed)$/.test(pod.status?.phase ?? '') && pod.metadata.deletionTimestamp === undefined;
    const host = nodeName === undefined || isDone ? undefined : hostOf(nodeName);
    if (host === undefined) return;
    const started = new PodWorker(context, host, pod);
    workers.set(uid, started);
    started.start();
  };
  /** True if the node's kubelet is back. */
  const noteSilence = ({ metadata }: StoredObject, isGone: boolean): boolean => {
    const { name, labels, annotations } = metadata;
    if (isGone || (labels?.[SILENT] !== 'true' && annotations?.[SILENT] !== 'true'))
      return silent.delete(name);
    silent.add(name);
    return false;
  };
  const drop = (uid: string): void => {
    workers.get(uid)?.drop();
    workers.delete(uid);
  };
  const stops = [
    registry.watch(pods, {}, ({ type, object }) => {
      if (type === 'DELETED') drop(object.metadata.uid);
      else onPod(object as Pod);
    }),
    // Pods may be bound to a node before it is there.
    registry.watch(nodes, {}, ({ type, object }) => {
      const wasSilent = noteSilence(object, type === 'DELETED');
      if (type !== 'ADDED' && !wasSilent) return;
      for (const pod of registry.list(pods) as readonly Pod[])
        if (pod.spec.nodeName === object.metadata.name) onPod(pod);
      for (const worker of workers.values()) {
        if (worker.host.name !== object.metadata.name) continue;
        worker.tell();
        worker.schedule(0);
      }
    }),
    ...['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'ServiceAccount'].map((kind) =>
      registry.watch(catalogue.builtIn('v1', kind), {}, ({ object }) => {
        const { namespace } = object.metadata;
        for (const worker of workers.values())
          if (worker.pod.metadata.namespace === namespace) worker.onObjectChange();
      }),
    ),
  ];
  for (const node of registry.list(nodes)) noteSilence(node, false);
  for (const pod of registry.list(pods)) onPod(pod as Pod);

  const workerOf = (pod: StoredObject): PodWorker | undefined => workers.get(pod.metadata.uid);
  return {
    readLog: (pod, container, options) => readLog(pod as Pod, workerOf(pod), container, options, clock.now()),
    followLog: (pod, container, options, onText, onEnd) =>
      followLog(pod as Pod, workerOf(pod), container, { ...options, nowMs: clock.now() }, { onText, onEnd }),
    openShell: (pod, container, command, tty) =>
      openShell(pod as Pod, workerOf(pod), { container, command, tty }),
    usage: (pod) => {
      const worker = workerOf(pod);
      return worker === undefined ? undefined : usageOf(worker);
    },
    stop: () => {
      if (isStopped) return;
      isStopped = true;
      for (const stop of stops) stop();
      network.stop();
      for (const uid of [...workers.keys()]) drop(uid);
    },
  };
}
