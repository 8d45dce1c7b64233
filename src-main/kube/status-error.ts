/** One table from HTTP statuses and the Status objects of the API server to what is wrong and what to do. */
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import { isFields, listOf, textOf } from './json.ts';
import { foreignDetails } from './foreign-details.ts';
import { maskText, showUrl } from './mask-text.ts';
import type { Where } from './transport-error.ts';

/** The answer of a server that is no success. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, or the beginning of it. */
  readonly text: string;
}

/** The parts of a Kubernetes Status (meta/v1) that are read. */
interface Status {
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly string[];
  readonly retryAfterSeconds: number | undefined;
}

interface Row {
  readonly code: ErrorCode;
  /** The predicate after `API server https://…`. */
  readonly says: string;
  readonly hint?: string;
  readonly retryable: boolean;
}

const ROWS: Readonly<Record<number, Row>> = {
  400: { code: 'bad-request', says: 'does not understand the request', retryable: false },
  401: {
    code: 'unauthorized',
    says: 'does not accept the credentials',
    hint: 'Sign in again or fetch a fresh kubeconfig: the token or certificate has expired, was revoked, or belongs to another cluster.',
    retryable: false,
  },
  403: { code: 'forbidden', says: 'forbids this', retryable: false },
  404: { code: 'not-found', says: 'has no such object', retryable: false },
  405: { code: 'not-served', says: 'does not support this for the kind', retryable: false },
  406: { code: 'bad-request', says: 'cannot answer in the form asked for', retryable: false },
  409: { code: 'conflict', says: 'refuses: the object was changed meanwhile or exists', retryable: true },
  410: { code: 'expired', says: 'no longer has the version asked for', retryable: true },
  413: { code: 'bad-request', says: 'refuses a request of this size', retryable: false },
  422: { code: 'invalid', says: 'refuses the object as invalid', retryable: false },
  429: {
    code: 'throttled',
    says: 'refuses requests for overload',
    hint: 'Wait and try again; if it persists, look for a client that floods the API server.',
    retryable: true,
  },
  502: { code: 'server-error', says: 'is not behind its load balancer', retryable: true },
  503: { code: 'server-error', says: 'is not ready', retryable: true },
  504: { code: 'server-error', says: 'did not answer its load balancer in time', retryable: true },
};
const SERVER_ERROR: Row = {
  code: 'server-error',
  says: 'failed',
  hint: 'Look at /readyz?verbose of the API server, at its log and at etcd.',
  retryable: true,
};
/** The server, or etcd behind it, gave up on a request that it had accepted (catalogue HH-K8S-004). */
const GAVE_UP: Row = {
  code: 'timeout',
  says: 'gave up on the request before it was done',
  hint: 'Look at the load of the API server and at etcd.',
  retryable: true,
};
const NOT_SERVED: Row = { code: 'not-served', says: 'does not serve this kind', retryable: false };
const ANONYMOUS: Row = {
  code: 'unauthorized',
  says: 'saw no credentials: the request came as system:anonymous',
  hint: 'Check the user of this context: it needs a token, a client certificate or a credential command, and the server must be https.',
  retryable: false,
};
const NOT_KUBERNETES: Row = {
  code: 'not-kubernetes',
  says: 'does not answer as a Kubernetes API server',
  hint: 'Check the server address and the proxy: a sign-in page, a proxy or another service may be answering.',
  retryable: false,
};
const PROXY_AUTH: Row = {
  ...NOT_KUBERNETES,
  says: 'cannot be reached: the proxy asks for a sign-in',
  hint: 'Add user name and password to proxy-url in the kubeconfig or to HTTPS_PROXY, or add the server to NO_PROXY.',
};

/** Reads a Status object from a body or a watch event; undefined for anything else. */
function readStatus(value: unknown): Status | undefined {
  if (!isFields(value) || value.kind !== 'Status') return undefined;
  const details = isFields(value.details) ? value.details : {};
  const causes = listOf(details.causes);
  return {
    reason: textOf(value.reason),
    message: textOf(value.message),
    causes: causes.map((each) => (isFields(each) ? textOf(each.reason) : '')),
    retryAfterSeconds: typeof details.retryAfterSeconds === 'number' ? details.retryAfterSeconds : undefined,
  };
}

function parseStatus(text: string): Status | undefined {
  try {
    return readStatus(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * User, verb, resource, group and namespace of a refusal, from the API server's sentence
 * `… is forbidden: User "U" cannot VERB resource "R" in API group "G" in the namespace "N"` (catalogue HH-K8S-033).
 */
export function readRefusal(message: string): Record<string, string> {
  const match =
    /User "([^"]*)" cannot (\S+) (?:resource "([^"]*)" in API group "([^"]*)"|path "([^"]*)")(?: in the namespace "([^"]*)")?/.exec(
      message,
    );
  if (match === null) return {};
  const [, user, verb, resource, group, path, namespace] = match;
  const facts = { user, verb, resource: resource ?? path, group, namespace };
  return Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function chooseRow(answer: Answer, status: Status | undefined, refusal: Record<string, string>): Row {
  const { status: code } = answer;
  if (code === 407) return PROXY_AUTH;
  if (code === 403 && refusal.user === 'system:anonymous') return ANONYMOUS;
  const special = status === undefined ? rowOfForeign(answer) : rowOfStatus(code, status);
  if (special !== undefined) return special;
  return (
    ROWS[code] ??
    (code >= 500 ? SERVER_ERROR : { ...SERVER_ERROR, code: 'bad-request', says: 'refuses the request' })
  );
}

function rowOfStatus(code: number, status: Status): Row | undefined {
  if (code >= 500 && isGivenUp(status)) return GAVE_UP;
  if (code === 404 && status.message.includes('could not find the requested resource')) return NOT_SERVED;
  return undefined;
}

function rowOfForeign({ status: code, headers, text }: Answer): Row | undefined {
  if (code === 404 && text.trim() === '404 page not found') return NOT_SERVED;
  // A page of a proxy is no answer of an API server, except where it tells that none is behind it.
  const page = String(headers['content-type'] ?? '').includes('html') || /^\s*</.test(text);
  return code < 400 || (code < 500 && page) || code === 404 ? NOT_KUBERNETES : undefined;
}

/** `etcdserver: request timed out` comes as an InternalError. */
function isGivenUp({ reason, message }: Status): boolean {
  if (reason === 'Timeout' || reason === 'ServerTimeout') return true;
  return /etcdserver: request timed out|context deadline exceeded/.test(message);
}

/** Whole seconds of a Retry-After header, also where it is a date; undefined without one. `now` in ms. */
function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/**
 * The `AppError` of an answer that is no success. `request` is `list pods` or `GET /version`, for the sentence.
 * Details: server, reason (the server's words, masked), statusReason (of a Status object), body and headers (of any other answer), redirect, cause, retryAfterSeconds, and for a refusal user, verb, resource,
 * group and namespace.
 */
export function statusError(answer: Answer, where: Where, request: string, now = Date.now()): AppError {
  const status = parseStatus(answer.text);
  const refusal = answer.status === 403 && status !== undefined ? readRefusal(status.message) : {};
  return errorOf(chooseRow(answer, status, refusal), { answer, status, refusal, where, request, now });
}

/** The `AppError` of a successful answer that no API server gives: a page, or a body that is no JSON. */
export function foreignError(answer: Answer, where: Where, request: string): AppError {
  return errorOf(NOT_KUBERNETES, { answer, status: undefined, refusal: {}, where, request, now: 0 });
}

interface Facts {
  readonly answer: Answer;
  readonly status: Status | undefined;
  readonly refusal: Record<string, string>;
  readonly where: Where;
  readonly request: string;
  readonly now: number;
}

function errorOf(row: Row, { answer, status, refusal, where, request, now }: Facts): AppError {
  const said = maskText((status?.message ?? plainText(answer)).trim(), 500);
  const wait = retryAfter(answer.headers['retry-after'], now) ?? status?.retryAfterSeconds;
  const server = showUrl(where.server);
  const redirect = answer.status < 400 ? answer.headers.location : undefined;
  const details: Record<string, string> = {
    server,
    ...(where.proxy !== undefined && { proxy: showUrl(where.proxy) }),
    ...(said !== '' && { reason: said }),
    ...(status !== undefined && { statusReason: maskText(status.reason, 60) }),
    ...(status === undefined && row.code !== 'not-served' && foreignDetails(answer)),
    ...(typeof redirect === 'string' && { redirect: showUrl(maskText(redirect.split('?')[0] ?? '', 200)) }),
    ...(status !== undefined && status.causes.length > 0 && { cause: status.causes.join(', ') }),
    ...(wait !== undefined && { retryAfterSeconds: String(wait) }),
    ...refusal,
  };
  const words = said === '' ? '' : `: ${said.replace(/\.$/, '')}`;
  const hint = row.code === 'forbidden' ? refusalHint(refusal) : row.hint;
  return {
    code: row.code,
    message: `API server ${server} of context ${where.fabric} ${row.says} (${request}, status ${String(answer.status)})${words}.`,
    ...(hint !== undefined && { hint }),
    fabric: where.fabric,
    status: answer.status,
    retryable: row.retryable,
    details,
  };
}

/** The `AppError` of an ERROR event within a watch: the same table, with the Status' own code. */
export function watchEventError(object: unknown, where: Where, request: string): AppError {
  const code = isFields(object) && typeof object.code === 'number' ? object.code : 500;
  return statusError({ status: code, headers: {}, text: JSON.stringify(object) }, where, request);
}

/** The words of an answer that is no Status: none for a page, which says nothing to a reader. */
function plainText({ text }: Answer): string {
  return /^\s*[<{[]/.test(text) ? '' : (text.split('\n', 1)[0] ?? '');
}

function refusalHint(refusal: Record<string, string>): string {
  if (refusal.verb === undefined || refusal.resource === undefined) {
    return 'Ask an administrator of the cluster for a role that allows this.';
  }
  const group = refusal.group === undefined || refusal.group === '' ? '' : ` of API group ${refusal.group}`;
  const scope = refusal.namespace === undefined ? 'in all namespaces' : `in namespace ${refusal.namespace}`;
  return `Ask an administrator of the cluster for a role that lets ${refusal.user ?? 'this user'} ${refusal.verb} ${refusal.resource}${group} ${scope}.`;
}
