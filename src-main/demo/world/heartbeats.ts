/** What the kubelet of every node says of the node itself: that it is there, how it is, and that it still lives. */
import type { Condition, Node, Pod } from './objects.ts';
import { isTerminal } from './pods.ts';
import { conditionOf, omitEmpty, ownerReferenceTo, type Controller, type Tools } from './tools.ts';
import { microTime } from './events.ts';

/** A label or annotation with which a fault stops a node's kubelet. */
export const SILENT = 'demo.hedgerow.dev/silent';
const LEASES = 'kube-node-lease';
const REGISTRATION_MS = 900;
const RENEWAL_MS = 10_000;
/** In ticks of the renewal: the kubelet posts an unchanged status every five minutes. */
const STATUS_TICKS = 30;
const LEASE_SECONDS = 40;
const VERSION = 'v1.35.4';

const HEALTHY: readonly (readonly [
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
])[] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

interface Heartbeats extends Controller {
  /** Since when (ms) a node has not been heard of. */
  silentSince(nodeName: string): number | undefined;
}

/**
 * In virtual time a node is heard of unless it is marked as silent, and nothing is written for it: the leases and the
 * times of the last heartbeat are written when real time begins, and renewed from then on.
 */
export function startHeartbeats(tools: Tools): Heartbeats {
  const { clock, informers, writer } = tools;
  const silent = new Map<string, number>();
  let live = false;
  let stopped = false;
  let ticks = 0;
  let cancel: (() => void) | undefined;

  informers.on('Node', ({ type, object }) => {
    const { name, labels, annotations } = object.metadata;
    const isSilent = labels?.[SILENT] === 'true' || annotations?.[SILENT] === 'true';
    if (type === 'DELETED') {
      silent.delete(name);
      return;
    }
    if (isSilent) {
      if (!silent.has(name)) silent.set(name, clock.now());
    } else if (silent.delete(name) || conditionOf(object, 'Ready') === undefined) {
      clock.after(REGISTRATION_MS, () => {
        if (stopped || silent.has(name)) return;
        reportHealthy(tools, name);
        if (live) renewLease(tools, name);
      });
    }
  });

  const beat = (): void => {
    const nodes = writer.list('Node').filter(({ metadata }) => !silent.has(metadata.name));
    for (const [index, { metadata }] of nodes.entries()) {
      renewLease(tools, metadata.name);
      if (ticks === 0 || (ticks + index) % STATUS_TICKS === 0) stampHeartbeat(tools, metadata.name);
    }
    ticks += 1;
    cancel = clock.after(RENEWAL_MS, beat);
  };
  const start = (): void => {
    live = true;
    if (!stopped) beat();
  };
  if (clock.whenLive === undefined) start();
  else clock.whenLive(start);

  return {
    silentSince: (name) => silent.get(name),
    stop: () => {
      stopped = true;
      cancel?.();
    },
  };
}

/** A kubelet's first report, and the first after it was away. */
function reportHealthy(tools: Tools, name: string): void {
  const { pods, recordEvent, writer } = tools;
  const now = writer.now();
  const before = writer.find('Node', undefined, name);
  if (before === undefined) return;
  const updated = writer.updateStatus('Node', before, ({ metadata, status }) => ({
    ...status,
    conditions: withHealth(status?.conditions ?? [], now),
    addresses: status?.addresses ?? [{ type: 'Hostname', address: name }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: { ...nodeInfo(metadata.uid), ...omitEmpty(status?.nodeInfo ?? {}) },
  }));
  if (updated === undefined || conditionOf(before, 'Ready')?.status === 'True') return;
  recordEvent({
    about: updated,
    type: 'Normal',
    reason: 'NodeReady',
    message: `Node ${name} status is now: NodeReady`,
    source: { component: 'kubelet', host: name },
  });
  for (const pod of pods.byNode.get(name)) restoreReady(tools, pod);
}

function withHealth(present: readonly Condition[], now: string): readonly Condition[] {
  const others = present.filter(({ type }) => !HEALTHY.some(([each]) => each === type));
  const healthy = HEALTHY.map(([type, status, reason, message]): Condition => {
    const before = present.find((condition) => condition.type === type);
    // What somebody set to something definite stays, e.g. a full disk.
    if (before !== undefined && before.status !== 'Unknown') return { ...before, lastHeartbeatTime: now };
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: now, reason, message };
  });
  return [...others, ...healthy];
}

/** A kubelet that is back reports its pods as they are: ready, if their containers are. */
function restoreReady({ writer }: Tools, pod: Pod): void {
  const asked =
    conditionOf(pod, 'Ready')?.status === 'False' && conditionOf(pod, 'ContainersReady')?.status === 'True';
  if (!asked || isTerminal(pod) || (pod.spec.readinessGates ?? []).length > 0) return;
  const now = writer.now();
  writer.updateStatus('Pod', pod, ({ status }) => ({
    ...status,
    conditions: (status?.conditions ?? []).map((condition) =>
      condition.type === 'Ready' ? { ...condition, status: 'True', lastTransitionTime: now } : condition,
    ),
  }));
}

function renewLease({ clock, writer }: Tools, name: string): void {
  const node = writer.find('Node', undefined, name);
  if (node === undefined || writer.find('Namespace', undefined, LEASES) === undefined) return;
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: LEASE_SECONDS,
    renewTime: microTime(clock.now()),
  };
  const present = writer.find('Lease', LEASES, name);
  if (present !== undefined) {
    writer.update('Lease', present, (current) => ({ ...current, spec: { ...current.spec, ...spec } }));
    return;
  }
  const { controller: _none, blockOwnerDeletion: _neither, ...owner } = ownerReferenceTo(node);
  writer.create('Lease', { metadata: { namespace: LEASES, name, ownerReferences: [owner] }, spec });
}

function stampHeartbeat({ writer }: Tools, name: string): void {
  const now = writer.now();
  writer.updateStatus('Node', { metadata: { name } }, (current: Node) => ({
    ...current.status,
    conditions: (current.status?.conditions ?? []).map((condition) =>
      condition.lastHeartbeatTime === undefined ? condition : { ...condition, lastHeartbeatTime: now },
    ),
  }));
}

function nodeInfo(uid: string): Readonly<Record<string, string>> {
  const machine = uid.replaceAll('-', '');
  return {
    architecture: 'amd64',
    bootID: uid,
    containerRuntimeVersion: 'containerd://2.1.4',
    kernelVersion: '6.12.43+deb13-amd64',
    kubeProxyVersion: '',
    kubeletVersion: VERSION,
    machineID: machine,
    operatingSystem: 'linux',
    osImage: 'Debian GNU/Linux 13 (trixie)',
    systemUUID: uid,
  };
}
