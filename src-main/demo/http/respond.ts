/** Writes answers: JSON or YAML, indented for people at a terminal, compressed when large, with the API server's headers. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import { stringify } from 'yaml';
import { StatusError, type FailureStatus } from '../status-error.ts';

/** Bodies above this many bytes are compressed for clients that ask for it, as the API server does. */
const GZIP_FROM = 128 * 1024;

/** Set before anything else is known of a request. */
export function setCommonHeaders(request: IncomingMessage, response: ServerResponse): void {
  const given = request.headers['audit-id'];
  const valid = typeof given === 'string' && /^[\x21-\x7e]{1,64}$/.test(given);
  response.setHeader('Audit-Id', valid ? given : randomUUID());
  response.setHeader('Cache-Control', 'no-cache, private');
}

function wantsIndent(request: IncomingMessage): boolean {
  const url = request.url ?? '';
  const asked = /[?&]pretty=([^&]*)/.exec(url)?.[1];
  if (asked !== undefined && asked !== '') return asked !== 'false' && asked !== '0';
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers['user-agent'] ?? '');
}

/** RFC 7234 warning texts: quotes and control characters cannot stand in a header. */
function warningHeader(text: string): string {
  const safe = text.replace(/[^\t\x20-\x7e]/g, ' ').replace(/[\\"]/g, '\\$&');
  return `299 - "${safe}"`;
}

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
}

/** Sends a text as it is. Nothing happens if the client has gone or was answered already. */
export function sendText(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const { code, type, text, headers = {}, warnings = [] } = answer;
  response.statusCode = code;
  response.setHeader('Content-Type', type);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (warnings.length > 0) response.setHeader('Warning', [...new Set(warnings)].map(warningHeader));
  const body = Buffer.from(text);
  const end = (bytes: Buffer): void => {
    response.setHeader('Content-Length', bytes.length);
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
  const accepts = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (body.length <= GZIP_FROM || !accepts) {
    end(body);
    return;
  }
  gzip(body, { level: 1 }, (error, packed) => {
    if (response.headersSent || response.destroyed) return;
    if (error === null) {
      response.setHeader('Content-Encoding', 'gzip');
      response.setHeader('Vary', 'Accept-Encoding');
    }
    end(error === null ? packed : body);
  });
}

export interface Form {
  readonly format?: 'json' | 'yaml';
  readonly headers?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
  readonly type?: string;
}

/** Sends JSON text that was made already; indents it or turns it into YAML where asked. */
export function sendJsonText(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  json: string,
  form: Form = {},
): void {
  const { format = 'json', headers, warnings } = form;
  const extra = {
    ...(headers === undefined ? {} : { headers }),
    ...(warnings === undefined ? {} : { warnings }),
  };
  if (format === 'yaml') {
    const text = stringify(JSON.parse(json), { lineWidth: 0 });
    sendText(request, response, { code, type: 'application/yaml', text, ...extra });
    return;
  }
  const text = wantsIndent(request) ? JSON.stringify(JSON.parse(json), null, 2) : `${json}\n`;
  sendText(request, response, { code, type: form.type ?? 'application/json', text, ...extra });
}

export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  code: number,
  body: unknown,
  form: Form = {},
): void {
  sendJsonText(request, response, code, JSON.stringify(body), form);
}

/** `404 page not found`, as Go's own handler says it where no route is. */
export function sendNoPage(request: IncomingMessage, response: ServerResponse): void {
  const headers = { 'X-Content-Type-Options': 'nosniff' };
  sendText(request, response, {
    code: 404,
    type: 'text/plain; charset=utf-8',
    text: '404 page not found\n',
    headers,
  });
}

/** The Status of anything thrown; what is no refusal is an internal error, whose text stays on this side. */
export function statusOf(error: unknown): FailureStatus {
  if (error instanceof StatusError) return error.status;
  const why = error instanceof Error ? error.message : 'unknown';
  return new StatusError(500, 'InternalError', `Internal error occurred: ${why}`, {
    causes: [{ reason: '', message: why }],
  }).status;
}

export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  warnings: readonly string[] = [],
): void {
  const status = statusOf(error);
  const retry = status.details?.retryAfterSeconds;
  const headers: Record<string, string> = retry === undefined ? {} : { 'Retry-After': String(retry) };
  if (status.code === 403) headers['X-Content-Type-Options'] = 'nosniff';
  if (status.code === 413) headers['Connection'] = 'close';
  // A cause may have no reason of its own.
  const text = JSON.stringify(status, (key, value: unknown) =>
    key === 'reason' && value === '' ? undefined : value,
  );
  sendJsonText(request, response, status.code, text, { headers, warnings });
}
