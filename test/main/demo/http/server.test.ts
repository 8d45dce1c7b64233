/** The demo's API server over loopback: paths, methods, bodies and refusals as the real one words them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type Harness } from './harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startServer();
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
});

afterAll(async () => {
  expect(harness.reports).toEqual([]);
  await harness.close();
});

describe('paths and methods', () => {
  it.each([
    ['GET', '/api/v1/namespaces/nowhere', 404, 'namespaces "nowhere" not found'],
    ['GET', '/api/v1/foos', 404, 'the server could not find the requested resource'],
    ['GET', '/apis/apps/v9/deployments', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/pods/x', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/namespaces/web/nodes', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/namespaces/web/pods/x/foo', 404, 'the server could not find the requested resource'],
    [
      'GET',
      '/api/v1/namespaces/web/pods/x/status/foo',
      404,
      'the server could not find the requested resource',
    ],
    ['GET', '/api/v1/namespaces/web/pods/a%2fb', 404, 'the server could not find the requested resource'],
    // Access is decided for a watch here, so it must be one.
    [
      'GET',
      '/api/v1/watch/namespaces/web/pods/x/log',
      404,
      'the server could not find the requested resource',
    ],
    [
      'DELETE',
      '/api/v1/watch/namespaces/web/configmaps/x',
      405,
      'the server does not allow this method on the requested resource',
    ],
    [
      'GET',
      '/api/v1/namespaces/web/namespaces/other',
      404,
      'the server could not find the requested resource',
    ],
    ['GET', '/api/v1/namespaces/web/namespaces', 404, 'the server could not find the requested resource'],
    ['POST', '/api/v1/nodes/x', 405, 'the server does not allow this method on the requested resource'],
    ['POST', '/api/v1/pods', 405, 'the server does not allow this method on the requested resource'],
    ['PUT', '/api/v1/pods', 405, 'the server does not allow this method on the requested resource'],
    ['DELETE', '/api/v1/pods', 405, 'the server does not allow this method on the requested resource'],
    ['DELETE', '/api/v1/namespaces', 405, 'the server does not allow this method on the requested resource'],
    ['TRACE', '/api/v1/pods', 405, 'the server does not allow this method on the requested resource'],
    ['POST', '/version', 405, 'the server does not allow this method on the requested resource'],
  ])('%s %s is %i', async (method, path, code, message) => {
    const answer = await harness.ask(path, { method });
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', message, code });
  });

  it.each(['/foo', '/apis/foo/v1', '/apis/foo/v1/bars', '//api/v1/nodes', '/livez/zz'])(
    '%s has no page',
    async (path) => {
      const { code, text } = await harness.ask(path);
      expect({ code, text }).toEqual({ code: 404, text: '404 page not found\n' });
    },
  );

  it('reads a namespace with a slash behind it, and a list across an empty namespace', async () => {
    expect((await harness.ask('/api/v1/namespaces/web/')).body).toMatchObject({ kind: 'Namespace' });
    expect((await harness.ask('/api/v1/namespaces//pods')).body).toMatchObject({ kind: 'PodList' });
  });
});

describe('who asks', () => {
  it('refuses a token that nobody has, whatever is asked', async () => {
    const { code, body } = await harness.ask('/healthz', { token: 'stale' });
    expect(code).toBe(401);
    expect(body).toMatchObject({ kind: 'Status', message: 'Unauthorized', reason: 'Unauthorized' });
  });

  it('refuses what a caller may not do, in the words of the API server', async () => {
    const list = await harness.ask('/api/v1/pods', { token: 'jo-token' });
    expect(list.code).toBe(403);
    expect(list.body.message).toBe(
      'pods is forbidden: User "jo" cannot list resource "pods" in API group "" at the cluster scope',
    );
    const path = await harness.ask('/foo', { token: 'jo-token' });
    expect(path.body.message).toBe('forbidden: User "jo" cannot get path "/foo"');
  });

  it('takes on another identity for those who may, and refuses the rest', async () => {
    const headers = { 'Impersonate-User': 'ann', 'Impersonate-Group': ['ops', 'web'] };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    // The administrator becomes somebody who has no rights at all.
    const denied = await harness.ask(path, { method: 'POST', headers, body: {} });
    expect(denied.body.message).toContain('User "ann" cannot create resource "selfsubjectreviews"');
    const refused = await harness.ask('/api/v1/pods', { token: 'jo-token', headers });
    expect(refused.body.message).toBe(
      'users "ann" is forbidden: User "jo" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    const group = await harness.ask('/api/v1/pods', { headers: { 'Impersonate-Group': 'ops' } });
    expect(group.code).toBe(400);
  });
});

describe('bodies', () => {
  const path = '/api/v1/namespaces/web/configmaps';
  const lead = 'the object provided is unrecognized (must be of type ConfigMap): ';

  it.each([
    ['{', `${lead}couldn't get version/kind; json parse error: unexpected end of JSON input ({)`],
    ['', `${lead}couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`],
    [
      '{"a":1}x',
      `${lead}couldn't get version/kind; json parse error: invalid character 'x' after top-level value ({"a":1}x)`,
    ],
    [
      '{"kind":3}',
      `${lead}couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":3})`,
    ],
    [
      '{"kind":"Pod","apiVersion":"v1"}',
      'Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"kind":"Foo","apiVersion":"v1"}',
      'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      '{"metadata":{"name":"a","namespace":"other"}}',
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
  ])('refuses %s', async (raw, message) => {
    const { code, body } = await harness.ask(path, { method: 'POST', raw });
    expect(code).toBe(400);
    expect(body.message).toBe(message);
  });

  it('creates, reads, replaces, patches and deletes', async () => {
    const made = await harness.ask(path, {
      method: 'POST',
      body: { metadata: { name: 'a' }, data: { k: 'v' } },
    });
    expect(made.code).toBe(201);
    expect(made.body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { k: 'v' } });
    const again = await harness.ask(path, { method: 'POST', body: { metadata: { name: 'a' } } });
    expect(again.body).toMatchObject({ message: 'configmaps "a" already exists', code: 409 });

    const put = { method: 'PUT', body: { metadata: { name: 'a' }, data: { k: 'w' } } };
    expect((await harness.ask(`${path}/a`, put)).body).toMatchObject({ data: { k: 'w' } });
    const misnamed = await harness.ask(`${path}/a`, { method: 'PUT', body: { metadata: { name: 'b' } } });
    expect(misnamed.body.message).toBe('the name of the object (b) does not match the name on the URL (a)');

    const headers = { 'Content-Type': 'application/merge-patch+json' };
    const patched = await harness.ask(`${path}/a`, { method: 'PATCH', headers, body: { data: { l: '1' } } });
    expect(patched.body).toMatchObject({ data: { k: 'w', l: '1' } });

    const gone = await harness.ask(`${path}/a`, { method: 'DELETE' });
    expect(gone.code).toBe(200);
    expect(gone.body).toMatchObject({ status: 'Success', details: { name: 'a', kind: 'configmaps' } });
    expect((await harness.ask(`${path}/a`)).code).toBe(404);
  });

  it('takes YAML and answers in YAML', async () => {
    const headers = { 'Content-Type': 'application/yaml', Accept: 'application/yaml' };
    const { code, text } = await harness.ask(path, { method: 'POST', headers, raw: 'metadata: {name: y}' });
    expect(code).toBe(201);
    expect(text).toContain('kind: ConfigMap\n');
  });

  it.each([
    ['text/plain', 'POST', path, 'the body of the request was in an unknown format'],
    ['application/json', 'PATCH', `${path}/y`, '415: Unsupported Media Type'],
  ])('refuses the media type %s of a %s', async (type, method, where, message) => {
    const headers = { 'Content-Type': type };
    const { code, body } = await harness.ask(where, { method, headers, raw: '{}' });
    expect(code).toBe(415);
    expect(body.message).toContain(message);
  });

  it('refuses a body above 3 MiB and serves the next request', async () => {
    const { code, body } = await harness.ask(path, { method: 'POST', raw: Buffer.alloc(3_145_729, ' ') });
    expect(code).toBe(413);
    expect(body.message).toBe('Request entity too large: limit is 3145728');
    expect((await harness.ask('/livez')).text).toBe('ok');
  });

  it.each([
    ['dryRun=Foo', 'dryRun: Unsupported value: ["Foo"]: supported values: "All"'],
    [
      'fieldManager=a%00b',
      'fieldManager: Invalid value: "a\\x00b": invalid character U+0000 (at position 1)',
    ],
    [`fieldManager=${'a'.repeat(129)}`, 'fieldManager: Too long: may not be more than 128 bytes'],
    [
      'fieldValidation=foo',
      'fieldValidation: Unsupported value: "foo": supported values: "", "Ignore", "Strict", "Warn"',
    ],
  ])('refuses ?%s', async (query, message) => {
    const { code, body } = await harness.ask(`${path}?${query}`, {
      method: 'POST',
      body: { metadata: { name: 'd' } },
    });
    expect(code).toBe(422);
    expect(body.message).toBe(`CreateOptions.meta.k8s.io "" is invalid: ${message}`);
  });

  it('says which fields stand twice', async () => {
    const raw =
      '{"metadata":{"name":"twice"},"data":{"a":"1","b":"{\\"a\\":","a":"2"},"list":[{},{"x":1,"x":2}]}';
    const warned = await harness.ask(`${path}?dryRun=All`, { method: 'POST', raw });
    expect(warned.code).toBe(201);
    expect(warned.headers.warning).toBe(
      '299 - "duplicate field \\"data.a\\"", 299 - "duplicate field \\"list[1].x\\""',
    );
    const strict = await harness.ask(`${path}?fieldValidation=Strict`, { method: 'POST', raw });
    expect(strict.body.message).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a", duplicate field "list[1].x"',
    );
  });

  it('stores nothing in a dry run', async () => {
    const body = { metadata: { name: 'dry' } };
    expect((await harness.ask(`${path}?dryRun=All`, { method: 'POST', body })).code).toBe(201);
    expect((await harness.ask(`${path}/dry`)).code).toBe(404);
  });
});

describe('forms of answers', () => {
  it.each([
    ['text/plain', '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml'],
    [
      'application/vnd.kubernetes.protobuf',
      'only the following media types are accepted: application/json, application/yaml',
    ],
    [
      'application/json;as=Foo;v=v1;g=meta.k8s.io',
      'only the following media types are accepted: application/json, application/yaml',
    ],
  ])('cannot give %s', async (accept, message) => {
    const { code, body } = await harness.ask('/api/v1/nodes', { headers: { Accept: accept } });
    expect(code).toBe(406);
    expect(body.message).toBe(message);
  });

  it('gives JSON to a client that would rather have protobuf', async () => {
    const headers = { Accept: 'application/vnd.kubernetes.protobuf,application/json' };
    expect((await harness.ask('/api/v1/nodes', { headers })).body).toMatchObject({ kind: 'NodeList' });
  });

  it('indents for curl and names every request', async () => {
    const { text, headers } = await harness.ask('/api/v1/nodes', { headers: { 'User-Agent': 'curl/8' } });
    expect(text.startsWith('{\n  "kind": "NodeList",')).toBe(true);
    expect(headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['cache-control']).toBe('no-cache, private');
  });
});
