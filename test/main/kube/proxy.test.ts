// Which proxy is used for which server, and clients behind one.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chooseProxy } from '../../../src-main/kube/proxy.ts';
import { base64, makeCertificate } from './certificates.ts';
import { clientOf, sendJson, startServer } from './scripted-server.ts';

const PROXY = { HTTPS_PROXY: 'http://proxy:3128' };

describe('chooseProxy', () => {
  it.each([
    ['https://api.prod:6443', undefined, {}, undefined],
    ['https://api.prod:6443', undefined, PROXY, 'http://proxy:3128'],
    ['https://api.prod:6443', undefined, { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
    ['http://api.prod', undefined, PROXY, undefined],
    ['https://api.prod:6443', 'socks5://own:1080', { ...PROXY, NO_PROXY: '*' }, 'socks5://own:1080'],
    ['https://127.0.0.1:6443', undefined, PROXY, undefined],
    ['https://localhost:6443', undefined, PROXY, undefined],
    ['https://[::1]:6443', undefined, PROXY, undefined],
    ...['*', 'api.prod', 'prod', '.prod', '*.prod', 'other, api.prod', 'api.prod:6443', 'API.PROD'].map(
      (list) => ['https://api.prod:6443', undefined, { ...PROXY, NO_PROXY: list }, undefined] as const,
    ),
    ...['other', 'pi.prod', 'api.prod:443', 'api', '', '10.0.0.0/8'].map(
      (list) =>
        ['https://api.prod:6443', undefined, { ...PROXY, no_proxy: list }, 'http://proxy:3128'] as const,
    ),
    ['https://10.1.2.3:6443', undefined, { ...PROXY, NO_PROXY: '10.0.0.0/8' }, undefined],
    ['https://10.1.2.3:6443', undefined, { ...PROXY, NO_PROXY: '10.1.2.3' }, undefined],
    [
      'https://11.1.2.3:6443',
      undefined,
      { ...PROXY, NO_PROXY: '10.0.0.0/8,10.0.0.0/99' },
      'http://proxy:3128',
    ],
    ['https://[fd00::1]:6443', undefined, { ...PROXY, NO_PROXY: 'fd00::/8' }, undefined],
  ] as const)('%s with proxy-url %s and %j: %s', (server, proxyUrl, env, expected) => {
    expect(chooseProxy(server, proxyUrl, env)).toBe(expected);
  });
});

describe('a client behind a proxy', () => {
  /** A proxy that tunnels, or answers every CONNECT with `status`. */
  async function startProxy(status = 200): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
      if (status !== 200) {
        socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
        return;
      }
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const each of [socket, upstream]) each.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      proxy.close();
    });
    return { url: `http://joe:pw@127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
  }

  const ca = makeCertificate({ name: 'ca', authority: true });
  const server = makeCertificate({ name: 's', issuer: { name: 'ca', key: ca.key } });
  const start = () =>
    startServer((_asked, response) => {
      sendJson(response, { gitVersion: 'v1' });
    }, server);

  it('is tunnelled, with the checks of TLS end to end', async () => {
    const { url, port } = await start();
    const proxy = await startProxy();
    const client = clientOf(url, { caData: base64(ca.cert), proxyUrl: proxy.url });
    expect(await client.getJson('/version')).toEqual({ gitVersion: 'v1' });
    expect(proxy.asked).toEqual([`127.0.0.1:${port} Basic ${base64('joe:pw')}`]);
    const other = clientOf(url, {
      caData: base64(server.cert.slice(0, 0) + makeCertificate({ name: 'x', authority: true }).cert),
      proxyUrl: proxy.url,
    });
    await expect(other.getJson('/version')).rejects.toMatchObject({ error: { code: 'tls-untrusted' } });
  });

  it.each([407, 502])('names a proxy that answers %i', async (status) => {
    const { url } = await start();
    const proxy = await startProxy(status);
    const client = clientOf(url, { caData: base64(ca.cert), proxyUrl: proxy.url });
    await expect(client.getJson('/version')).rejects.toMatchObject({
      error: {
        code: 'not-kubernetes',
        message: expect.stringMatching(/the proxy (asks for a sign-in|refuses)/) as string,
      },
    });
  });
});
