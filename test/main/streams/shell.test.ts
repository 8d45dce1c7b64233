/** A shell over the exec channels of the API server: bytes both ways, resize, exit codes, refusals, and a page that lags. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ShellMessage, ShellOptions } from '../../../shared/streams.ts';
import { connectShell } from '../../../src-main/streams/open-shell.ts';
import { readExecStatus, serveShell } from '../../../src-main/streams/shell.ts';
import { clientOf, statusOf } from '../kube/scripted-server.ts';
import { fakePort } from './fake-port.ts';

vi.setConfig({ testTimeout: 20_000 });
const SOON = { timeout: 10_000, interval: 10 };
const OPTIONS: ShellOptions = {
  fabric: 'test',
  namespace: 'shop',
  pod: 'web-1',
  container: 'main',
  columns: 80,
  rows: 24,
};
const frame = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), Buffer.from(text)]);

interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** An API server whose exec endpoint a test plays; `refuse` answers instead of upgrading. */
async function execServer(refuse?: Refusal) {
  const asked: URL[] = [];
  const got: Buffer[] = [];
  let socket: WebSocket | undefined;
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const server = createServer();
  server.on('upgrade', (request, raw, head) => {
    asked.push(new URL(request.url ?? '/', 'http://test'));
    if (refuse !== undefined) {
      const body = JSON.stringify(statusOf(refuse.code, 'Forbidden', refuse.message));
      raw.end(
        `HTTP/1.1 ${refuse.code} No\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
      return;
    }
    sockets.handleUpgrade(request, raw, head, (opened) => {
      socket = opened;
      opened.on('message', (data) => got.push(data as Buffer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const each of sockets.clients) each.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    got,
    say: (channel: number, text: string) => socket?.send(frame(channel, text)),
    raw: () => socket,
  };
}

async function openShell(server: { url: string }) {
  const port = fakePort<ShellMessage>();
  const close = serveShell(await connectShell(clientOf(server.url), OPTIONS), OPTIONS, port);
  onTestFinished(close);
  const output = () =>
    Buffer.concat(
      port.sent.flatMap((message) => (message.type === 'data' ? [message.bytes] : [])),
    ).toString();
  return { port, close, output };
}

describe('a shell', () => {
  test('asks for a terminal in that container, and for the best shell there is', async () => {
    const server = await execServer();
    await openShell(server);
    const [url] = server.asked;
    expect(url?.pathname).toBe('/api/v1/namespaces/shop/pods/web-1/exec');
    expect(url?.searchParams.getAll('command').slice(0, 2)).toEqual(['sh', '-c']);
    expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({
      container: 'main',
      stdin: 'true',
      stdout: 'true',
      tty: 'true',
    });
    expect(server.raw()?.protocol).toBe('v5.channel.k8s.io');
  });

  test('carries bytes both ways, untouched, and the size of the terminal', async () => {
    const server = await execServer();
    const { port, output } = await openShell(server);
    await vi.waitFor(() => expect(server.got).toContainEqual(frame(4, '{"Width":80,"Height":24}')), SOON);
    server.say(1, 'prompt \u001b]52;c;aGk=\u0007$ ');
    server.say(2, 'to stderr');
    await vi.waitFor(() => expect(output()).toBe('prompt \u001b]52;c;aGk=\u0007$ to stderr'), SOON);
    port.say({ type: 'input', bytes: new TextEncoder().encode('ls\n') });
    port.say({ type: 'resize', columns: 100, rows: 30 });
    await vi.waitFor(() => expect(server.got).toContainEqual(frame(4, '{"Width":100,"Height":30}')), SOON);
    expect(server.got).toContainEqual(frame(0, 'ls\n'));
    expect(port.sent[0]).toEqual({ type: 'open' });
  });

  test('ends with the exit code of the command', async () => {
    const server = await execServer();
    const { port } = await openShell(server);
    server.say(
      3,
      JSON.stringify({
        status: 'Failure',
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: '3' }] },
      }),
    );
    await vi.waitFor(
      () =>
        expect(port.sent.at(-1)).toEqual({
          type: 'exit',
          code: 3,
          reason: 'The shell ended with exit code 3',
        }),
      SOON,
    );
  });

  test('a lost connection is told once, as a lost connection', async () => {
    const server = await execServer();
    const { port } = await openShell(server);
    server.raw()?.terminate();
    await vi.waitFor(() => expect(port.sent.at(-1)).toMatchObject({ type: 'exit', code: null }), SOON);
    expect(port.sent.filter(({ type }) => type !== 'open')).toHaveLength(1);
  });

  test('closing the page ends the command', async () => {
    const server = await execServer();
    const { port } = await openShell(server);
    const closed = new Promise((resolve) => server.raw()?.on('close', resolve));
    port.hangUp();
    await closed;
    expect(port.closed).toBe(true);
  });

  test('a page that lags stops the flow until it has shown enough', async () => {
    const server = await execServer();
    const { port, output } = await openShell(server);
    const part = 'x'.repeat(65_536);
    for (let count = 0; count < 400; count++) server.say(1, part);
    await vi.waitFor(() => expect(output().length).toBeGreaterThanOrEqual(262_144), SOON);
    const held = output().length;
    expect(held).toBeLessThan(400 * part.length);
    port.say({ type: 'credit', count: 16_777_216 });
    port.say({ type: 'credit', count: 16_777_216 });
    await vi.waitFor(() => expect(output()).toHaveLength(400 * part.length), SOON);
  });

  test.each<[Refusal, string, RegExp]>([
    [
      {
        code: 403,
        message:
          'pods "web-1" is forbidden: User "jane" cannot create resource "pods/exec" in API group "" in the namespace "shop"',
      },
      'forbidden',
      /jane/,
    ],
    [
      { code: 404, message: 'pods "web-1" not found' },
      'not-found',
      /Pod shop\/web-1 does not exist any more/,
    ],
    [
      { code: 400, message: 'container main is not valid for pod web-1' },
      'bad-request',
      /no running container main/,
    ],
  ])('a refusal %j is a sentence', async (refusal, code, says) => {
    const server = await execServer(refusal);
    const error = await connectShell(clientOf(server.url), OPTIONS).then(
      () => undefined,
      (cause: { error: { code: string; message: string } }) => cause.error,
    );
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(says);
  });

  test('a server that is gone is a sentence too', async () => {
    await expect(connectShell(clientOf('http://127.0.0.1:1'), OPTIONS)).rejects.toThrow(
      /refuses the connection/,
    );
  });
});

describe('readExecStatus', () => {
  const failure = (message: string) =>
    JSON.stringify({ status: 'Failure', reason: 'InternalError', message });
  test.each([
    ['{"status":"Success"}', { code: 0, reason: 'The shell ended' }],
    [failure('container not running'), { code: null, reason: 'The shell was ended: container not running' }],
    ['garbage', { code: null, reason: 'The server ended the shell without saying why' }],
    ['null', { code: null, reason: 'The server ended the shell without saying why' }],
    [
      '{"status":"Failure","details":{"causes":[{"reason":"ExitCode","message":"x"}]}}',
      { code: null, reason: 'The server ended the shell without saying why' },
    ],
  ])('%s', (body, end) => {
    expect(readExecStatus(body, 'main')).toEqual(end);
  });

  test('an image without a shell is told as such', () => {
    const said =
      'failed to exec in container: OCI runtime exec failed: exec: "sh": executable file not found in $PATH: unknown';
    expect(() => readExecStatus(failure(said), 'main')).toThrow('The image of container main holds no shell');
  });
});
