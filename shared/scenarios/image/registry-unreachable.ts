/** image/registry-unreachable: a pull does not come through, for a reason that is neither a refusal nor absence. */
import { controllerOf, refOf } from '../../cluster/refs.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import { defineScenario } from '../../model/scenario.ts';
import { waitingContainers } from '../containers.ts';
import {
  describeImage,
  imageEvidence,
  imageFailuresOf,
  runsImage,
  waitsForImage,
  type ImageFailure,
} from '../image-failures.ts';
import { registryOf } from '../image-messages.ts';
import { clean, count, quote } from '../words.ts';

/** From so many nodes it is the registry, not a node (catalogue, image/registry-unreachable). */
const MANY_NODES = 3;

/**
 * Takes the pulls that no other scenario explains as well, with little confidence: an image that does not come is never
 * silent, and "not found" or "refused" is only said where somebody said it.
 */
export const registryUnreachable = defineScenario<'Pod'>({
  id: 'image/registry-unreachable',
  title: 'Image cannot be pulled from its registry',
  subject: 'Pod',
  needs: [],
  mayRead: ['Event'],
  diagnose(pod, cluster) {
    return imageFailuresOf(pod, cluster)
      .filter(({ verdict }) => verdict.failure === 'unreachable' || verdict.failure === 'other')
      .map((failure) => describe(pod, failure, cluster));
  },
});

function describe(pod: Pod, failure: ImageFailure, cluster: ClusterView): Diagnosis {
  const { image, message, verdict } = failure;
  const registry = clean(registryOf(image), 100);
  const siblings = siblingsOf(pod, cluster);
  const nodes = failingNodes(pod, siblings);
  const known = verdict.failure === 'unreachable';
  return {
    ...describeImage(pod, failure),
    severity: known && nodes.size >= MANY_NODES ? 'critical' : 'high',
    cause: `${describeCause(known, registry, verdict.because, message)}${message === '' ? '' : ` The runtime says: ${quote(message, 300)}.`}`,
    advice: adviceFor(known, verdict.because, registry, message),
    evidence: [
      ...imageEvidence(pod, failure),
      ...nodeEvidence(pod, failure.container.image, siblings, nodes),
    ],
    confidence: known ? 'high' : 'low',
  };
}

function describeCause(known: boolean, registry: string, because: string, message: string): string {
  if (known) return `Registry ${registry} cannot be used for this pull: ${because}.`;
  return message === ''
    ? 'The kubelet could not pull the image, and neither the status of the pod nor an event says why.'
    : `The pull fails, and not by an answer of registry ${registry}: ${because}.`;
}

function adviceFor(known: boolean, because: string, registry: string, message: string): string {
  if (message === '') return 'Look at the next pull: its event names the reason.';
  if (!known) return 'Look at the container runtime and the disk of the node.';
  if (because.includes('rate of pulls'))
    return `Pull with an account, or through a mirror: ${registry} counts pulls by address.`;
  if (because.includes('certificate')) return `Add the certificate authority of ${registry} to the nodes.`;
  if (because.includes('resolved'))
    return `Check the registry's name, ${registry}, and the DNS servers of the nodes (not the cluster's DNS).`;
  return `Check from a node that ${registry} answers: network, firewall, proxy, and the registry itself. The kubelet tries again by itself.`;
}

/** Pods of the same owner: they ask for the same image from other nodes. */
function siblingsOf(pod: Pod, cluster: ClusterView): readonly Pod[] {
  const owner = controllerOf(pod);
  return owner === undefined ? [] : cluster.ownedBy('Pod', owner.uid);
}

/** The nodes on which this pod or its siblings wait for an image; no more than decide anything are looked for. */
function failingNodes(pod: Pod, siblings: readonly Pod[]): ReadonlySet<string> {
  const nodes = new Set<string>();
  for (const each of [pod, ...siblings]) {
    const node = each.spec?.nodeName ?? '';
    if (node !== '' && !nodes.has(node) && waitingContainers(each).some(waitsForImage)) nodes.add(node);
    if (nodes.size >= MANY_NODES) break;
  }
  return nodes;
}

function nodeEvidence(
  pod: Pod,
  image: string,
  siblings: readonly Pod[],
  nodes: ReadonlySet<string>,
): Evidence[] {
  const node = clean(pod.spec?.nodeName);
  if (node === '') return [];
  const works = siblings.find(
    (other) => other.spec?.nodeName !== pod.spec?.nodeName && runsImage(other, image),
  );
  const why =
    nodes.size >= MANY_NODES
      ? `Pods on ${count(nodes.size, 'node')} or more fail alike: it is not this node.`
      : 'The node that tries to pull.';
  const evidence: Evidence[] = [{ ref: refOf(pod), path: 'spec.nodeName', observed: node, why }];
  if (works !== undefined) {
    const other = `The image runs on node ${clean(works.spec?.nodeName)}: look at what node ${node} lacks.`;
    evidence.push({
      ref: refOf(works),
      path: 'spec.nodeName',
      observed: clean(works.spec?.nodeName),
      why: other,
    });
  }
  return evidence;
}
