// TLS of a client: who is trusted, who is not, and why.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64, makeCertificate } from './certificates.ts';
import { clientOf, errorOf, sendJson, startServer, version } from './scripted-server.ts';
import type { Answer } from './scripted-server.ts';

const ca = makeCertificate({ name: 'test-ca', authority: true });
const issuer = { name: 'test-ca', key: ca.key };
const server = makeCertificate({ name: 'server', issuer, dnsNames: ['api.test'] });
const trusting = { caData: base64(ca.cert) };
const startTls = (answer: Answer = version, certificate = server, more: object = {}) =>
  startServer(answer, { ...certificate, ...more });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('TLS', () => {
  it('trusts the authority of the kubeconfig', async () => {
    const { url } = await startTls();
    expect(await clientOf(url, trusting).getJson('/version')).toEqual({ gitVersion: 'v1.35.4' });
  });

  it("trusts the server's own certificate as an anchor, as Go does", async () => {
    const { url } = await startTls();
    expect(await clientOf(url, { caData: base64(server.cert) }).getJson('/version')).toBeTruthy();
  });

  it('reads the authority from its file when it is needed', async () => {
    const caFile = join(folder, 'ca.crt');
    const { url } = await startTls();
    const client = clientOf(url, { caFile });
    expect((await errorOf(client.getJson('/version'))).message).toContain(
      `certificate-authority of context test is ${caFile}`,
    );
    await writeFile(caFile, ca.cert);
    expect(await client.getJson('/version')).toBeTruthy();
  });

  it.each([
    ['an unknown authority', server, {}, /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|SELF_SIGNED/],
    [
      'another authority',
      server,
      { caData: base64(makeCertificate({ name: 'other', authority: true }).cert) },
      /UNABLE_TO/,
    ],
    [
      'an expired certificate',
      makeCertificate({ name: 's', issuer, to: 2020 }),
      trusting,
      /CERT_HAS_EXPIRED/,
    ],
    [
      'a certificate that is not valid yet',
      makeCertificate({ name: 's', issuer, from: 2300 }),
      trusting,
      /NOT_YET_VALID/,
    ],
    [
      'a certificate for another name',
      makeCertificate({ name: 's', issuer, loopback: false, dnsNames: ['a.b'] }),
      trusting,
      /ALTNAME/,
    ],
  ])('refuses %s', async (_what, certificate, cluster, errno) => {
    const { url, asked } = await startTls(version, certificate);
    const error = await errorOf(clientOf(url, cluster).getJson('/version'));
    expect(error).toMatchObject({ code: 'tls-untrusted', fabric: 'test', details: { server: url } });
    expect(error.details?.errno).toMatch(errno);
    expect(asked).toEqual([]);
  });

  it('obeys tls-server-name and insecure-skip-tls-verify', async () => {
    const named = makeCertificate({ name: 's', issuer, loopback: false, dnsNames: ['api.test'] });
    const { url } = await startTls(version, named);
    expect(await clientOf(url, { ...trusting, serverName: 'api.test' }).getJson('/version')).toBeTruthy();
    expect(await clientOf(url, { insecure: true }).getJson('/version')).toBeTruthy();
  });

  it('shows the client certificate', async () => {
    const joe = makeCertificate({ name: 'joe', issuer });
    let shown: string | undefined;
    const answer: Answer = ({ socket }, response) => {
      shown = (socket as TLSSocket).getPeerCertificate().subject.CN as string;
      sendJson(response, {});
    };
    const { url } = await startTls(answer, server, { requestCert: true, ca: ca.cert });
    const user = { certData: base64(joe.cert), keyData: base64(joe.key) };
    await clientOf(url, trusting, user).getJson('/version');
    expect(shown).toBe('joe');
  });

  it('tells a server that demands a certificate from one that is not trusted', async () => {
    const { url } = await startTls(version, server, {
      requestCert: true,
      rejectUnauthorized: true,
      ca: ca.cert,
    });
    const stranger = makeCertificate({ name: 'stranger' });
    const user = { certData: base64(stranger.cert), keyData: base64(stranger.key) };
    expect(['unauthorized', 'unreachable']).toContain(
      (await errorOf(clientOf(url, trusting, user).getJson('/version'))).code,
    );
  });

  it('names a key that does not fit its certificate', async () => {
    const { url } = await startTls();
    const user = { certData: base64(server.cert), keyData: base64(ca.key) };
    expect(await errorOf(clientOf(url, trusting, user).getJson('/version'))).toMatchObject({
      code: 'context-broken',
      message: expect.stringContaining('cannot be used') as string,
    });
  });

  it('tells a port that speaks no TLS', async () => {
    const { port } = await startServer(version);
    expect((await errorOf(clientOf(`https://127.0.0.1:${port}`).getJson('/version'))).code).toBe(
      'not-kubernetes',
    );
  });
});
