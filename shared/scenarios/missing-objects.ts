/** Which ConfigMaps or Secrets (or keys of them) keep a pod from starting, by the kubelet's word and the cluster's. */
import { record, text } from '../cluster/narrow.ts';
import { refOf } from '../cluster/refs.ts';
import { referencesOf, type NameReference } from '../cluster/references.ts';
import type { ClusterEvent, ClusterView } from '../cluster/view.ts';
import type { Evidence } from '../model/finding.ts';
import type { ConfigMap, Pod, Secret } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { waitingContainers, type PodContainer } from './containers.ts';
import { readMissing, readVolume, type MissingClaim } from './missing-messages.ts';
import { changedAt, conditionOf, createdAt, isFinished, isLeaving } from './pods.ts';
import { clean } from './words.ts';

export type ObjectKind = MissingClaim['kind'];

export interface MissingObject {
  readonly kind: ObjectKind;
  readonly name: string;
  /** The keys that are missing; none where the object is. */
  readonly keys: readonly string[];
  /** A list proves what is missing; otherwise the kubelet's word alone says it. */
  readonly proven: boolean;
  /** The kubelet's own word is not on record (events cannot be read): the cluster's state alone says it. */
  readonly inferred: boolean;
  /** The containers and volumes that wait for it. */
  readonly users: readonly string[];
  readonly references: readonly NameReference[];
  readonly evidence: readonly Evidence[];
  readonly since?: Instant;
}

/** One thing the kubelet says. */
interface Word {
  readonly claim: MissingClaim;
  readonly user: string;
  readonly evidence: Evidence;
  readonly since: Instant | undefined;
  readonly volume: string | undefined;
  readonly inferred?: boolean;
}

/** A mount that takes longer than this fails, or waits for something. */
const MOUNT_TIME = 60_000;

/** ConfigMaps every namespace gets by itself, which people rarely record with the rest. */
const EVERYWHERE: ReadonlySet<string> = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);

const CREATING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);
/** Events that come after all volumes are mounted. */
const AFTER_MOUNT: ReadonlySet<string> = new Set(['Pulling', 'Pulled', 'Created', 'Started']);

/** Objects of a kind that this pod waits for; none once it runs, whatever old events say. */
export function missingObjectsOf(
  kind: ObjectKind,
  pod: Pod,
  cluster: ClusterView,
  now: Instant,
): MissingObject[] {
  const containers = waitingContainers(pod);
  if (containers.length === 0 || isLeaving(pod) || isFinished(pod)) return [];
  const references = referencesOf(pod.spec).filter(
    (reference) => reference.kind === kind && !reference.optional,
  );
  const words = containers.flatMap((container) => configErrors(pod, container));
  if (isMounting(pod, containers)) words.push(...mountErrors(kind, pod, references, cluster, now));
  const byName = new Map<string, Word[]>();
  for (const word of words.filter(({ claim }) => claim.kind === kind)) {
    const name = nameOf(word, references, cluster, pod);
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), word]);
  }
  return [...byName].flatMap(([name, said]) => check(kind, name, said, references, pod, cluster) ?? []);
}

/** Containers whose configuration the kubelet cannot put together: variables from ConfigMaps and Secrets. */
function configErrors(pod: Pod, { name, path, waiting }: PodContainer): Word[] {
  if (waiting?.reason !== 'CreateContainerConfigError') return [];
  const evidence: Evidence = {
    ref: refOf(pod),
    path: `${path}.state.waiting.message`,
    observed: `${waiting.reason}: ${clean(waiting.message, 300)}`,
    why: 'The kubelet cannot put the variables of the container together.',
  };
  const since = changedAt(conditionOf(pod.status?.conditions, 'ContainersReady')) ?? createdAt(pod);
  return readMissing(waiting.message).map((claim) => ({
    claim,
    user: `container ${clean(name, 63)}`,
    evidence,
    since,
    volume: undefined,
  }));
}

/** Whether the pod still waits for its volumes: no container has been created, and there is no sandbox for them. */
function isMounting(pod: Pod, containers: readonly PodContainer[]): boolean {
  const creating = containers.some(({ waiting }) => waiting !== undefined && CREATING.has(waiting.reason));
  const begun = containers.some(({ running, type }) => running !== undefined && type !== 'init');
  return (
    creating && !begun && conditionOf(pod.status?.conditions, 'PodReadyToStartContainers')?.status !== 'True'
  );
}

/** What keeps the volumes from being mounted; from the events, or from the cluster's state where there are none. */
function mountErrors(
  kind: ObjectKind,
  pod: Pod,
  references: readonly NameReference[],
  cluster: ClusterView,
  now: Instant,
): Word[] {
  const known = cluster.knowledge('Event', pod.metadata.namespace);
  if (known !== 'known' && known !== 'absent') return inferWords(kind, pod, references, cluster, now);
  const events = cluster.eventsOf(pod.metadata.uid ?? '');
  const mounted = Math.max(
    0,
    ...events.filter(({ reason }) => AFTER_MOUNT.has(reason)).map(({ last }) => last ?? 0),
  );
  return events
    .filter(({ reason, last }) => reason === 'FailedMount' && (last === undefined || last >= mounted))
    .flatMap((event) => mountWords(event));
}

function inferWords(
  kind: ObjectKind,
  pod: Pod,
  references: readonly NameReference[],
  cluster: ClusterView,
  now: Instant,
): Word[] {
  const since = changedAt(conditionOf(pod.status?.conditions, 'PodScheduled')) ?? createdAt(pod);
  const scheduled = text(pod.spec?.nodeName) !== '';
  if (!scheduled || since === undefined || cluster.knowledge(kind, pod.metadata.namespace) !== 'known')
    return [];
  if (now < since + MOUNT_TIME) {
    cluster.recheckAt(since + MOUNT_TIME);
    return [];
  }
  const why = 'The pod waits for its volumes, and this one needs an object that does not exist.';
  return references.flatMap(({ use, name, path }) => {
    if (use !== 'volume' || EVERYWHERE.has(name) || find(kind, pod, name, cluster) !== undefined) return [];
    const volume = /^spec\.volumes\[([^\]]+)\]/.exec(path)?.[1];
    const evidence: Evidence = { ref: refOf(pod), path: clean(path, 200), observed: clean(name), why };
    return { claim: { kind, name }, user: nameVolume(volume), evidence, since, volume, inferred: true };
  });
}

function mountWords(event: ClusterEvent): Word[] {
  const volume = readVolume(event.message);
  const evidence: Evidence = {
    ref: event.ref,
    path: 'event',
    observed: clean(event.message, 300),
    why: 'The kubelet cannot mount the volume, and starts nothing before it can.',
  };
  return readMissing(event.message).map((claim) => ({
    claim,
    user: nameVolume(volume),
    evidence,
    since: event.first,
    volume,
  }));
}

function nameVolume(volume: string | undefined): string {
  return volume === undefined ? 'a volume' : `volume ${clean(volume, 63)}`;
}

/** The object a word is about. For a key alone it is the one among the volume's sources that is to have that key. */
function nameOf(
  { claim, volume }: Word,
  references: readonly NameReference[],
  cluster: ClusterView,
  pod: Pod,
): string | undefined {
  if (claim.name !== undefined) return claim.name;
  const wanted = references.filter(
    ({ key, use, path }) =>
      use === 'volume' &&
      key === claim.key &&
      (volume === undefined || path.startsWith(`spec.volumes[${volume}]`)),
  );
  const lacking = wanted.find(({ name }) => {
    const object = find(claim.kind, pod, name, cluster);
    return object !== undefined && !hasKey(object, claim.key ?? '');
  });
  return (lacking ?? wanted[0])?.name;
}

/**
 * Weighs the kubelet's words against the object as it is now. What exists by now is not missing: the kubelet tries again
 * by itself, variables within seconds, mounts within about two minutes.
 */
function check(
  kind: ObjectKind,
  name: string,
  words: readonly Word[],
  references: readonly NameReference[],
  pod: Pod,
  cluster: ClusterView,
): MissingObject | undefined {
  const object = find(kind, pod, name, cluster);
  const proven = cluster.knowledge(kind, pod.metadata.namespace) === 'known';
  let keys = unique(words.map(({ claim }) => claim.key));
  if (object !== undefined) {
    keys = keys.filter((key) => !hasKey(object, key));
    if (keys.length === 0) return undefined;
  } else if (proven) keys = [];
  const since = words.map((word) => word.since).filter((time) => time !== undefined);
  return {
    kind,
    name,
    keys,
    proven,
    inferred: words.every(({ inferred }) => inferred === true),
    users: unique(words.map(({ user }) => user)),
    references: references.filter((reference) => reference.name === name),
    evidence: [...new Set(words.map(({ evidence }) => evidence))],
    ...(since.length === 0 ? {} : { since: Math.min(...since) }),
  };
}

function find(
  kind: ObjectKind,
  pod: Pod,
  name: string,
  cluster: ClusterView,
): ConfigMap | Secret | undefined {
  return cluster.get(kind, pod.metadata.namespace, name);
}

/** Keys stay in the store, values do not. */
function hasKey(object: ConfigMap | Secret, key: string): boolean {
  return [object.data, record(object).binaryData, record(object).stringData].some((data) =>
    Object.hasOwn(record(data), key),
  );
}

function unique(items: readonly (string | undefined)[]): string[] {
  return [...new Set(items.filter((item) => item !== undefined))];
}
