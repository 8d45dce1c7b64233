/** Commands in containers over a WebSocket, in the protocols v5.channel.k8s.io and v4.channel.k8s.io. */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { ShellSession } from '../kubelet/exec-session.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { containerOf, podOf, type PodRequest } from './pod-log.ts';
import { statusOf } from './respond.ts';

const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** First byte of each message. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A client that leaves so much unread is cut off. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

const server = new WebSocketServer({
  noServer: true,
  maxPayload: MAX_MESSAGE_BYTES,
  handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
});

function isOn(query: URLSearchParams, key: string): boolean {
  return /^(?:true|1)$/i.test(query.get(key) ?? '');
}

/** Answers an upgrade that is refused: the Status as an ordinary answer, and the end of the connection. */
function refuse(socket: Duplex, error: unknown): void {
  const status = statusOf(error);
  const body = `${JSON.stringify(status)}\n`;
  const head = [
    `HTTP/1.1 ${status.code} ${STATUS_CODES[status.code] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function offersProtocol(request: IncomingMessage): boolean {
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  return offered.some((protocol) => PROTOCOLS.includes(protocol));
}

function checkProtocol(request: IncomingMessage): void {
  if (String(request.headers.upgrade).toLowerCase() !== 'websocket')
    throw badRequest('Upgrade request required');
  if (offersProtocol(request)) return;
  const message = 'none of the offered subprotocols is served here: v5.channel.k8s.io, v4.channel.k8s.io';
  throw new StatusError(403, 'Forbidden', message);
}

function checkOptions(query: URLSearchParams): void {
  if (query.getAll('command').length === 0)
    throw badRequest('you must specify at least 1 command for the container');
  if (!['stdin', 'stdout', 'stderr'].some((stream) => isOn(query, stream)))
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
}

/** The end of a command as the error channel tells it. */
function endStatus(code: number, error: string | undefined): object {
  if (error !== undefined) {
    // Said twice: by the node and by the API server that passes it on.
    const message = `Internal error occurred: Internal error occurred: ${error}`;
    return {
      metadata: {},
      status: 'Failure',
      message,
      reason: 'InternalError',
      details: { causes: [{ message: error }] },
      code: 500,
    };
  }
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** Answers an upgrade to a command's streams; what the API server itself refuses is a Status before the upgrade. */
export function servePodExec(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  context: PodRequest,
): void {
  const { query } = context;
  let session: ShellSession | undefined;
  let failure: StatusError | undefined;
  try {
    const pod = podOf(context);
    const container = containerOf(pod, query.get('container'));
    checkOptions(query);
    checkProtocol(request);
    session = context.kubelet.openShell(pod, container, query.getAll('command'), isOn(query, 'tty'));
  } catch (error) {
    // What the node answers comes over the WebSocket, which the API server has accepted by then.
    if (!(error instanceof StatusError) || error.status.code < 500) {
      refuse(socket, error);
      return;
    }
    failure = error;
  }
  server.handleUpgrade(request, socket, head, (client) => {
    if (session === undefined) end(client, failure?.status ?? endStatus(1, undefined));
    else connect(client, session, query);
  });
}

/** Sends the last status and closes. */
function end(client: WebSocket, status: object): void {
  if (client.readyState !== client.OPEN) return;
  client.send(Buffer.concat([Buffer.of(CHANNEL.status), Buffer.from(JSON.stringify(status))]));
  client.close(1000);
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function resize(session: ShellSession, text: string): void {
  let size: unknown;
  try {
    size = JSON.parse(text);
  } catch {
    return;
  }
  const { Width: width, Height: height } = (size ?? {}) as { Width?: unknown; Height?: unknown };
  if (typeof width === 'number' && typeof height === 'number') session.resize(width, height);
}

function connect(client: WebSocket, session: ShellSession, query: URLSearchParams): void {
  const send = (channel: number, bytes: Uint8Array): void => {
    if (client.readyState !== client.OPEN) return;
    if (client.bufferedAmount > MAX_UNREAD_BYTES) {
      client.terminate();
      return;
    }
    client.send(Buffer.concat([Buffer.of(channel), bytes]));
  };
  session.onOutput((stream, bytes) => {
    if (isOn(query, stream)) send(CHANNEL[stream], bytes);
  });
  client.on('message', (data: RawData) => {
    const bytes = bytesOf(data);
    const [channel, second] = bytes;
    const content = bytes.subarray(1);
    if (channel === CHANNEL.stdin) session.write(content);
    else if (channel === CHANNEL.resize) resize(session, content.toString());
    // v5: the client closes one of its streams.
    else if (channel === CHANNEL.close && second === CHANNEL.stdin) session.endInput();
  });
  client.on('close', () => {
    session.close();
  });
  client.on('error', () => {
    session.close();
  });
  if (!isOn(query, 'stdin')) session.endInput();
  session.onExit((code, error) => {
    end(client, endStatus(code, error));
  });
}
