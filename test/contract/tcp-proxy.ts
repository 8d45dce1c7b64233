// A proxy on loopback between a client and an API server, which a test can cut and freeze.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpProxy {
  /** `https://127.0.0.1:port`. */
  readonly server: string;
  /** Cuts all connections with a reset; new ones are reset too until `open`. */
  cut(): void;
  open(): void;
  /** Stops passing on anything while all connections stay open, also new ones, until `thaw`. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** `target` is the API server's URL. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let refusing = false;
  let frozen = false;
  const reset = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
  };
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => {
      // What arrives meanwhile is lost, as on a dead link.
      if (!frozen) to.write(chunk);
    });
    from.on('error', () => undefined).once('close', () => to.destroy());
  };
  const proxy = createServer((client) => {
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.once('close', () => pairs.delete(pair));
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    server: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut() {
      refusing = true;
      reset();
    },
    open() {
      refusing = false;
    },
    freeze() {
      frozen = true;
    },
    thaw() {
      frozen = false;
      // A link that lost bytes cannot go on.
      reset();
    },
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => {
          resolve();
        });
        reset();
      }),
  };
}
