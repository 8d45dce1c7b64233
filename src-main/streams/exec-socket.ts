/** Opens the WebSocket of an exec request and turns what can go wrong into plain sentences. */
import type { IncomingMessage } from 'node:http';
import WebSocket, { type ClientOptions } from 'ws';
import { AppFailure, type AppError } from '../../shared/errors.ts';

/** An open exec connection: frames are one channel byte and its payload. */
export interface ExecSocket {
  send(frame: Uint8Array): void;
  onFrame(listener: (frame: Uint8Array) => void): void;
  /** Called once when the connection is gone; with an error where it broke. */
  onClose(listener: (error?: AppError) => void): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** Newest first; both carry a Status with the exit code at the end (Kubernetes remotecommand). */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const HANDSHAKE_MS = 15_000;
const FRAME_LIMIT = 16_777_216;
/** Characters of an error body that are read. */
const BODY_LIMIT = 65_536;

async function readBody(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > BODY_LIMIT) break;
  }
  return body.slice(0, BODY_LIMIT);
}

/** How a refused upgrade becomes an error: status, and the body as text. */
export type Refusal = (status: number, body: string) => AppError;

/**
 * Connects to `url` (`wss://…/exec?…`) with the credentials in `options`. Rejects with `AppFailure`: `refuse` words an
 * HTTP answer, `fail` a transport error.
 */
export async function openExecSocket(
  url: string,
  options: ClientOptions,
  refuse: Refusal,
  fail: (cause: unknown) => AppError,
): Promise<ExecSocket> {
  const socket = new WebSocket(url, PROTOCOLS, {
    ...options,
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: FRAME_LIMIT,
    followRedirects: false,
    perMessageDeflate: false,
  });
  const early: Uint8Array[] = [];
  let onFrame = (frame: Uint8Array): void => void early.push(frame);
  let ended: { error?: AppError } | undefined;
  let onClose: ((error?: AppError) => void) | undefined;
  const end = (error?: AppError) => {
    if (ended !== undefined) return;
    ended = error === undefined ? {} : { error };
    onClose?.(error);
  };
  socket.on('message', (data) => {
    const frame = Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data as ArrayBuffer);
    if (frame.byteLength > 0) onFrame(frame);
  });
  socket.on('error', (error) => end(fail(error)));
  socket.on('close', () => end());
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', (error) => reject(new AppFailure(fail(error), { cause: error })));
    socket.on('unexpected-response', (_request, response) => {
      void readBody(response)
        .catch(() => '')
        .then((body) => {
          reject(new AppFailure(refuse(response.statusCode ?? 0, body)));
          socket.terminate();
        });
    });
  });
  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    onFrame(listener) {
      onFrame = listener;
      for (const frame of early.splice(0)) listener(frame);
    },
    onClose(listener) {
      onClose = listener;
      if (ended !== undefined) listener(ended.error);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      socket.close();
      // A server that does not answer the close frame must not keep the process in the container alive.
      setTimeout(() => socket.terminate(), 2000).unref();
    },
  };
}
