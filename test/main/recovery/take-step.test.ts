/** One write whose answer is lost, late or another's. */
import { expect, it } from 'vitest';
import type { CreateStep } from '../../../shared/model/plan.ts';
import { takeCreateStep, takeTokenStep } from '../../../src-main/recovery/take-step.ts';
import { clientOf, sendJson, startServer, statusOf, type Asked } from '../kube/scripted-server.ts';

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
const ROLE = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'r' },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
};
const step = (object: CreateStep['object'], resource: string, group = ''): CreateStep => ({
  do: 'create',
  object,
  resource: { group, version: 'v1', resource },
  because: '',
  expects: 'It is there.',
});
const HOME = step(NAMESPACE, 'namespaces');
const GRANT = step(ROLE, 'clusterroles', 'rbac.authorization.k8s.io');
const isTrial = ({ query }: Asked) => query.get('dryRun') === 'All';
const writes = (asked: readonly Asked[]) => asked.filter((each) => each.method === 'POST' && !isTrial(each));

it('is tried, sent once as it was shown, and done', async () => {
  const { url, asked } = await startServer((_asked, response) => {
    sendJson(response, { ...NAMESPACE, metadata: { name: 'a', uid: 'u-1' } }, 201);
  });
  const taken = await takeCreateStep(clientOf(url), HOME);
  expect(taken).toMatchObject({
    state: 'done',
    ref: { name: 'a', uid: 'u-1' },
    says: 'It is there.',
    sent: true,
  });
  expect(asked.map((each) => [each.method, each.path, each.query.get('dryRun')])).toEqual([
    ['POST', '/api/v1/namespaces', 'All'],
    ['POST', '/api/v1/namespaces', null],
  ]);
  expect(asked.map(({ query }) => query.get('fieldManager'))).toEqual(['hedgerow', 'hedgerow']);
  expect(JSON.parse(asked[1]?.body ?? '')).toEqual(NAMESPACE);
});

it('a trial that fails sends nothing', async () => {
  const { url, asked } = await startServer((_asked, response) => {
    sendJson(
      response,
      statusOf(
        403,
        'Forbidden',
        'namespaces is forbidden: User "u" cannot create resource "namespaces" in API group ""',
      ),
      403,
    );
  });
  expect(await takeCreateStep(clientOf(url), HOME)).toMatchObject({ state: 'failed', sent: false });
  expect(writes(asked)).toEqual([]);
});

it.each([
  ['is there', 200, NAMESPACE, 'done', /is there as planned/],
  [
    'is not there',
    404,
    statusOf(404, 'NotFound', 'namespaces "a" not found'),
    'unknown',
    /Look before repeating.*is not there now/,
  ],
  ['cannot be looked up', 500, statusOf(500, 'InternalError', 'no'), 'unknown', /Look before repeating/],
])('the answer is lost, and the object %s', async (_what, status, body, state, says) => {
  const { url, asked } = await startServer((each, response) => {
    if (each.method === 'GET') sendJson(response, body, status);
    else if (isTrial(each)) sendJson(response, NAMESPACE, 201);
    else each.socket.destroy();
  });
  const taken = await takeCreateStep(clientOf(url), HOME);
  expect(taken).toMatchObject({ state, sent: true });
  expect(taken.says).toMatch(says);
  expect(writes(asked)).toHaveLength(1);
});

it.each([
  ['equal', ROLE.rules, 'same', /by somebody else meanwhile, as it should be/],
  ['different', [], 'failed', /is different\. Nothing was overwritten/],
])('somebody else is faster with one that is %s', async (_what, rules, state, says) => {
  const taken = await startServer((each, response) => {
    if (each.method === 'GET') sendJson(response, { ...ROLE, rules });
    else if (isTrial(each)) sendJson(response, ROLE, 201);
    else sendJson(response, statusOf(409, 'AlreadyExists', 'clusterroles "r" already exists'), 409);
  }).then(({ url }) => takeCreateStep(clientOf(url), GRANT));
  expect(taken.state).toBe(state);
  expect(taken.says).toMatch(says);
});

it('a token that is lost is unknown, and one without a text is a failure', async () => {
  const token = {
    do: 'token',
    namespace: 'a',
    serviceAccount: 'b',
    seconds: 600,
    because: '',
    expects: '',
  } as const;
  const lost = await startServer((each) => each.socket.destroy());
  expect(await takeTokenStep(clientOf(lost.url), token)).toMatchObject({ state: 'unknown' });
  const empty = await startServer((_each, response) => {
    sendJson(response, { status: {} }, 201);
  });
  expect((await takeTokenStep(clientOf(empty.url), token)).token).toBeUndefined();
});
