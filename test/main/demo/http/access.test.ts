/** What callers with few rights see of the demo's API server: the rules are those of RBAC, the words the API server's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type Harness } from './harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startServer();
  const group = 'rbac.authorization.k8s.io';
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
  harness.create('v1', 'ConfigMap', 'web', { metadata: { name: 'open' } });
  harness.create(`${group}/v1`, 'Role', 'web', {
    metadata: { name: 'one' },
    rules: [
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['open'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] },
      { apiGroups: [''], resources: ['limitranges'], verbs: ['update', 'patch'] },
    ],
  });
  harness.create(`${group}/v1`, 'RoleBinding', 'web', {
    metadata: { name: 'one' },
    roleRef: { apiGroup: group, kind: 'Role', name: 'one' },
    subjects: [{ apiGroup: group, kind: 'User', name: 'jo' }],
  });
  harness.create('v1', 'Pod', 'web', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c' }] } });
});

afterAll(async () => {
  expect(harness.reports).toEqual([]);
  await harness.close();
});

const CONFIG = '/api/v1/namespaces/web/configmaps';

describe('a caller with a right to one name', () => {
  it.each([
    ['GET', `${CONFIG}/open`, 200],
    ['GET', `${CONFIG}/other`, 403],
    ['GET', CONFIG, 403],
    ['GET', `${CONFIG}?fieldSelector=metadata.name%3Dopen`, 200],
    ['GET', `${CONFIG}?fieldSelector=metadata.name%3Dother`, 403],
    ['DELETE', `${CONFIG}/open`, 403],
    // Refused before it is looked for.
    ['GET', '/api/v1/namespaces/web/nothing', 403],
    ['GET', '/livez', 403],
  ])('%s %s: %i', async (method, path, code) => {
    expect((await harness.ask(path, { method, token: 'jo-token' })).code).toBe(code);
  });

  it('may not run commands with a right to read alone', async () => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Protocol': 'v5.channel.k8s.io',
    };
    const path = '/api/v1/namespaces/web/pods/p/exec?command=ls&stdout=true';
    const { code, body } = await harness.ask(path, { token: 'jo-token', headers });
    expect(code).toBe(403);
    expect(body.message).toBe(
      'pods "p" is forbidden: User "jo" cannot create resource "pods/exec" in API group "" in the namespace "web"',
    );
  });
});

it.each([
  ['PUT', 'application/json'],
  ['PATCH', 'application/apply-patch+yaml'],
])('lets a %s create only for those who may create', async (method, type) => {
  const path = '/api/v1/namespaces/web/limitranges/l?fieldManager=x';
  const body = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' } };
  const asked = { method, body, headers: { 'Content-Type': type } };
  const refused = await harness.ask(path, { ...asked, token: 'jo-token' });
  expect(refused.code).toBe(403);
  expect(refused.body.message).toContain('User "jo" cannot create resource "limitranges"');
  expect((await harness.ask(path, asked)).code).toBe(201);
  expect((await harness.ask(path, { ...asked, token: 'jo-token' })).code).toBe(200);
  await harness.ask(path, { method: 'DELETE' });
});

it.each([
  ['attach', 'does not attach to containers'],
  ['portforward', 'does not forward ports'],
])('says that %s is not there', async (part, message) => {
  const headers = { Connection: 'Upgrade', Upgrade: 'SPDY/3.1' };
  const path = `/api/v1/namespaces/web/pods/p/${part}`;
  const { code, body } = await harness.ask(path, { method: 'POST', headers });
  expect(code).toBe(400);
  expect(body.message).toContain(message);
});

it('tells nobody in particular what anonymous callers may not do', async () => {
  const { code, body } = await harness.ask('/api/v1/pods', { token: null });
  expect(code).toBe(403);
  expect(body.message).toBe(
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
  );
});

it('shows a mistake of its own as an internal error, and reports it', async () => {
  const broken = await startServer({
    issueToken: () => {
      throw new TypeError('no key');
    },
  });
  broken.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
  broken.create('v1', 'ServiceAccount', 'web', { metadata: { name: 'robot' } });
  const path = '/api/v1/namespaces/web/serviceaccounts/robot/token';
  const { code, body } = await broken.ask(path, { method: 'POST', body: {} });
  expect(code).toBe(500);
  expect(body).toMatchObject({
    reason: 'InternalError',
    message: 'Internal error occurred: no key',
    details: { causes: [{ message: 'no key' }] },
  });
  expect(broken.reports).toEqual([new TypeError('no key')]);
  await broken.close();
});
