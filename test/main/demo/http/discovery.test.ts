/** Discovery, OpenAPI documents and health of the demo's API server. */
import { gunzipSync } from 'node:zlib';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type Harness } from './harness.ts';

const document = { openapi: '3.0.0', paths: {} };

let harness: Harness;

beforeAll(async () => {
  harness = await startServer({
    openapi: {
      paths: () => ({ 'api/v1': '/openapi/v3/api/v1?hash=AB' }),
      document: (path) => (path === 'api/v1' ? document : undefined),
      v2: () => ({ swagger: '2.0' }),
    },
  });
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
});

afterAll(async () => {
  expect(harness.reports).toEqual([]);
  await harness.close();
});

describe('discovery', () => {
  const Accept =
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

  it('lists every resource in both forms alike', async () => {
    const { body, headers } = await harness.ask('/apis', { headers: { Accept } });
    expect(headers['content-type']).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    const items = body.items as {
      metadata: { name: string };
      versions: { version: string; resources: { resource: string; verbs: string[] }[] }[];
    }[];
    expect(items.length).toBeGreaterThan(10);
    for (const { metadata, versions } of items) {
      for (const { version, resources } of versions) {
        const plain = await harness.ask(`/apis/${metadata.name}/${version}`);
        const names = (plain.body.resources as { name: string }[]).map(({ name }) => name);
        expect(names.filter((name) => !name.includes('/'))).toEqual(
          resources.map(({ resource }) => resource),
        );
      }
    }
  });

  it('answers 304 to a client that knows the document', async () => {
    const first = await harness.ask('/api', { headers: { Accept } });
    const again = await harness.ask('/api', {
      headers: { Accept, 'If-None-Match': String(first.headers.etag) },
    });
    expect(again.code).toBe(304);
    expect(again.text).toBe('');
  });

  it('gives groups and the core versions in the plain form', async () => {
    expect((await harness.ask('/apis/autoscaling')).body).toMatchObject({
      kind: 'APIGroup',
      versions: [{ version: 'v2' }, { version: 'v1' }],
      preferredVersion: { version: 'v2' },
    });
    expect((await harness.ask('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  });
});

describe('documents and health', () => {
  it('gives OpenAPI documents by their hash', async () => {
    expect((await harness.ask('/openapi/v3')).body).toEqual({
      paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=AB' } },
    });
    const { code, headers } = await harness.ask('/openapi/v3/api/v1?hash=old');
    expect([code, headers.location]).toEqual([301, '/openapi/v3/api/v1?hash=AB']);
    const found = await harness.ask('/openapi/v3/api/v1?hash=AB');
    expect(found.body).toEqual(document);
    const known = { headers: { 'If-None-Match': String(found.headers.etag) } };
    expect((await harness.ask('/openapi/v3/api/v1', known)).code).toBe(304);
    expect((await harness.ask('/openapi/v3/constructor')).code).toBe(404);
    const proto = { headers: { Accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' } };
    const old = await harness.ask('/openapi/v2', proto);
    expect([old.code, old.headers['content-type']]).toEqual([
      200,
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    ]);
  });

  it('names its checks', async () => {
    expect((await harness.ask('/readyz?verbose&exclude=etcd')).text).toBe(
      '[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\n[+]etcd-readiness ok\n[+]informer-sync ok\n[+]shutdown ok\nreadyz check passed\n',
    );
    expect((await harness.ask('/livez/ping')).text).toBe('ok');
  });

  it('compresses large lists for those who ask', async () => {
    for (let index = 0; index < 40; index += 1)
      harness.create('v1', 'ConfigMap', 'web', {
        metadata: { name: `big-${index}` },
        data: { text: 'x'.repeat(5000) },
      });
    const body = await new Promise<Buffer>((resolve, reject) => {
      const headers = { Authorization: 'Bearer admin-token', 'Accept-Encoding': 'gzip' };
      const path = '/api/v1/configmaps';
      http
        .get({ host: '127.0.0.1', port: harness.port, path, headers }, (response) => {
          expect(response.headers['content-encoding']).toBe('gzip');
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            resolve(Buffer.concat(chunks));
          });
        })
        .on('error', reject);
    });
    expect(body.length).toBeLessThan(50_000);
    const list = JSON.parse(gunzipSync(body).toString()) as { items: unknown[] };
    expect(list.items.length).toBeGreaterThanOrEqual(40);
  });
});
