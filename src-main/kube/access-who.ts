/** Asks the server who we are (SelfSubjectReview, authentication.k8s.io), and finds it out where it cannot say. */
import { AppFailure } from '../../shared/errors.ts';
import type { WhoAmI } from '../../shared/model/connection.ts';
import type { KubeClient } from './contract.ts';
import { isFields, textOf, textsOf } from './json.ts';

/** Served from 1.28, 1.27 and (behind a feature gate) 1.26 on. */
const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'];
/** What few may do: its refusal names the user. */
const FORBIDDEN_TO_MOST = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';

type Attempt = WhoAmI | 'unknown';

async function review(client: KubeClient, version: string, signal?: AbortSignal): Promise<Attempt> {
  const apiVersion = `authentication.k8s.io/${version}`;
  const answer = await client.getJson<unknown>(`/apis/${apiVersion}/selfsubjectreviews`, {
    method: 'POST',
    body: { apiVersion, kind: 'SelfSubjectReview' },
    ...(signal && { signal }),
  });
  const status = isFields(answer) && isFields(answer.status) ? answer.status : {};
  const info = isFields(status.userInfo) ? status.userInfo : {};
  const user = textOf(info.username);
  if (user === '') return 'unknown';
  const uid = textOf(info.uid);
  return { user, ...(uid !== '' && { uid }), groups: textsOf(info.groups) };
}

/** The user that a refusal names. Anything but a refusal and a kind that is not served is thrown on. */
function fromRefusal(cause: unknown): Attempt {
  if (!(cause instanceof AppFailure)) throw cause;
  const { code, details } = cause.error;
  if (code === 'forbidden' && details?.user !== undefined) return { user: details.user, groups: [] };
  if (['forbidden', 'not-served', 'not-found'].includes(code)) return 'unknown';
  throw cause;
}

/** The name in the credentials themselves: of a ServiceAccount's token, or the CN of a certificate. */
async function fromCredentials(client: KubeClient): Promise<Attempt> {
  const { token, ends } = await client.facts();
  const subject = token?.subject ?? '';
  if (subject.startsWith('system:serviceaccount:')) return { user: subject, groups: [] };
  const certificate = ends.find(({ what }) => what === 'client certificate')?.of;
  const name = /(?:^|,\s*)CN=([^,]+)/.exec(certificate ?? '')?.[1];
  return name === undefined ? 'unknown' : { user: name, groups: [] };
}

/**
 * Who the server says we are. An older server does not say: then the user's name is taken from a refusal, or from the
 * credentials, and the groups stay unknown (empty). Throws `AppFailure`.
 */
export async function whoAmI(client: KubeClient, signal?: AbortSignal): Promise<WhoAmI> {
  const attempts: (() => Promise<Attempt>)[] = [
    ...VERSIONS.map((version) => () => review(client, version, signal)),
    async () => {
      await client.getJson(FORBIDDEN_TO_MOST, { query: { limit: 1 }, ...(signal && { signal }) });
      return 'unknown';
    },
    () => fromCredentials(client),
  ];
  for (const attempt of attempts) {
    const who = await attempt().catch(fromRefusal);
    if (who !== 'unknown') return who;
  }
  throw new AppFailure({
    code: 'not-served',
    message: `API server ${client.server} of context ${client.fabric} does not say who this user is, and the credentials do not tell it either.`,
    hint: 'The server is older than Kubernetes 1.28. Ask an administrator which user name these credentials have.',
    fabric: client.fabric,
    retryable: false,
    details: { server: client.server },
  });
}
