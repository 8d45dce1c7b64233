/** Input that no client should send: everything is answered, and the server stays up. */
import fc from 'fast-check';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PIPELINE } from '../../../../src-main/demo/pipeline.ts';
import { startServer, type Harness } from './harness.ts';

const CONFIG = '/api/v1/namespaces/web/configmaps';

let harness: Harness;

beforeAll(async () => {
  harness = await startServer({}, PIPELINE);
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
});

afterAll(async () => {
  await harness.close();
});

/** A client that speaks HTTP by hand, to be as slow or as wrong as it likes. */
function connect(onText?: (text: string) => void): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(harness.port, '127.0.0.1', () => {
      resolve(socket);
    });
    socket.setEncoding('utf8');
    if (onText !== undefined) socket.on('data', onText);
    socket.once('error', reject);
    socket.on('error', () => undefined);
  });
}

async function exchange(text: string): Promise<string> {
  let answer = '';
  const socket = await connect((part) => {
    answer += part;
  });
  socket.write(text);
  await vi.waitFor(
    () => {
      expect(answer).toContain('\r\n\r\n');
    },
    { timeout: 5000 },
  );
  socket.destroy();
  return answer;
}

const AUTH = 'Authorization: Bearer admin-token\r\n';

describe('input', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['an unknown method', `FOO / HTTP/1.1\r\nHost: x\r\n\r\n`, 400],
    ['an absolute URL', `GET http://x/livez HTTP/1.1\r\nHost: x\r\n${AUTH}\r\n`, 200],
    ['giant headers', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(1_100_000)}\r\n\r\n`, 431],
    ['an unknown expectation', `GET /livez HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n${AUTH}\r\n`, 200],
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    [
      'an upgrade of what cannot be upgraded',
      `GET /livez HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${AUTH}\r\n`,
      200,
    ],
    [
      'an upgrade by nobody',
      'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: Bearer no\r\n\r\n',
      401,
    ],
  ])('answers %s', async (_what, text, code) => {
    expect((await exchange(text)).slice(0, 12)).toBe(`HTTP/1.1 ${code}`);
    expect((await harness.ask('/livez')).text).toBe('ok');
  });

  it('outlives a client that leaves in the middle of its body', async () => {
    const socket = await connect();
    socket.write(
      `POST ${CONFIG} HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"met`,
    );
    socket.resume();
    socket.end();
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await harness.ask('/livez')).text).toBe('ok');
  });

  const path = fc.oneof(
    fc.constantFrom(
      ...['', '/x', '/x/status', '/x/scale'].flatMap((rest) => [
        `/api/v1/namespaces/web/configmaps${rest}`,
        `/api/v1/namespaces/web/pods${rest}`,
        `/apis/apps/v1/namespaces/web/deployments${rest}`,
        `/apis/autoscaling/v1/namespaces/web/horizontalpodautoscalers${rest}`,
        `/api/v1/namespaces${rest}`,
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions${rest}`,
      ]),
      ...['/api/v1/namespaces/web/pods/x/eviction', '/api/v1/namespaces/web/pods/x/binding'],
      ...['/api/v1/namespaces/web/serviceaccounts/x/token', '/api/v1/namespaces/web/finalize'],
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      '/apis/authorization.k8s.io/v1/namespaces/web/localsubjectaccessreviews',
      '/apis/authentication.k8s.io/v1/tokenreviews',
      '/api/v1/events',
    ),
    fc.webPath().map((text) => `/${text.replace(/^\//, '')}`),
    fc
      .array(
        fc.constantFrom(
          ...['api', 'apis', 'v1', 'apps', 'namespaces', 'web', 'pods', 'configmaps', 'deployments', 'x'],
          ...['status', 'scale', 'watch', 'finalize', '..', '%2f', '%zz', '__proto__', 'constructor', ''],
          ...['openapi', 'v3', 'version', 'healthz', 'autoscaling', 'v2', 'nodes', 'eviction', 'token'],
        ),
        { maxLength: 8 },
      )
      .map((parts) => `/${parts.join('/')}`),
  );
  const queryValue = fc.oneof(
    fc.constantFrom('true', '1', '-1', 'All', 'a=b', '!a', 'a in (', 'metadata.name=x', 'Orphan', 'Strict'),
    fc.string({ maxLength: 20 }),
  );
  const query = fc.dictionary(
    fc.constantFrom(
      ...['limit', 'continue', 'labelSelector', 'fieldSelector', 'resourceVersion', 'dryRun', 'force'],
      ...['resourceVersionMatch', 'fieldManager', 'fieldValidation', 'propagationPolicy', 'pretty'],
      ...['includeObject', 'gracePeriodSeconds', 'sendInitialEvents', 'timeoutSeconds', 'verbose'],
    ),
    queryValue,
    { maxKeys: 4 },
  );
  const headers = fc.record(
    {
      Accept: fc.constantFrom(
        ...['*/*', ';;', 'application/yaml', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'text/html'],
        'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      ),
      'Content-Type': fc.constantFrom(
        ...['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'text/plain'],
        ...['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'],
        'application/strategic-merge-patch+json',
      ),
      'Impersonate-User': fc.constantFrom('jo', 'system:serviceaccount:a:b', ''),
    },
    { requiredKeys: [] },
  );
  const raw = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) =>
        Buffer.concat([Buffer.from('k8s\0\x0a\x0d\x0a\x02v1\x12\x07Podlist'), Buffer.from(bytes)]),
      ),
    fc
      .record({
        kind: fc.constantFrom('ConfigMap', 'Scale', 'DeleteOptions', 'Eviction'),
        apiVersion: fc.constantFrom('v1', 'a/b/c', 'policy/v1'),
        metadata: fc.oneof(fc.anything(), fc.record({ name: fc.constantFrom('x', 'y', '__proto__') })),
        spec: fc.anything(),
      })
      .map((value) => {
        const known = JSON.stringify(value, (_key, part: unknown) =>
          typeof part === 'bigint' ? Number(part) : part,
        );
        return Buffer.from(known);
      }),
  );

  it('answers anything with a Status, an object or a page of text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
        path,
        query,
        headers,
        raw,
        async (method, where, options, given, body) => {
          const search = new URLSearchParams(options).toString();
          const target = `${where}?${search}`.replace(/[^\x21-\x7e]/g, '_');
          const withBody = method === 'GET' || method === 'HEAD' ? {} : { raw: body };
          const answer = await harness.ask(target, { method, headers: given, ...withBody });
          expect(answer.code).toBeGreaterThanOrEqual(200);
          if (answer.code < 400 || method === 'HEAD') return;
          const isYaml = String(answer.headers['content-type']).startsWith('application/yaml');
          if (answer.text === '404 page not found\n' || isYaml) return;
          expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code: answer.code });
          // A refusal, not a mistake of this program.
          if (answer.body.reason === 'InternalError') throw new Error(`${method} ${target}: ${answer.text}`);
        },
      ),
      { numRuns: 400 },
    );
    expect((await harness.ask('/livez')).text).toBe('ok');
    expect(harness.reports).toEqual([]);
  });
});
