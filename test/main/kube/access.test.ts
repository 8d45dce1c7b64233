// Access reviews: what the server says, and answers of any shape.
import { expect, it } from 'vitest';
import { askAccess } from '../../../src-main/kube/access.ts';
import { clientOf, errorOf, sendJson, startServer, statusOf } from './scripted-server.ts';

const QUESTION = { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'shop' };

it.each([
  [
    { allowed: true, reason: 'RBAC: allowed by x' },
    { allowed: true, denied: false, reason: 'RBAC: allowed by x' },
  ],
  [{ allowed: false }, { allowed: false, denied: false, reason: '' }],
  [
    { allowed: true, denied: true, reason: 'policy' },
    { allowed: false, denied: true, reason: 'policy' },
  ],
  [
    { allowed: false, evaluationError: 'role missing' },
    { allowed: false, denied: false, reason: 'role missing' },
  ],
  [{ allowed: 'yes' }, { allowed: false, denied: false, reason: '' }],
  ['text', { allowed: false, denied: false, reason: '' }],
])('%j', async (status, answer) => {
  const { url, asked } = await startServer((_asked, response) => {
    sendJson(response, { status }, 201);
  });
  expect(await askAccess(clientOf(url), QUESTION)).toEqual(answer);
  expect(asked[0]).toMatchObject({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  });
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: QUESTION },
  });
});

it('fails where the question is refused', async () => {
  const { url } = await startServer((_asked, response) => {
    sendJson(response, statusOf(403, 'Forbidden', 'no'), 403);
  });
  expect((await errorOf(askAccess(clientOf(url), QUESTION))).code).toBe('forbidden');
});
