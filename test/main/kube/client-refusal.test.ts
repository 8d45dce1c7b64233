// A client whose credentials are refused: one renewal, then silence until somebody acts or a file changes.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import { createClient, type ClientOptions } from '../../../src-main/kube/client.ts';
import type { ExecEntry, KubeClient, UserEntry } from '../../../src-main/kube/contract.ts';
import { base64, makeCertificate } from './certificates.ts';
import { eventually } from './eventually.ts';
import { errorOf, sendJson, startServer, statusOf, version } from './scripted-server.ts';
import type { Answer } from './scripted-server.ts';

const ca = makeCertificate({ name: 'test-ca', authority: true });
const server = makeCertificate({ name: 'server', issuer: { name: 'test-ca', key: ca.key } });
const unauthorized: Answer = (_asked, response) => {
  sendJson(response, statusOf(401, 'Unauthorized', 'Unauthorized'), 401);
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refusal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function clientTo(url: string, user: UserEntry, options: ClientOptions = {}): KubeClient {
  const cluster = {
    name: 'c',
    server: url,
    insecure: false,
    disableCompression: false,
    caData: base64(ca.cert),
  };
  const client = createClient({ fabric: 'test', source: 'test.yaml', cluster, user }, {}, options);
  onTestFinished(() => client.close());
  return client;
}

/** A command that counts its runs in a file. */
function counting(name: string, program: string): { exec: ExecEntry; runs: () => Promise<number> } {
  const count = join(folder, name);
  const exec: ExecEntry = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', `require('fs').appendFileSync(process.env.COUNT, 'x'); ${program}`],
    env: [{ name: 'COUNT', value: count }],
    provideClusterInfo: false,
    interactiveMode: 'Never',
  };
  return { exec, runs: async () => (await readFile(count, 'utf8').catch(() => '')).length };
}
const TOKEN = `console.log(JSON.stringify({kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: {token: 't'}}))`;

describe('a client that is refused', () => {
  it('sends nothing more after a 401, and says the same each time', async () => {
    const { url, asked } = await startServer(unauthorized, server);
    const told: (AppError | undefined)[] = [];
    const client = clientTo(url, { token: 'old' }, { onRefusal: (error) => told.push(error) });
    const first = await errorOf(client.getJson('/version'));
    expect(first.code).toBe('unauthorized');
    expect(client.refusal).toEqual(first);
    const before = asked.length;
    for (let count = 0; count < 5; count++) expect(await errorOf(client.getJson('/api'))).toEqual(first);
    expect(await errorOf(client.request('/api/v1/pods'))).toEqual(first);
    expect(asked).toHaveLength(before);
    expect(told).toEqual([first]);
  });

  it('renews once for twenty requests that are refused together, and asks no more', async () => {
    const { exec, runs } = counting('many', TOKEN);
    const { url, asked } = await startServer(unauthorized, server);
    const client = clientTo(url, { exec });
    const failures = await Promise.all(
      Array.from({ length: 20 }, () => errorOf(client.getJson('/api/v1/pods'))),
    );
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['unauthorized']));
    expect(await runs()).toBeLessThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(40);
    const [requests, commands] = [asked.length, await runs()];
    await Promise.all(Array.from({ length: 20 }, () => errorOf(client.getJson('/api/v1/pods'))));
    expect([asked.length, await runs()]).toEqual([requests, commands]);
  });

  it('runs a command that fails once, not for every request', async () => {
    const { exec, runs } = counting('fails', 'process.exit(3)');
    const { url, asked } = await startServer(version, server);
    const client = clientTo(url, { exec });
    for (let count = 0; count < 4; count++)
      expect((await errorOf(client.getJson('/version'))).code).toBe('credentials-failed');
    expect(await runs()).toBe(1);
    expect(asked).toEqual([]);
    expect(client.refusal?.code).toBe('credentials-failed');
    client.resume();
    await errorOf(client.getJson('/version'));
    expect(await runs()).toBe(2);
  });

  it('goes on after resume', async () => {
    let valid = false;
    const { url } = await startServer(
      (asked, response) => (valid ? version : unauthorized)(asked, response),
      server,
    );
    const client = clientTo(url, { token: 't' });
    await errorOf(client.getJson('/version'));
    valid = true;
    await errorOf(client.getJson('/version'));
    client.resume();
    expect(client.refusal).toBeUndefined();
    expect(await client.getJson('/version')).toBeTruthy();
  });

  it('goes on by itself when the token file changes', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'old');
    const { url, asked } = await startServer(
      (one, response) =>
        (one.headers.authorization === 'Bearer fresh' ? version : unauthorized)(one, response),
      server,
    );
    const client = clientTo(url, { tokenFile }, { lookMs: 20 });
    await errorOf(client.getJson('/version'));
    const before = asked.length;
    expect(client.refusal?.code).toBe('unauthorized');
    await writeFile(tokenFile, 'fresh');
    await eventually(() => client.refusal).toBeUndefined();
    expect(asked).toHaveLength(before);
    expect(await client.getJson('/version')).toBeTruthy();
  });

  it('is not refused as a whole by an API server behind the API server', async () => {
    const { url } = await startServer(
      (asked, response) => (asked.path === '/version' ? version : unauthorized)(asked, response),
      server,
    );
    const client = clientTo(url, { token: 't' });
    expect((await errorOf(client.getJson('/apis/metrics.k8s.io/v1beta1/nodes'))).code).toBe('unauthorized');
    expect(client.refusal).toBeUndefined();
    expect(await client.getJson('/version')).toBeTruthy();
    expect((await errorOf(client.getJson('/api/v1/pods'))).code).toBe('unauthorized');
    expect(client.refusal?.code).toBe('unauthorized');
  });

  it('lets requests that are under way end', async () => {
    let answer: (() => void) | undefined;
    const { url, asked } = await startServer((one, response) => {
      if (one.path === '/slow') answer = () => sendJson(response, { slow: true });
      else unauthorized(one, response);
    }, server);
    const client = clientTo(url, { token: 't' });
    const slow = client.getJson('/slow');
    await eventually(() => asked.length).toBe(1);
    await errorOf(client.getJson('/version'));
    answer?.();
    expect(await slow).toEqual({ slow: true });
  });
});

it('takes the limit for an answer that is in force when a request names none', async () => {
  const { url } = await startServer(() => undefined, server);
  let timeoutMs = 30;
  const client = clientTo(url, {}, { timeoutMs: () => timeoutMs });
  expect((await errorOf(client.getJson('/version'))).message).toContain('within 0.03 s');
  timeoutMs = 60;
  expect(client.timeoutMs).toBe(60);
  expect((await errorOf(client.getJson('/version'))).message).toContain('within 0.06 s');
});
