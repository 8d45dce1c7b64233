/** Many watchers at once, clients that never read, broken and refused connections: the server stays up. */
import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificate } from '../../../../src-main/demo/certificate.ts';
import { START, startServer, type Harness } from './harness.ts';

const CONFIG = '/api/v1/namespaces/web/configmaps';
const WATCHERS = 5000;

let harness: Harness;

beforeAll(async () => {
  harness = await startServer({ watchBufferBytes: 256 * 1024 });
  harness.create('v1', 'Namespace', undefined, { metadata: { name: 'web' } });
});

afterAll(async () => {
  await harness.close();
});

function write(name: string, data = ''): void {
  harness.create('v1', 'ConfigMap', 'web', { metadata: { name }, data: { data } });
}

function requestText(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin-token\r\n\r\n`;
}

/** A client that speaks HTTP by hand, to be as slow or as wrong as it likes. */
function connect(onText?: (text: string) => void): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(harness.port, '127.0.0.1', () => {
      resolve(socket);
    });
    socket.setEncoding('utf8');
    if (onText !== undefined) socket.on('data', onText);
    socket.once('error', reject);
    socket.on('error', () => undefined);
  });
}

describe('watchers', () => {
  it('serves thousands of them, with one text for all', async () => {
    const sockets: net.Socket[] = [];
    let told = 0;
    for (let index = 0; index < WATCHERS; index += 1) {
      let tail = '';
      const socket = await connect((text) => {
        tail = (tail + text).slice(-4000);
        if (tail.includes('"name":"news"')) {
          told += 1;
          tail = '';
        }
      });
      socket.write(requestText(`${CONFIG}?watch=true&resourceVersion=${harness.registry.version()}`));
      sockets.push(socket);
    }
    await vi.waitFor(
      () => {
        expect(harness.server.watches()).toBe(WATCHERS);
      },
      { timeout: 20_000 },
    );
    write('news');
    await vi.waitFor(
      () => {
        expect(told).toBe(WATCHERS);
      },
      { timeout: 20_000 },
    );
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(
      () => {
        expect(harness.server.watches()).toBe(0);
      },
      { timeout: 20_000 },
    );
  }, 60_000);

  it('cuts off a client that never reads, and no other', async () => {
    const slow = await connect();
    slow.pause();
    slow.write(requestText(`${CONFIG}?watch=true`));
    let read = 0;
    const quick = await connect((text) => {
      read += text.length;
    });
    quick.write(requestText(`${CONFIG}?watch=true`));
    await vi.waitFor(() => {
      expect(harness.server.watches()).toBe(2);
    });
    const text = 'x'.repeat(200_000);
    // Socket buffers of the system take some megabytes first.
    for (let index = 0; index < 200 && harness.server.watches() === 2; index += 1) {
      write(`large-${index}`, text);
      await new Promise(setImmediate);
    }
    expect(harness.server.watches()).toBe(1);
    expect(read).toBeGreaterThan(text.length);
    slow.destroy();
    quick.destroy();
  });
});

describe('connections', () => {
  it('speaks TLS with a certificate for loopback', async () => {
    const { cert, key } = await makeCertificate(START);
    const secure = await startServer({ tls: { cert, key } });
    const plain = await new Promise<string>((resolve) => {
      http
        .get({ host: '127.0.0.1', port: secure.port }, () => undefined)
        .on('error', ({ message }) => {
          resolve(message);
        });
    });
    expect(plain).toBe('socket hang up');
    await secure.close();
  });

  it('says which port is taken', async () => {
    await expect(harness.server.listen(harness.port)).rejects.toThrow();
    const other = await startServer();
    await other.server.close();
    await expect(other.server.listen(harness.port)).rejects.toThrow(
      `Port ${harness.port} on 127.0.0.1 is in use by another program.`,
    );
  });

  it('refuses while it is told to, and comes back at the same port', async () => {
    const watching = await connect();
    watching.write(requestText(`${CONFIG}?watch=true`));
    await vi.waitFor(() => {
      expect(harness.server.watches()).toBe(1);
    });
    harness.server.refuse(true);
    await vi.waitFor(() => {
      expect(harness.server.watches()).toBe(0);
    });
    await expect(connect()).rejects.toThrow('ECONNREFUSED');
    harness.server.refuse(false);
    await vi.waitFor(async () => {
      expect((await harness.ask('/livez')).text).toBe('ok');
    });
  });

  it('drops connections and takes new ones', async () => {
    const socket = await connect();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    harness.server.dropConnections();
    await closed;
    expect((await harness.ask('/livez')).text).toBe('ok');
  });
});
