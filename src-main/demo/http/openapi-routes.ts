/** /openapi/v3 with its documents by group and version, and /openapi/v2; clients keep them by hash and ETag. */
import { createHash } from 'node:crypto';
import { notAcceptable } from '../status-error.ts';
import type { Exchange } from './options.ts';
import { parseAccept } from './request/negotiate.ts';
import { sendJson, sendJsonText, sendNoPage, sendText } from './respond.ts';

const PROTOBUF_V2 = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/**
 * kubectl asks for the old document, in this form alone, when the new ones do not know a kind; all it then looks for is
 * that kind. This one says `swagger: "2.0"`, a title and a version, and knows none.
 */
const EMPTY_V2 = '\n\u00032.0\u0012\u0015\n\nKubernetes\u0012\u0007v1.35.4';

/** Text and ETag of a document, as long as the same object is served. */
const rendered = new WeakMap<object, { readonly text: string; readonly etag: string }>();

function render(document: object): { readonly text: string; readonly etag: string } {
  const known = rendered.get(document);
  if (known !== undefined) return known;
  const text = JSON.stringify(document);
  const etag = createHash('sha512').update(text).digest('hex').toUpperCase();
  rendered.set(document, { text, etag });
  return { text, etag };
}

/** Documents are served as JSON alone. */
function checkAccept(accept: string | undefined): void {
  const clauses = parseAccept(accept ?? '*/*');
  const json = clauses.some(({ type }) => /^(application\/json|application\/\*|\*\/\*)$/.test(type));
  if (!json) throw notAcceptable('only the following media types are accepted: application/json');
}

function sendDocument(exchange: Exchange, document: object): void {
  const { request, response } = exchange;
  checkAccept(request.headers.accept);
  const { text, etag } = render(document);
  const headers = { ETag: `"${etag}"`, Vary: 'Accept' };
  const known = (request.headers['if-none-match'] ?? '').includes(etag);
  if (!known) {
    sendJsonText(request, response, 200, text, { headers });
    return;
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(304).end();
}

export function serveOpenApi(exchange: Exchange): void {
  const { info, query, request, response, options } = exchange;
  const { openapi } = options;
  const path = info.path.replace(/\/$/, '');
  if (path === '/openapi/v2') {
    if ((request.headers.accept ?? '').includes(PROTOBUF_V2)) {
      // Without the sign that a media type may not have.
      sendText(request, response, { code: 200, type: PROTOBUF_V2.replace('@', '.'), text: EMPTY_V2 });
      return;
    }
    sendDocument(exchange, openapi.v2());
    return;
  }
  if (path === '/openapi/v3') {
    const paths = Object.entries(openapi.paths()).map(
      ([name, serverRelativeURL]) => [name, { serverRelativeURL }] as const,
    );
    // JSON under another name, as the real one sends it.
    sendJson(
      request,
      response,
      200,
      { paths: Object.fromEntries(paths) },
      { type: 'text/plain; charset=utf-8' },
    );
    return;
  }
  const name = path.replace(/^\/openapi\/v3\//, '');
  const url = Object.hasOwn(openapi.paths(), name) ? openapi.paths()[name] : undefined;
  const document = url === undefined || name === path ? undefined : openapi.document(name);
  if (url === undefined || document === undefined) {
    sendNoPage(request, response);
    return;
  }
  const hash = query.get('hash');
  if (hash !== null && !url.endsWith(`hash=${hash}`)) {
    sendText(request, response, {
      code: 301,
      type: 'application/json',
      text: '',
      headers: { Location: url },
    });
    return;
  }
  sendDocument(exchange, document);
}
