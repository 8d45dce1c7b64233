/** The containers of a pod whose image cannot be had, each with the reason as far as it is on record. */
import { refOf } from '../cluster/refs.ts';
import type { ClusterEvent, ClusterView } from '../cluster/view.ts';
import type { Diagnosis, Evidence } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { containersOf, nameContainer, waitingContainers, type PodContainer } from './containers.ts';
import { concerns } from './container-kills.ts';
import { classifyPull, type PullVerdict } from './image-messages.ts';
import { conditionOf, changedAt, createdAt, isBenign, isFinished } from './pods.ts';
import { clean, nameObject } from './words.ts';

export interface ImageFailure {
  readonly container: PodContainer;
  readonly image: string;
  readonly verdict: PullVerdict;
  /** The text it was judged by; empty where none is on record. */
  readonly message: string;
  /** The event that text is from, if it is from one. */
  readonly event?: ClusterEvent;
  readonly since?: Instant;
}

/** Waiting reasons that say all by themselves. */
const BY_REASON: Readonly<Record<string, PullVerdict>> = {
  InvalidImageName: { failure: 'not found', because: 'its name is no valid image reference' },
  ErrImageNeverPull: { failure: 'not found', because: 'it is not on the node, and the pull policy is Never' },
  ImageInspectError: { failure: 'not found', because: 'the runtime cannot inspect it on the node' },
  SignatureValidationFailed: { failure: 'not found', because: 'its signature is not accepted' },
  RegistryUnavailable: { failure: 'unreachable', because: 'the registry is unavailable' },
};
const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  ...Object.keys(BY_REASON),
]);

/** Where no text of the runtime is on record: the failure is certain, its kind is not. */
const NOT_ON_RECORD: PullVerdict = { failure: 'other', because: 'why is not on record' };

/** What the kubelet puts before the runtime's text, in the waiting message and in the event. */
const PREFIX =
  /^(?:Back-off pulling image "[^"]*"|Failed to pull image "[^"]*")?(?::\s*)?(?:ErrImagePull:\s*)?(?:rpc error: code = \w+ desc = )?/;
const PULL_EVENT = /^Failed to pull image/i;

/** Whether the container waits for its image in vain. */
export function waitsForImage({ waiting }: PodContainer): boolean {
  return waiting !== undefined && PULL_REASONS.has(waiting.reason);
}

/** The containers that cannot start for want of their image; none for a pod that is leaving or finished. */
export function imageFailuresOf(pod: Pod, cluster: ClusterView): ImageFailure[] {
  const containers = waitingContainers(pod).filter(waitsForImage);
  if (containers.length === 0 || isBenign(pod) || isFinished(pod)) return [];
  const events = cluster.eventsOf(pod.metadata.uid ?? '');
  return containers.map((container) => judge(pod, container, events));
}

function judge(pod: Pod, container: PodContainer, events: readonly ClusterEvent[]): ImageFailure {
  const { image } = container;
  const { reason = '', message: said = '' } = container.waiting ?? {};
  const own = withoutPrefix(said) === reason ? '' : withoutPrefix(said);
  const event = events.find((one) => isPullEvent(one, container));
  const message = own === '' ? withoutPrefix(event?.message ?? '') : own;
  const since =
    event?.first ?? changedAt(conditionOf(pod.status?.conditions, 'PodScheduled')) ?? createdAt(pod);
  return {
    container,
    image: clean(image, 200) || 'without a name',
    verdict: verdictOn(reason, message, image),
    message,
    ...(own === '' && event !== undefined ? { event } : {}),
    ...(since === undefined ? {} : { since }),
  };
}

function verdictOn(reason: string, message: string, image: string): PullVerdict {
  const fixed = Object.hasOwn(BY_REASON, reason) ? BY_REASON[reason] : undefined;
  return fixed ?? (message === '' ? NOT_ON_RECORD : classifyPull(message, image));
}

function isPullEvent(event: ClusterEvent, container: PodContainer): boolean {
  return (
    PULL_EVENT.test(event.message) && concerns(event, container) && event.message.includes(container.image)
  );
}

function withoutPrefix(message: string): string {
  return message.replace(PREFIX, '').trim();
}

/** What all image diagnoses have in common; the scenarios add severity, cause, advice and further evidence. */
export function describeImage(
  pod: Pod,
  { container, image, verdict, since }: ImageFailure,
): Pick<Diagnosis, 'part' | 'summary' | 'ofPods' | 'same' | 'since'> {
  const what = `cannot pull image ${image}: ${verdict.because}`;
  return {
    part: container.name,
    summary: `${nameObject(pod)} ${what} (${nameContainer(container)})`,
    ofPods: what,
    same: `${image} ${verdict.failure} ${verdict.because}`,
    ...(since === undefined ? {} : { since }),
  };
}

/** The state of the container, the text it was judged by, and the image it asks for. */
export function imageEvidence(pod: Pod, { container, image, message, event }: ImageFailure): Evidence[] {
  const ref = refOf(pod);
  const reason = clean(container.waiting?.reason);
  const list = container.type === 'main' ? 'containers' : 'initContainers';
  const evidence: Evidence[] = [
    {
      ref,
      path: `${container.path}.state.waiting.reason`,
      observed: reason,
      why: 'The kubelet cannot get the image.',
    },
  ];
  if (event !== undefined) {
    evidence.push({
      ref: event.ref,
      path: 'event',
      observed: clean(event.message, 500),
      why: 'What the runtime says of the pull.',
    });
  } else if (message !== '') {
    const observed = clean(container.waiting?.message, 500);
    evidence.push({
      ref,
      path: `${container.path}.state.waiting.message`,
      observed,
      why: 'What the runtime says of the pull.',
    });
  }
  const spec = `spec.${list}[${clean(container.name, 63)}].image`;
  evidence.push({ ref, path: spec, observed: image, why: 'The reference it asks for.' });
  return evidence;
}

/** Whether a pod runs this image: then registry and credentials serve at least somebody. */
export function runsImage(pod: Pod, image: string): boolean {
  return containersOf(pod).some((container) => container.image === image && container.running !== undefined);
}
