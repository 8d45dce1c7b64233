// Credentials of a client: which headers it sends, and when it fetches them anew.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserEntry } from '../../../src-main/kube/contract.ts';
import { base64, makeCertificate } from './certificates.ts';
import { clientOf, errorOf, sendJson, startServer, statusOf, version } from './scripted-server.ts';
import type { Answer } from './scripted-server.ts';

const ca = makeCertificate({ name: 'test-ca', authority: true });
const issuer = { name: 'test-ca', key: ca.key };
const server = makeCertificate({ name: 'server', issuer });
const trusting = { caData: base64(ca.cert) };
const startTls = (answer: Answer = version) => startServer(answer, server);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('credentials', () => {
  it.each<[string, UserEntry, object]>([
    ['a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    [
      'user name and password',
      { username: 'joe', password: 'pw' },
      { authorization: `Basic ${base64('joe:pw')}` },
    ],
    [
      'impersonation',
      { token: 't', impersonate: { user: 'jane', uid: '7', groups: ['a', 'b'], extra: [['x/y', ['1']]] } },
      {
        'impersonate-user': 'jane',
        'impersonate-uid': '7',
        'impersonate-group': 'a, b',
        'impersonate-extra-x%2fy': '1',
      },
    ],
  ])('sends %s', async (_what, user, headers) => {
    const { url, asked } = await startTls();
    await clientOf(url, trusting, user).getJson('/version');
    expect(asked[0]?.headers).toMatchObject(headers);
  });

  it('sends none over plain HTTP', async () => {
    const { url, asked } = await startServer(version);
    await clientOf(url, {}, { token: 'abc', username: 'a', password: 'b' }).getJson('/version');
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it('reads a token file, and again after a refusal', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'old\n');
    const { url, asked } = await startTls(({ headers }, response) => {
      if (headers.authorization === 'Bearer new') sendJson(response, {});
      else sendJson(response, statusOf(401, 'Unauthorized', 'Unauthorized'), 401);
    });
    const client = clientOf(url, trusting, { tokenFile });
    expect((await errorOf(client.getJson('/version'))).code).toBe('unauthorized');
    await writeFile(tokenFile, 'new\n');
    client.resume();
    expect(await client.getJson('/version')).toEqual({});
    expect(asked.at(-1)?.headers.authorization).toBe('Bearer new');
  });

  it.each([
    ['is missing', undefined, 'context-broken'],
    ['is empty', '\n', 'credentials-failed'],
    ['holds a line break', 'a\nb', 'credentials-failed'],
  ])('names a token file that %s', async (_what, text, code) => {
    const tokenFile = join(folder, `token-${String(text?.length)}`);
    if (text !== undefined) await writeFile(tokenFile, text);
    const { url, asked } = await startTls();
    expect((await errorOf(clientOf(url, trusting, { tokenFile }).getJson('/version'))).code).toBe(code);
    expect(asked).toEqual([]);
  });

  it('runs a credential command once for many requests', async () => {
    const count = join(folder, 'runs');
    const program = `require('fs').appendFileSync(process.env.COUNT, 'x'); console.log(JSON.stringify({kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: {token: 'from-command'}}))`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', program],
      env: [{ name: 'COUNT', value: count }],
      provideClusterInfo: false,
      interactiveMode: 'Never' as const,
    };
    const { url, asked } = await startTls();
    const client = clientOf(url, trusting, { exec });
    await Promise.all([client.getJson('/version'), client.getJson('/version'), client.getJson('/version')]);
    await client.getJson('/version');
    expect(await readFile(count, 'utf8')).toBe('x');
    expect(asked.map((each) => each.headers.authorization)).toEqual(Array(4).fill('Bearer from-command'));
  });
});

it('hands client-node this context alone, with the same credentials', async () => {
  const { url } = await startTls();
  const config = await clientOf(url, trusting, { token: 'abc' }).clientNodeConfig();
  expect(config.getContexts().map((each) => each.name)).toEqual(['test']);
  const options: { headers?: Record<string, string>; ca?: Buffer } = {};
  await config.applyToHTTPSOptions(options);
  expect(options.headers).toEqual({ authorization: 'Bearer abc' });
  expect(options.ca?.toString()).toBe(ca.cert);
});
