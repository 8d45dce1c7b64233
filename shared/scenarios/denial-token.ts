/** Why the token of a pod does not do: switched off, unreadable, of an account that is gone, or for somebody else. */
import { record, records, text } from '../cluster/narrow.ts';
import { refOf, refTo } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Pod } from '../model/kube.ts';
import { accountEvidence, accountOf, nameAccount, type DenialCause } from './denial-cause.ts';
import { createdAt } from './pods.ts';
import { existenceOf } from './rbac-objects.ts';
import { clean } from './words.ts';

/** A token that is sent and refused (401): its account is gone or another one, or it is not meant for this server. */
export function explainUnauthorised(pod: Pod, cluster: ClusterView): DenialCause {
  const account = accountOf(pod);
  const whom = nameAccount(account);
  const evidence = [accountEvidence(pod)];
  const base = { confidence: 'high' as const, blames: [], evidence };
  const object = cluster.get('ServiceAccount', account.namespace, account.name);
  if (existenceOf('ServiceAccount', account.namespace, account.name, cluster) === 'missing') {
    return {
      ...base,
      cause: `${whom} does not exist any more, and its tokens ended with it.`,
      advice: `Create ${whom} again, with its bindings, and delete the pod so that it gets a token of the new account.`,
      blames: [refTo('v1', 'ServiceAccount', account.namespace, account.name)],
    };
  }
  const born = object === undefined ? undefined : createdAt(object);
  const started = createdAt(pod);
  if (object !== undefined && born !== undefined && started !== undefined && born > started) {
    const time = clean(object.metadata.creationTimestamp, 40);
    return {
      ...base,
      cause: `${whom} was created anew after the pod: a token belongs to one account by its uid, and the pod's belongs to the account before.`,
      advice: 'Delete the pod: the new one gets a token of the account that is there now.',
      evidence: [
        ...evidence,
        {
          ref: refOf(object),
          path: 'metadata.creationTimestamp',
          observed: time,
          why: 'Younger than the pod that uses it.',
        },
      ],
    };
  }
  const audience = audienceOf(pod);
  if (audience !== undefined) {
    return {
      ...base,
      cause: `The token it mounts is for the audience ${clean(audience.name, 120)}, and the API server takes only tokens for itself.`,
      advice:
        'Mount a second projected token without an audience, or let the pod mount the usual one, for what it asks of the API.',
      evidence: [
        ...evidence,
        {
          ref: refOf(pod),
          path: audience.path,
          observed: clean(audience.name, 120),
          why: 'Whom the token is meant for.',
        },
      ],
    };
  }
  return {
    ...base,
    cause: `The API server does not accept the token that the program sends as ${whom}: it has ended, is of another cluster, or is read once and never again.`,
    advice:
      'Delete the pod to have it start with a fresh token; if that helps for an hour only, the program must read the token file anew.',
    confidence: 'medium',
  };
}

/** A projected token with an audience of its own, if the pod has no other. */
function audienceOf(pod: Pod): { readonly name: string; readonly path: string } | undefined {
  const tokens = records(pod.spec?.volumes).flatMap((volume) =>
    records(record(volume.projected).sources).flatMap((source, index) => {
      if (source.serviceAccountToken === undefined) return [];
      const name = text(record(source.serviceAccountToken).audience);
      const path = `spec.volumes[${clean(volume.name, 63)}].projected.sources[${index}].serviceAccountToken.audience`;
      return [{ name, path }];
    }),
  );
  return tokens.some(({ name }) => name === '') ? undefined : tokens[0];
}

/** No token at all, or one that may not be read. */
export function explainToken(unreadable: boolean, pod: Pod, cluster: ClusterView): DenialCause {
  const account = accountOf(pod);
  const evidence = [accountEvidence(pod)];
  const base = { confidence: 'high' as const, blames: [] };
  if (unreadable) {
    const cause =
      'The token is there, but the user the program runs as may not read it: a matter of files, not of roles.';
    return {
      ...base,
      cause,
      advice: 'Set spec.securityContext.fsGroup of the pod, so that its group may read the token.',
      evidence,
    };
  }
  const object = cluster.get('ServiceAccount', account.namespace, account.name);
  const byPod = pod.spec?.automountServiceAccountToken;
  const byAccount = object?.automountServiceAccountToken;
  const where =
    byPod === false
      ? { ref: refOf(pod), path: 'spec.automountServiceAccountToken' }
      : byPod === undefined && byAccount === false && object !== undefined
        ? { ref: refOf(object), path: 'automountServiceAccountToken' }
        : undefined;
  if (where === undefined) {
    const cause = 'The program looks for a token where pods have theirs, and finds none.';
    return {
      ...base,
      cause,
      advice: 'Compare the volumes of the container with where the program looks.',
      evidence,
      confidence: 'medium',
    };
  }
  return {
    ...base,
    cause: `The pod is given no token: ${where.path} of ${byPod === false ? 'the pod' : nameAccount(account)} is false.`,
    advice: 'Set automountServiceAccountToken: true in the pod template if the program is to use the API.',
    evidence: [...evidence, { ...where, observed: 'false', why: 'Turns the token off.' }],
  };
}
