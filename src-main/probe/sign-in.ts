/** The last two layers, which go through the client and its credentials: who the server says we are, and discovery. */
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import type { WhoAmI } from '../../shared/model/connection.ts';
import { clean, count } from '../../shared/scenarios/words.ts';
import type { KubeClient, RequestOptions } from '../kube/contract.ts';
import { isFields, listOf, textOf, textsOf } from '../kube/json.ts';
import { showUrl } from '../kube/mask-text.ts';
import type { Trip } from './trip.ts';

const ANONYMOUS = 'system:anonymous';
const MAX_GROUPS = 100;

type Limits = Pick<RequestOptions, 'signal' | 'timeoutMs'>;

/** The user of a SelfSubjectReview (authentication.k8s.io/v1); undefined for anything else. */
function readReview(review: unknown): WhoAmI | undefined {
  const status = isFields(review) && isFields(review.status) ? review.status : {};
  const info = isFields(status.userInfo) ? status.userInfo : {};
  const user = clean(info.username, 253);
  if (user === '') return undefined;
  const uid = clean(info.uid, 100);
  const groups = textsOf(info.groups).slice(0, MAX_GROUPS);
  return { user, ...(uid !== '' && { uid }), groups: groups.map((group) => clean(group, 253)) };
}

function noCredentials(trip: Trip): AppError {
  const { access, where, url } = trip;
  const server = showUrl(where.server);
  const plain = url.protocol === 'http:';
  return {
    code: 'unauthorized',
    message: plain
      ? `No credentials are sent over plain http, and API server ${server} of context ${access.fabric} asks for them.`
      : `API server ${server} of context ${access.fabric} saw no credentials: the request came as ${ANONYMOUS}.`,
    hint: plain
      ? 'Use the https:// address of this API server in the kubeconfig.'
      : 'Add a token, a client certificate or a credential command to the user of this context.',
    fabric: access.fabric,
    retryable: false,
    details: { server, user: ANONYMOUS },
  };
}

const post = (client: KubeClient, path: string, body: object, limits: Limits): Promise<unknown> =>
  client.getJson<unknown>(path, { ...limits, method: 'POST', body });

async function review(client: KubeClient, limits: Limits): Promise<WhoAmI | undefined> {
  try {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    return readReview(await post(client, path, body, limits));
  } catch (cause) {
    if (!(cause instanceof AppFailure)) throw cause;
    const { code, details } = cause.error;
    // Who may not ask is known by name all the same.
    if (code === 'forbidden' && details?.user !== undefined) return { user: details.user, groups: [] };
    if (code !== 'not-served' && code !== 'not-found') throw cause;
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const nonResourceAttributes = { path: '/version', verb: 'get' };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { nonResourceAttributes },
  };
  await post(client, path, body, limits).catch((cause: unknown) => {
    // A server answers with 401 before it looks for what was asked.
    const known =
      cause instanceof AppFailure && ['not-served', 'not-found', 'forbidden'].includes(cause.error.code);
    if (!known) throw cause;
  });
  return undefined;
}

/**
 * Who the server says we are (SelfSubjectReview; SelfSubjectAccessReview before Kubernetes 1.28, which names nobody).
 * Over plain http the client sends no credentials. Throws `AppFailure`.
 */
export async function askWho(client: KubeClient, trip: Trip, limits: Limits): Promise<WhoAmI | undefined> {
  let who: WhoAmI | undefined;
  try {
    who = await review(client, limits);
  } catch (cause) {
    const refused = cause instanceof AppFailure && cause.error.code === 'unauthorized';
    if (refused && trip.url.protocol === 'http:') throw new AppFailure(noCredentials(trip));
    throw cause;
  }
  if (who?.user === ANONYMOUS) throw new AppFailure(noCredentials(trip));
  return who;
}

/** How many API groups the server serves. Throws `AppFailure`, also for what is no list of groups. */
export async function countGroups(client: KubeClient, trip: Trip, limits: Limits): Promise<string> {
  const list = await client.getJson<unknown>('/apis', limits);
  if (isFields(list) && textOf(list.kind) === 'APIGroupList') {
    return count(listOf(list.groups).length, 'API group');
  }
  const server = showUrl(trip.where.server);
  throw new AppFailure({
    code: 'not-kubernetes',
    message: `API server ${server} of context ${trip.access.fabric} answers /apis with something that is no list of API groups.`,
    hint: 'Check the server address and the proxy: another service may be answering some of the paths.',
    fabric: trip.access.fabric,
    retryable: true,
    details: { server },
  });
}
