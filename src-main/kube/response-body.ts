/** Reads the bodies of answers: whole and unpacked, or the beginning of an error. */
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';

/** The largest body that is read as a whole, in bytes: 500 Secrets of 1 MiB come in smaller pages. */
export const MAX_BODY = 64 * 1024 * 1024;

/** Within this time the words of a refusal must come, or a good part of them, ms. */
const ERROR_MS = 10_000;
/** What comes slower than this is held back on purpose or by a fault: bytes within the time that an answer may take. */
const LEAST = 1024;

/** Thrown for a body beyond `MAX_BODY`. */
export class BodyTooLarge extends Error {}

/** The first `limit` bytes as text. */
export async function readText(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of paced(body, ERROR_MS)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, limit);
}

/** True for an answer that no API server gives: a page where JSON, YAML or a log was asked for. */
export const isPage = (response: Dispatcher.ResponseData): boolean =>
  String(response.headers['content-type'] ?? '').startsWith('text/html');

/** Ends a body that nobody reads. */
export function dropBody({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined).destroy();
}

/** Passes on what comes, as long as it comes: a byte now and then would keep a silence from ever being noticed. */
async function* paced(body: AsyncIterable<Buffer>, windowMs: number): AsyncGenerator<Buffer> {
  let begun = performance.now();
  let size = 0;
  let pieces = 0;
  for await (const chunk of body) {
    size += chunk.length;
    pieces++;
    // One late piece is a slow answer, and may be all of it.
    if (pieces > 2 && performance.now() - begun > windowMs) {
      if (size < LEAST) throw Object.assign(new Error('The body crawls.'), { code: 'UND_ERR_BODY_TIMEOUT' });
      begun = performance.now();
      size = 0;
      pieces = 0;
    }
    yield chunk;
  }
}

/**
 * The whole body, unpacked. Throws the raw error of a broken one, `BodyTooLarge`, and UND_ERR_BODY_TIMEOUT for one of
 * which less than 1 KiB comes within `windowMs`; the body is ended then.
 */
export async function readBody(
  response: Dispatcher.ResponseData,
  windowMs: number,
  onStart?: (bytes: Buffer) => void,
): Promise<Buffer> {
  const zipped = response.headers['content-encoding'] === 'gzip';
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const raw = paced(response.body, windowMs);
    const body: AsyncIterable<Buffer> = zipped ? pipeline(raw, createGunzip(), () => undefined) : raw;
    for await (const chunk of body) {
      if (size === 0) onStart?.(chunk);
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY) throw new BodyTooLarge();
    }
  } catch (cause) {
    dropBody(response);
    throw cause;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}
