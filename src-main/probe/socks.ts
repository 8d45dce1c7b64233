/** Asks a SOCKS5 proxy for a connection (RFC 1928), with user name and password where its URL holds them (RFC 1929). */
import type { Socket } from 'node:net';

const VERSION = 5;
const METHODS = { none: 0, password: 2 };

/** What the reply code of a proxy means (RFC 1928, section 6), as the code of an equal failure without it. */
const REPLIES: Readonly<Record<number, string>> = {
  3: 'ENETUNREACH',
  4: 'EHOSTUNREACH',
  5: 'ECONNREFUSED',
  6: 'UND_ERR_CONNECT_TIMEOUT',
};

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });
const refusal = (why: string): Error => failure('SOCKS5', `Proxy response (SOCKS5): ${why}`);

/** Reads exactly `size` bytes and leaves the rest in the socket. */
function readBytes(socket: Socket, size: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void): void => {
      socket.off('readable', look).off('error', reject).off('end', onEnd);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const look = (): void => {
      const bytes = socket.read(size) as Buffer | null;
      if (bytes === null) return;
      end(() => (bytes.length < size ? reject(refusal('cut off')) : resolve(bytes)));
    };
    const onEnd = (): void => end(() => reject(failure('ECONNRESET', 'closed')));
    const onAbort = (): void => end(() => reject(new Error('aborted')));
    socket.on('readable', look).once('error', reject).once('end', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    look();
  });
}

const sized = (text: string): Buffer => {
  const bytes = Buffer.from(text).subarray(0, 255);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
};

async function signIn(socket: Socket, proxy: URL, signal: AbortSignal): Promise<void> {
  const [user, password] = [decodeURIComponent(proxy.username), decodeURIComponent(proxy.password)];
  const method = user === '' ? METHODS.none : METHODS.password;
  socket.write(Buffer.from([VERSION, 1, method]));
  const [version, chosen] = await readBytes(socket, 2, signal);
  if (version !== VERSION) throw refusal('it does not speak SOCKS5');
  if (chosen !== method) throw refusal('it asks for another sign-in');
  if (method === METHODS.none) return;
  socket.write(Buffer.concat([Buffer.from([1]), sized(user), sized(password)]));
  const [, status] = await readBytes(socket, 2, signal);
  if (status !== 0) throw refusal('it does not accept user name and password');
}

/** Resolves once the proxy has connected the socket to the target, whose name the proxy looks up. */
export async function openSocks(
  socket: Socket,
  proxy: URL,
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<void> {
  await signIn(socket, proxy, signal);
  const port = Buffer.from([target.port >> 8, target.port & 255]);
  socket.write(Buffer.concat([Buffer.from([VERSION, 1, 0, 3]), sized(target.host), port]));
  const [, reply = 1, , type] = await readBytes(socket, 4, signal);
  const meaning = REPLIES[reply];
  if (meaning !== undefined) throw failure(meaning, `SOCKS5 reply ${String(reply)}`);
  if (reply !== 0) throw refusal(`reply ${String(reply)}`);
  const length = type === 1 ? 4 : type === 4 ? 16 : ((await readBytes(socket, 1, signal))[0] ?? 0);
  await readBytes(socket, length + 2, signal);
}
