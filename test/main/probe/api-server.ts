// What an API server says to a probe, in the hands of a test.
import type { Answer } from '../kube/scripted-server.ts';
import { sendJson, statusOf } from '../kube/scripted-server.ts';

export const TOKEN = 's3cret-token-of-a-test';

const REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

export interface Behaviour {
  /** Answers strangers with 403, as with --anonymous-auth and no role for system:anonymous. */
  readonly shy?: boolean;
  /** Status of the answer to a request that is signed in. */
  readonly signIn?: 201 | 401 | 403 | 404;
  /** gitVersion, or nothing of the kind. */
  readonly version?: object;
}

/** Knows one token; strangers may read /version alone. */
export function apiServer({
  shy = false,
  signIn = 201,
  version = { gitVersion: 'v1.35.4' },
}: Behaviour = {}): Answer {
  return ({ path, headers }, response) => {
    const stranger = headers.authorization === undefined;
    if (!stranger && (headers.authorization !== `Bearer ${TOKEN}` || signIn === 401)) {
      sendJson(response, statusOf(401, 'Unauthorized', 'Unauthorized'), 401);
    } else if (stranger && (shy || path !== '/version')) {
      const message = `forbidden: User "system:anonymous" cannot get path "${path}"`;
      sendJson(response, statusOf(403, 'Forbidden', message), 403);
    } else if (path === '/version') sendJson(response, version);
    else if (path === REVIEWS && signIn === 201) {
      const userInfo = { username: 'jane', groups: ['dev', 'system:authenticated'] };
      sendJson(response, { kind: 'SelfSubjectReview', status: { userInfo } }, 201);
    } else if (path === REVIEWS && signIn === 403) {
      const message =
        'selfsubjectreviews.authentication.k8s.io is forbidden: User "jane" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope';
      sendJson(response, statusOf(403, 'Forbidden', message), 403);
    } else if (path === ACCESS_REVIEWS) sendJson(response, { status: { allowed: true } }, 201);
    else if (path === '/apis') sendJson(response, { kind: 'APIGroupList', groups: [{}, {}, {}] });
    else
      sendJson(response, statusOf(404, 'NotFound', 'the server could not find the requested resource'), 404);
  };
}
