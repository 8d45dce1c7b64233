/** The layered probe where the connection stands, over plain http, and when it is ended. */
import type { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { base64, makeCertificate } from '../kube/certificates.ts';
import { sendJson, startServer, statusOf } from '../kube/scripted-server.ts';
import { apiServer, TOKEN } from './api-server.ts';
import {
  accessTo,
  ca,
  expectPlain,
  good,
  issuer,
  probe,
  scenarioOf,
  startApi,
  startTcp,
  states,
  trusting,
} from './harness.ts';

describe('a connection that stands', () => {
  test('every layer is measured, strangers and signed-in requests are kept apart', async () => {
    const { url, asked } = await startApi();
    const report = await probe(accessTo(url, trusting));
    expect(states(report)).toBe('dns ok, tcp ok, tls ok, api ok, auth ok, discovery ok');
    expect(report).toMatchObject({
      server: url,
      addresses: ['127.0.0.1'],
      version: 'v1.35.4',
      who: { user: 'jane', groups: ['dev', 'system:authenticated'] },
      alternatives: [],
    });
    expect(report.failed).toBeUndefined();
    expect(report.chain[0]).toMatchObject({
      subject: 'CN=kube-apiserver',
      issuer: 'CN=lab-ca',
      names: ['kubernetes', 'api.lab', '127.0.0.1'],
    });
    expect(report.authorities.map(({ subject }) => subject)).toEqual(['CN=lab-ca']);
    expect(report.authorities[0]?.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(Math.abs(report.clockSkewMs ?? Infinity)).toBeLessThan(60_000);
    expect(
      asked.map(({ method, path, headers }) => [method, path, headers.authorization !== undefined]),
    ).toEqual([
      ['GET', '/version', false],
      ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', true],
      ['GET', '/apis', true],
    ]);
    await vi.waitFor(() => expect(asked.every(({ socket }) => socket.destroyed)).toBe(true));
    expectPlain(report);
  });

  test('an API server that tells strangers nothing is one all the same', async () => {
    const { url } = await startApi(apiServer({ shy: true }));
    const report = await probe(accessTo(url, trusting));
    expect(states(report)).toContain('api ok, auth ok');
    expect(report.version).toBeUndefined();
  });

  test.each([
    ['which may not ask who it is, is known from the refusal', 403, { user: 'jane', groups: [] }],
    ['is accepted where the server has no SelfSubjectReview', 404, undefined],
  ] as const)('a sign-in %s', async (_name, signIn, who) => {
    const { url } = await startApi(apiServer({ signIn }));
    const report = await probe(accessTo(url, trusting));
    expect(report.failed).toBeUndefined();
    expect(report.who).toEqual(who);
  });

  test('/livez answers for a /version that is not there', async () => {
    const { url, asked } = await startApi((one, response) => {
      if (one.path === '/livez') response.end('ok');
      else if (one.path === '/version') sendJson(response, statusOf(404, 'NotFound', 'no'), 404);
      else apiServer()(one, response);
    });
    const report = await probe(accessTo(url, trusting));
    expect(states(report)).toContain('api ok, auth ok');
    expect(asked.find(({ path }) => path === '/livez')?.headers.authorization).toBeUndefined();
  });

  test('tls-server-name and insecure-skip-tls-verify are obeyed', async () => {
    const named = makeCertificate({ name: 's', issuer, loopback: false, dnsNames: ['api.lab'] });
    const { url } = await startApi(apiServer(), named);
    expect((await probe(accessTo(url, { ...trusting, serverName: 'api.lab' }))).failed).toBeUndefined();
    const loose = await probe(accessTo(url, { insecure: true }));
    expect(loose.failed).toBeUndefined();
    expect(loose.steps.find(({ layer }) => layer === 'tls')?.says).toContain('insecure-skip-tls-verify');
  });

  test('a server that demands a client certificate is asked with the sign-in', async () => {
    const { url } = await startServer(apiServer(), {
      ...good,
      requestCert: true,
      rejectUnauthorized: true,
      ca: ca.cert,
    });
    const jane = makeCertificate({ name: 'jane', issuer });
    const user = { certData: base64(jane.cert), keyData: base64(jane.key), token: TOKEN };
    const report = await probe(accessTo(url, trusting, user));
    expect(states(report)).toBe('dns ok, tcp ok, tls ok, api skipped, auth ok, discovery ok');
  });

  test('the clock of the server is compared with ours', async () => {
    const { url } = await startApi();
    const report = await probe(accessTo(url, trusting), { now: () => Date.now() - 3_600_000 });
    expect(Math.round((report.clockSkewMs ?? 0) / 60_000)).toBe(60);
  });
});

describe('plain http', () => {
  test('is asked without credentials; a server that wants them gets none', async () => {
    const { url, asked } = await startServer(apiServer());
    const report = await probe(accessTo(url));
    expect(states(report)).toBe('dns ok, tcp ok, tls skipped, api ok, auth failed, discovery not tried');
    expect(report.error?.message).toContain('No credentials are sent over plain http');
    expect(asked.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(scenarioOf(report)).toBe('HH-K8S-002');
  });

  test('a local kubectl proxy signs in by itself', async () => {
    const { url } = await startServer((asked, response) => {
      apiServer()({ ...asked, headers: { ...asked.headers, authorization: `Bearer ${TOKEN}` } }, response);
    });
    expect((await probe(accessTo(url))).failed).toBeUndefined();
  });
});

describe('ends', () => {
  test('when the caller says so, without a socket left', async () => {
    const open = new Set<Socket>();
    const port = await startTcp((socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    });
    const stop = new AbortController();
    const running = probe(accessTo(`https://127.0.0.1:${port}`), { signal: stop.signal });
    await vi.waitFor(() => expect(open.size).toBe(1));
    stop.abort();
    const report = await running;
    expect(report.error?.code).toBe('cancelled');
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  test('at the limit of the whole', async () => {
    const port = await startTcp(() => undefined);
    const report = await probe(accessTo(`https://127.0.0.1:${port}`), { wholeMs: 300 });
    expect(report.failed).toBe('tls');
    expect(scenarioOf(report)).toBe('HH-K8S-004');
  });
});
