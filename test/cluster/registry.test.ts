// The registry fails as asked for by the repository's name.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(() => registry.stop());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://${registry.address}${path}`, { headers });

test.each([
  ['/v2/', 200, undefined],
  ['/v2/shop/web/manifests/1.0', 404, 'MANIFEST_UNKNOWN'],
  ['/v2/unauthorised/app/manifests/1.0', 401, 'UNAUTHORIZED'],
  ['/v2/private/app/manifests/1.0', 401, 'UNAUTHORIZED'],
  ['/v2/rate-limited/app/manifests/1.0', 429, 'TOOMANYREQUESTS'],
  ['/v2/broken/app/manifests/1.0', 500, 'UNKNOWN'],
  ['/token/unauthorised/app', 401, 'UNAUTHORIZED'],
  ['/somewhere/else', 404, 'NAME_UNKNOWN'],
])('%s answers %i', async (path, status, code) => {
  const answer = await get(path);
  expect(answer.status).toBe(status);
  const body = (await answer.json()) as { errors?: { code: string }[] };
  expect(body.errors?.[0]?.code).toBe(code);
});

test('a private repository gives tokens that do not suffice', async () => {
  const challenge = (await get('/v2/private/app/manifests/1.0')).headers.get('www-authenticate') ?? '';
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const { token } = (await (await fetch(realm)).json()) as { token: string };
  const refused = await get('/v2/private/app/manifests/1.0', { authorization: `Bearer ${token}` });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
});

test('a repository that hangs gives no answer', async () => {
  const stopped = new AbortController();
  const answer = fetch(`http://${registry.address}/v2/hangs/app/manifests/1.0`, { signal: stopped.signal });
  // Whatever is asked later is answered; this is not.
  expect((await get('/v2/')).status).toBe(200);
  const first = await Promise.race([answer, get('/v2/').then(() => 'later')]);
  expect(first).toBe('later');
  stopped.abort();
  await expect(answer).rejects.toThrow();
});
