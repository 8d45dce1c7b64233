/** image/unauthorised: the registry does not give the image to this pod. */
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import { defineScenario } from '../../model/scenario.ts';
import { describeImage, imageEvidence, imageFailuresOf, type ImageFailure } from '../image-failures.ts';
import { registryOf } from '../image-messages.ts';
import { pullSecretsOf, type PullSecrets } from '../pull-secrets.ts';
import { clean, count, enumerate, quote } from '../words.ts';

export const imageUnauthorised = defineScenario<'Pod'>({
  id: 'image/unauthorised',
  title: 'Registry refuses to give the image',
  subject: 'Pod',
  needs: [],
  mayRead: ['Event', 'Secret', 'ServiceAccount'],
  diagnose(pod, cluster) {
    return imageFailuresOf(pod, cluster)
      .filter(({ verdict }) => verdict.failure === 'unauthorised')
      .map((failure) => describe(pod, failure, cluster));
  },
});

function describe(pod: Pod, failure: ImageFailure, cluster: ClusterView): Diagnosis {
  const { image, message } = failure;
  const secrets = pullSecretsOf(pod, cluster);
  const registry = clean(registryOf(image), 100);
  const retrieval = cluster
    .eventsOf(pod.metadata.uid ?? '')
    .find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret');
  const evidence = [...imageEvidence(pod, failure), ...secrets.evidence];
  if (retrieval !== undefined) {
    const why = 'The kubelet could not read a pull secret.';
    evidence.push({ ref: retrieval.ref, path: 'event', observed: clean(retrieval.message, 300), why });
  }
  return {
    ...describeImage(pod, failure),
    severity: 'critical',
    cause: `${describeSecrets(secrets, registry)}${message === '' ? '' : ` The runtime says: ${quote(message, 300)}.`}`,
    advice: adviceFor(secrets, image, registry, pod.metadata.namespace ?? ''),
    evidence,
    confidence: 'high',
    ...(secrets.missing.length === 0 ? {} : { blames: secrets.missing }),
    terminal: true,
  };
}

function describeSecrets({ names, missing, wrongType }: PullSecrets, registry: string): string {
  const named = (list: readonly string[]): string => enumerate(list.map((name) => clean(name)));
  if (missing.length > 0) {
    const lost = missing.map(({ name }) => name);
    return `Registry ${registry} refuses the pull, and pull secret ${named(lost)} ${lost.length === 1 ? 'does' : 'do'} not exist.`;
  }
  if (wrongType.length > 0) {
    return `Registry ${registry} refuses the pull, and Secret ${named(wrongType)} holds no registry credentials by its type.`;
  }
  if (names.length === 0) {
    return `Registry ${registry} refuses the pull, and the pod has no pull secret: it pulls with the node's credentials, or none.`;
  }
  return `Registry ${registry} refuses the pull with ${count(names.length, 'pull secret')} (${named(names)}): the credentials are wrong, expired, for another registry, or without the right.`;
}

function adviceFor(
  { names, missing, wrongType }: PullSecrets,
  image: string,
  registry: string,
  namespace: string,
): string {
  const [lost] = missing;
  if (lost !== undefined)
    return `Create Secret ${clean(lost.name)} of type kubernetes.io/dockerconfigjson in namespace ${clean(namespace)}.`;
  if (wrongType.length > 0)
    return `Create Secret ${clean(wrongType[0])} anew with type kubernetes.io/dockerconfigjson.`;
  if (names.length === 0)
    return `If ${image} is private, add a pull secret for ${registry} to the pod or its ServiceAccount; if not, check its name.`;
  return `Check that the pull secret is for ${registry}, has not expired and may read ${image}.`;
}
