/** Who may do what, who one is, and tokens of service accounts, as the demo's API server tells it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type Harness } from './harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startServer();
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
  harness.create('v1', 'ServiceAccount', 'web', { metadata: { name: 'robot' } });
});

afterAll(async () => {
  expect(harness.reports).toEqual([]);
  await harness.close();
});

const post = (body: unknown) => ({ method: 'POST', body });

describe('service accounts', () => {
  const path = '/api/v1/namespaces/web/serviceaccounts/robot/token';

  it('gives a token that speaks for the account until it is over', async () => {
    const { code, body } = await harness.ask(path, post({ spec: { expirationSeconds: 600 } }));
    expect(code).toBe(201);
    const { token } = body.status as { token: string };
    const review = '/apis/authentication.k8s.io/v1/tokenreviews';
    const known = await harness.ask(review, post({ spec: { token } }));
    expect(known.body.status).toMatchObject({
      authenticated: true,
      user: { username: 'system:serviceaccount:web:robot' },
    });
    harness.now += 601_000;
    expect((await harness.ask(review, post({ spec: { token } }))).body.status).toEqual({
      user: {},
      error: 'invalid bearer token',
    });
    expect((await harness.ask('/version', { token })).code).toBe(401);
  });

  it.each([
    [{ spec: { expirationSeconds: 5 } }, 422, 'may not specify a duration less than 10 minutes'],
    [{ spec: { expirationSeconds: 'x' } }, 400, 'cannot unmarshal string'],
  ])('refuses %j', async (body, code, message) => {
    const answer = await harness.ask(path, post(body));
    expect(answer.code).toBe(code);
    expect(answer.body.message).toContain(message);
  });
});

describe('reviews', () => {
  const authorization = '/apis/authorization.k8s.io/v1';
  const attributes = { verb: 'list', resource: 'pods', namespace: 'web' };

  it('tells who may do what', async () => {
    const self = await harness.ask(
      `${authorization}/selfsubjectaccessreviews`,
      post({ spec: { resourceAttributes: attributes } }),
    );
    expect(self.code).toBe(201);
    expect(self.body.status).toEqual({ allowed: true });
    const other = await harness.ask(
      `${authorization}/subjectaccessreviews`,
      post({ spec: { user: 'jo', resourceAttributes: attributes } }),
    );
    expect(other.body.status).toEqual({ allowed: false });
    const rules = await harness.ask(
      `${authorization}/selfsubjectrulesreviews`,
      post({ spec: { namespace: 'web' } }),
    );
    expect(rules.body.status).toEqual({
      incomplete: false,
      resourceRules: [],
      nonResourceRules: [],
    });
    const me = await harness.ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', post({}));
    expect(me.body.status).toMatchObject({ userInfo: { username: 'admin' } });
  });

  it.each([
    [
      'selfsubjectaccessreviews',
      {},
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ],
    [
      'subjectaccessreviews',
      { spec: { resourceAttributes: attributes } },
      'at least one of user or group must be specified',
    ],
    [
      'namespaces/web/localsubjectaccessreviews',
      { spec: { user: 'jo', resourceAttributes: { ...attributes, namespace: 'other' } } },
      'must match metadata.namespace',
    ],
    ['selfsubjectrulesreviews', {}, 'no namespace on request'],
  ])('%s refuses %j', async (path, body, message) => {
    const answer = await harness.ask(`${authorization}/${path}`, post(body));
    expect(answer.code).toBeGreaterThanOrEqual(400);
    expect(answer.body.message).toContain(message);
  });
});
