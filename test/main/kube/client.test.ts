// Requests of a client: paths, bodies, cancellation, and a name for every failure.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import { eventually } from './eventually.ts';
import { clientOf, errorOf, sendJson, startServer, statusOf, version } from './scripted-server.ts';
import type { Answer } from './scripted-server.ts';

describe('answers', () => {
  it('adds the prefix of the server to the path', async () => {
    const { url, asked } = await startServer(version);
    const client = clientOf(`${url}/k8s/clusters/c1`);
    await client.getJson('/version');
    await client.getJson('/api', { query: { limit: 5, continue: undefined, fieldSelector: 'a=b&c' } });
    expect(asked.map((each) => each.path)).toEqual(['/k8s/clusters/c1/version', '/k8s/clusters/c1/api']);
    expect([...(asked[1]?.query ?? [])]).toEqual([
      ['limit', '5'],
      ['fieldSelector', 'a=b&c'],
    ]);
  });

  it('keeps connections', async () => {
    const { url, asked } = await startServer(version);
    const client = clientOf(url);
    for (let count = 0; count < 8; count++) await client.getJson('/version');
    // The next request may leave before the connection of the last one is free again.
    expect(new Set(asked.map((each) => each.socket)).size).toBeLessThanOrEqual(2);
  });

  it('posts JSON', async () => {
    const { url, asked } = await startServer(version);
    await clientOf(url).getJson('/apis', { method: 'POST', body: { a: 'ü' } });
    expect(asked[0]).toMatchObject({
      method: 'POST',
      body: '{"a":"ü"}',
      headers: { 'content-type': 'application/json' },
    });
  });

  it('unpacks gzip', async () => {
    const { url } = await startServer((_asked, response) => {
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(JSON.stringify({ a: 'x'.repeat(1e6) })));
    });
    expect((await clientOf(url).getJson<{ a: string }>('/version')).a).toHaveLength(1e6);
  });

  it.each<[string, Answer, string]>([
    [
      'a page',
      (_asked, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in'),
      'not-kubernetes',
    ],
    ['no JSON', (_asked, response) => response.end('{"a":'), 'not-kubernetes'],
    [
      'a redirect',
      (_asked, response) => response.writeHead(302, { location: 'https://sso/' }).end(),
      'not-kubernetes',
    ],
    [
      'a refusal',
      (_asked, response) => {
        sendJson(response, statusOf(403, 'Forbidden', 'no'), 403);
      },
      'forbidden',
    ],
    ['a reset', ({ socket }) => socket.resetAndDestroy(), 'unreachable'],
    [
      'half a body',
      ({ socket }, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{', () => socket.resetAndDestroy());
      },
      'stream-closed',
    ],
    [
      'broken gzip',
      (_asked, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
      'stream-closed',
    ],
    ['no HTTP', ({ socket }) => socket.end('SSH-2.0-OpenSSH\r\n'), 'not-kubernetes'],
  ])('names %s', async (_what, answer, code) => {
    const { url } = await startServer(answer);
    expect((await errorOf(clientOf(url).getJson('/version'))).code).toBe(code);
  });

  it('names a server that is not there, or never answers', async () => {
    const { url, close } = await startServer(() => undefined);
    const client = clientOf(url);
    const error = await errorOf(client.getJson('/version', { timeoutMs: 50 }));
    expect(error).toMatchObject({ code: 'timeout' });
    expect(error.message).toContain('did not answer within 0.05 s');
    await close();
    expect((await errorOf(client.getJson('/version'))).code).toBe('unreachable');
  });

  it('is cancelled before, during and after the head of an answer', async () => {
    const { url } = await startServer((_asked, response) => response.writeHead(200).write('{'));
    const silent = await startServer(() => undefined);
    const client = clientOf(url);
    const run = (target: typeof client): Promise<AppError> => {
      const aborting = new AbortController();
      const failed = errorOf(target.getJson('/version', { signal: aborting.signal }));
      setTimeout(() => {
        aborting.abort();
      }, 30);
      return failed;
    };
    expect((await errorOf(client.getJson('/version', { signal: AbortSignal.abort() }))).code).toBe(
      'cancelled',
    );
    expect((await run(client)).code).toBe('cancelled');
    expect((await run(clientOf(silent.url))).code).toBe('cancelled');
  });

  it('ends what is under way when it closes', async () => {
    const { url, asked } = await startServer(() => undefined);
    const client = clientOf(url);
    const failed = errorOf(client.getJson('/version'));
    await eventually(() => asked.length).toBe(1);
    await client.close();
    expect((await failed).code).toBe('cancelled');
  });

  it('gives the body of a stream as it comes', async () => {
    const { url } = await startServer((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('one\n');
    });
    const client = clientOf(url);
    const { body, status } = await client.request('/logs');
    const { value } = (await body[Symbol.asyncIterator]().next()) as { value: Buffer };
    expect([status, value.toString()]).toEqual([200, 'one\n']);
    await client.close();
    expect((await errorOf(client.request('/logs'))).code).toBe('cancelled');
  });
});
