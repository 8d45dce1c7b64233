/** The layered probe through proxies, and its look at other ports of the host. */
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../kube/certificates.ts';
import { sendJson } from '../kube/scripted-server.ts';
import {
  accessTo,
  closedPort,
  expectPlain,
  issuer,
  probe,
  scenarioOf,
  startApi,
  startTcp,
  states,
  trusting,
} from './harness.ts';
import { startProxy } from './start-proxy.ts';

describe('through a proxy', () => {
  test('each hop is a layer, and only the proxy gets its own credentials', async () => {
    const { url, asked } = await startApi();
    const proxy = await startProxy();
    const proxyUrl = proxy.url.replace('//', '//joe:pass@');
    const report = await probe(accessTo(url, { ...trusting, proxyUrl, proxyFrom: 'app' }));
    expect(states(report)).toBe('dns ok, tcp ok, proxy ok, tls ok, api ok, auth ok, discovery ok');
    expect(report.proxy).toEqual({ url: proxy.url, from: 'app' });
    expect(proxy.asked[0]).toBe(`${url.replace('https://', '')} Basic am9lOnBhc3M=`);
    expect(asked.some(({ headers }) => headers['proxy-authorization'] !== undefined)).toBe(false);
    expect(JSON.stringify(report)).not.toContain('pass@');
  });

  test.each([
    [407, 'Proxy-Authenticate: Basic realm="s3cret"\r\n', /407/],
    [403, '', /refuses to connect/],
    [502, '', /refuses to connect/],
  ])('a proxy that answers CONNECT with %i', async (status, headers, says) => {
    const { url, asked } = await startApi();
    const { url: proxyUrl } = await startProxy(status, headers);
    const report = await probe(accessTo(url, { ...trusting, proxyUrl }));
    expect(states(report)).toBe(
      'dns ok, tcp ok, proxy failed, tls not tried, api not tried, auth not tried, discovery not tried',
    );
    expect(report.error?.message).toMatch(says);
    expect(report.error?.status).toBe(status);
    expect(scenarioOf(report)).toBe('conn/proxy-or-not-kubernetes');
    expect(asked).toEqual([]);
    expectPlain(report);
  });

  test('a proxy that is down fails at TCP', async () => {
    const { url } = await startApi();
    const proxyUrl = `http://127.0.0.1:${await closedPort()}`;
    const report = await probe(accessTo(url, { ...trusting, proxyUrl }));
    expect(report.failed).toBe('tcp');
    expect(scenarioOf(report)).toBe('HH-K8S-001');
  });

  test('a SOCKS5 proxy', async () => {
    const { url, port } = await startApi();
    const proxyPort = await startTcp((socket) => {
      const answers = [Buffer.from([5, 0]), Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])];
      socket.on('data', function relay() {
        const answer = answers.shift();
        if (answer !== undefined) socket.write(answer);
        if (answers.length > 0) return;
        socket.off('data', relay);
        const upstream = connect(port, '127.0.0.1').on('error', () => socket.destroy());
        socket.on('close', () => upstream.destroy());
        upstream.pipe(socket).pipe(upstream);
      });
    });
    const cluster = { ...trusting, proxyUrl: `socks5://127.0.0.1:${proxyPort}` };
    // The client's own proxy agent is not part of this: layers up to the API.
    const report = await probe(accessTo(url, cluster), { timeoutMs: 3000 });
    expect(states(report)).toContain('proxy ok, tls ok, api ok');
  });
});

/** The usual ports, on an address of the loopback network that is nobody else's. */
const HOST = '127.61.43.8';

/** Serves /version at one port of that address; ends with the test. */
async function serveAt(port: number, certificate: { cert: string; key: string }): Promise<string[]> {
  const asked: string[] = [];
  const server = createTlsServer({ ...certificate }, (request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.authorization ?? 'no credentials'}`);
    sendJson(response, { gitVersion: 'v1.34.1' });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, HOST, resolve);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return asked;
}

// Other systems have one loopback address alone.
describe.skipIf(process.platform !== 'linux')(
  'other ports of the host (needs 127.0.0.0/8 as on Linux)',
  () => {
    const at = (port: number) => accessTo(`https://${HOST}:${port}`, { ...trusting, serverName: 'api.lab' });
    const certificate = makeCertificate({ name: 's', issuer, dnsNames: ['api.lab'] });

    test('an API server at one of them is proposed, and was sent nothing', async () => {
      const asked = await serveAt(6443, certificate);
      await serveAt(8443, makeCertificate({ name: 'other' }));
      const report = await probe(at(6444));
      expect(report.failed).toBe('tcp');
      expect(report.alternatives).toEqual([
        { server: `https://${HOST}:6443`, version: 'v1.34.1', says: 'v1.34.1 answers without credentials' },
        {
          server: `https://${HOST}:8443`,
          says: 'TLS answers there, with a certificate that is not trusted (CN=other)',
        },
      ]);
      expect(asked).toEqual(['/version no credentials']);
    });

    test('the port that failed is not asked again, nor are any where the network is not the fault', async () => {
      const refused = await probe(at(6443));
      expect(refused.alternatives).toEqual([]);
      const { url } = await startApi((_asked, response) => response.writeHead(500).end());
      expect((await probe(accessTo(url, trusting))).alternatives).toEqual([]);
    });
  },
);
