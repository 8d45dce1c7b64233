/** The fault proxy does what it says, seen from a plain HTTPS client before a small server. */
import { createServer, request as sendRequest } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../main/kube/certificates.ts';
import { readFacts } from './fault.ts';
import type { Fault } from './fault.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

const LIST = '/api/v1/namespaces/shop/configmaps';
const WATCH = `${LIST}?watch=true`;
const BODY = JSON.stringify({ items: ['a', 'b', 'c'] });

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describe('the fault proxy', () => {
  const { cert, key } = makeCertificate({ name: 'api' });
  let asked: { method: string; authorization: string | undefined }[] = [];
  /** Goes on with the open watches: writes a line to each. */
  const watches = new Set<(line: string) => void>();
  const server = createServer({ cert, key }, (request, response) => {
    asked.push({ method: request.method ?? '', authorization: request.headers.authorization });
    if (request.url?.includes('watch=true') !== true) {
      response.setHeader('content-type', 'application/json').end(BODY);
      return;
    }
    response.write('{"first":1}\n');
    const tell = (line: string): void => {
      response.write(line);
    };
    watches.add(tell);
    response.once('close', () => watches.delete(tell));
  });

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function start(): Promise<FaultProxy> {
    asked = [];
    const { port } = server.address() as AddressInfo;
    const proxy = await startFaultProxy({ server: `https://127.0.0.1:${port}`, ca: cert });
    onTestFinished(async () => {
      await proxy.close();
      expect(proxy.sockets).toEqual({ clients: 0, upstream: 0 });
    });
    return proxy;
  }

  /** Resolves with the whole answer; rejects with the code of the error. `onText` sees the body as it comes. */
  function ask(
    proxy: FaultProxy,
    path: string,
    options: { method?: string; timeout?: number; onText?: (text: string) => void } = {},
  ): Promise<Got> {
    const { method = 'GET', timeout = 20_000, onText } = options;
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        reject(new Error(error.code ?? error.message));
      };
      const sent = sendRequest(
        `${proxy.server}${path}`,
        { agent: false, ca: proxy.ca, method, headers: { authorization: 'Bearer secret' } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => onText?.((text += chunk)));
          answer.on('data', (chunk: string) => (onText === undefined ? (text += chunk) : text));
          answer.once('error', fail).once('end', () => {
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
          });
        },
      );
      const timer = setTimeout(() => sent.destroy(new Error('silence')), timeout);
      sent.once('close', () => {
        clearTimeout(timer);
      });
      sent.once('error', fail).end();
    });
  }

  /** Opens a watch; `text` grows, `ended` settles when it ends. */
  async function watch(proxy: FaultProxy) {
    const got = { text: '' };
    const ended = ask(proxy, WATCH, { timeout: 3000, onText: (text) => (got.text = text) }).then(
      () => 'in order',
      (error: Error) => error.message,
    );
    await expect.poll(() => got.text).toBe('{"first":1}\n');
    return { got, ended };
  }

  it('passes on requests, answers and watches, with the credentials of the caller', async () => {
    const proxy = await start();
    expect(await ask(proxy, LIST)).toMatchObject({ status: 200, text: BODY });
    expect(await ask(proxy, LIST, { method: 'POST' })).toMatchObject({ status: 200 });
    expect(asked).toEqual([
      { method: 'GET', authorization: 'Bearer secret' },
      { method: 'POST', authorization: 'Bearer secret' },
    ]);
    const { got } = await watch(proxy);
    for (const tell of watches) tell('{"second":2}\n');
    await expect.poll(() => got.text).toContain('second');
    expect(proxy.count({ verb: 'list', status: 200 })).toBe(1);
    expect(proxy.count({ verb: 'create', resource: 'configmaps' })).toBe(1);
    expect(proxy.sockets.clients).toBe(1);
  });

  const refusals: readonly (readonly [Fault, string])[] = [
    [{ do: 'refuse' }, 'ECONNREFUSED'],
    [{ do: 'reset connections' }, 'ECONNRESET'],
    [{ do: 'black hole' }, 'silence'],
    [{ do: 'no answer to SYN' }, 'silence'],
    [{ do: 'certificate', presented: 'other authority' }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    [{ do: 'certificate', presented: 'expired' }, 'CERT_HAS_EXPIRED'],
    [{ do: 'certificate', presented: 'other name' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [{ do: 'reset' }, 'ECONNRESET'],
    [{ do: 'half close' }, 'ECONNRESET'],
    [{ do: 'slow loris', part: 'head' }, 'silence'],
    [{ do: 'delay', headersMs: 60_000 }, 'silence'],
    [{ do: 'truncate', end: 'reset' }, 'ECONNRESET'],
  ];
  it.each(refusals)('%o: a request ends with %s, and works once it is lifted', async (fault, code) => {
    const proxy = await start();
    await ask(proxy, LIST);
    await proxy.set(fault);
    await expect(ask(proxy, LIST, { timeout: 1000 })).rejects.toThrow(code);
    await proxy.clear();
    expect(await ask(proxy, LIST)).toMatchObject({ status: 200, text: BODY });
  });

  it.each([
    [{ do: 'refuse' }, 'ECONNRESET', ''],
    [{ do: 'black hole' }, 'silence', ''],
    [{ do: 'black hole', afterwards: 'reset' }, 'ECONNRESET', ''],
    [{ do: 'reset' }, 'ECONNRESET', ''],
    [{ do: 'half close' }, 'ECONNRESET', ''],
    [{ do: 'truncate', end: 'reset' }, 'ECONNRESET', '"metadata":{"na'],
    [{ do: 'truncate', end: 'in order' }, 'in order', '"metadata":{"na'],
    [{ do: 'expired event' }, 'in order', '"code":410'],
    [{ do: 'garbage' }, 'in order', ']]'],
    [{ do: 'status', status: 503 }, 'in order', ''],
  ] satisfies [Fault, string, string][])('%o: an open watch ends with %s', async (fault, end, last) => {
    const proxy = await start();
    const { got, ended } = await watch(proxy);
    await proxy.set(fault);
    if (fault.do === 'black hole' && 'afterwards' in fault) await proxy.clear();
    expect(await ended).toBe(end);
    expect(got.text.slice('{"first":1}\n'.length)).toContain(last);
  });

  it('answers a burst so many times, with what was asked for, and only where it fits', async () => {
    const proxy = await start();
    await proxy.set({ do: 'status', status: 429, retryAfter: 7, times: 2, on: { verb: 'list' } });
    expect((await ask(proxy, `${LIST}/one`)).status).toBe(200);
    const first = await ask(proxy, LIST);
    expect(first).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(JSON.parse(first.text)).toMatchObject({
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 7 },
    });
    expect((await ask(proxy, LIST)).status).toBe(429);
    expect((await ask(proxy, LIST)).status).toBe(200);
    await proxy.set({ do: 'status', status: 503, body: 'none' });
    expect(await ask(proxy, LIST)).toMatchObject({ status: 503, text: '' });
  });

  it('changes bodies, lengths and the clock', async () => {
    const proxy = await start();
    await proxy.set({ do: 'page' });
    expect((await ask(proxy, LIST)).headers['content-type']).toContain('text/html');
    await proxy.set({ do: 'garbage' });
    const { text } = await ask(proxy, LIST);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    await proxy.set({ do: 'truncate', end: 'in order' });
    expect((await ask(proxy, LIST)).text).toBe(BODY.slice(0, Math.ceil(BODY.length / 2)));
    await proxy.set({ do: 'clock', skewMs: -3_600_000 });
    const { headers } = await ask(proxy, LIST);
    expect(Date.now() - Date.parse(headers.date ?? '')).toBeGreaterThan(3_590_000);
    await proxy.set({ do: 'delay', headersMs: 50, chunkMs: 50 });
    expect((await ask(proxy, LIST)).text).toBe(BODY);
    await proxy.set({ do: 'slow loris', part: 'body' });
    const slow = { text: '' };
    const never = ask(proxy, LIST, { onText: (now) => (slow.text = now) }).catch(
      (error: Error) => error.message,
    );
    await expect.poll(() => slow.text.length).toBeGreaterThan('{"items":['.length + 1);
    await proxy.set({ do: 'reset connections' });
    expect(await never).toBe('ECONNRESET');
  });

  it('holds a request before it is passed on, and an answer before it is given', async () => {
    const proxy = await start();
    const before = proxy.hold({ verb: 'create' });
    const lost = ask(proxy, LIST, { method: 'POST' }).catch((error: Error) => error.message);
    expect((await before.reached).verb).toBe('create');
    await proxy.set({ do: 'reset' });
    before.open();
    expect(await lost).toBe('ECONNRESET');
    expect(asked).toEqual([]);
    await proxy.clear();
    const after = proxy.hold({ verb: 'create' }, 'answer');
    const answerLost = ask(proxy, LIST, { method: 'POST' }).catch((error: Error) => error.message);
    await after.reached;
    await proxy.set({ do: 'reset connections' });
    after.open();
    expect(await answerLost).toBe('ECONNRESET');
    expect(asked).toHaveLength(1);
  });

  it('gives its port back to nobody else while it is closed', async () => {
    const proxy = await start();
    await proxy.set({ do: 'refuse' });
    const socket = connect(Number(new URL(proxy.server).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('error', resolve));
    await proxy.clear();
  });
});

describe('the facts of a request', () => {
  it.each([
    ['GET', '/version', { verb: 'get', path: '/version' }],
    ['GET', '/api/v1', { verb: 'get' }],
    ['GET', '/api/v1/pods?limit=5', { verb: 'list', resource: 'pods' }],
    ['GET', '/api/v1/namespaces', { verb: 'list', resource: 'namespaces' }],
    ['GET', '/api/v1/namespaces/a', { verb: 'get', resource: 'namespaces' }],
    [
      'GET',
      '/apis/apps/v1/namespaces/a/deployments?watch=1',
      { verb: 'watch', resource: 'deployments', namespace: 'a' },
    ],
    ['GET', '/api/v1/namespaces/a/pods/b/log', { verb: 'get', resource: 'pods' }],
    ['POST', '/api/v1/namespaces/a/configmaps', { verb: 'create', resource: 'configmaps' }],
    ['DELETE', '/api/v1/namespaces/a/configmaps/c', { verb: 'delete', resource: 'configmaps' }],
  ])('%s %s', (method, url, expected) => {
    expect(readFacts(method, url)).toMatchObject(expected);
  });
});
