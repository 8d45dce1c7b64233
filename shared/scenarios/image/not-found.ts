/** image/not-found: the image a container asks for does not exist as it is written. */
import { refOf } from '../../cluster/refs.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import { defineScenario } from '../../model/scenario.ts';
import { describeImage, imageEvidence, imageFailuresOf, type ImageFailure } from '../image-failures.ts';
import { earlierImage } from '../revisions.ts';
import { clean, quote } from '../words.ts';

export const imageNotFound = defineScenario<'Pod'>({
  id: 'image/not-found',
  title: 'Image does not exist',
  subject: 'Pod',
  needs: [],
  mayRead: ['Event', 'ReplicaSet'],
  diagnose(pod, cluster) {
    return imageFailuresOf(pod, cluster)
      .filter(({ verdict }) => verdict.failure === 'not found')
      .map((failure) => describe(pod, failure, cluster));
  },
});

function describe(pod: Pod, failure: ImageFailure, cluster: ClusterView): Diagnosis {
  const { container, image, message, verdict } = failure;
  const evidence = imageEvidence(pod, failure);
  const earlier = earlierImage(pod, container.name, cluster);
  if (earlier !== undefined) {
    const why = earlier.ready
      ? 'The revision whose pods are ready has this one.'
      : 'The revision before had this one.';
    const path = `spec.template.spec.containers[${clean(container.name, 63)}].image`;
    evidence.push({ ref: refOf(earlier.replicaSet), path, observed: clean(earlier.image, 200), why });
  }
  const worked = earlier?.ready === true ? ` The pods that run have image ${clean(earlier.image, 200)}.` : '';
  return {
    ...describeImage(pod, failure),
    severity: 'critical',
    cause: `${capitalise(verdict.because)}.${said(message)}${worked}`,
    advice: adviceFor(container.waiting?.reason ?? '', image),
    evidence,
    confidence: 'high',
    terminal: true,
  };
}

function said(message: string): string {
  return message === '' ? '' : ` The runtime says: ${quote(message, 300)}.`;
}

function adviceFor(reason: string, image: string): string {
  switch (reason) {
    case 'InvalidImageName':
      return `Correct the reference ${image}: registry/repository:tag, in lower case, with one tag.`;
    case 'ErrImageNeverPull':
      return `Load ${image} onto the node, or set imagePullPolicy to IfNotPresent.`;
    case 'ImageInspectError':
      return 'Look at the log of the container runtime on the node; its image store may be damaged.';
    case 'SignatureValidationFailed':
      return `Sign ${image}, or look at the signature policy of the nodes.`;
    default:
      return `Correct the name or tag ${image}, or push it for the platform of the nodes.`;
  }
}

function capitalise(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
