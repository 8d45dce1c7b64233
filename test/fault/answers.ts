/** Answers that the fault proxy makes up: refusals as the API server words them, and what no API server sends. */
import type { ServerResponse } from 'node:http';
import type { RequestFacts, RequestFault } from './fault.ts';

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** The sentences of apimachinery's `errors` package and of the API server's filters. */
function messageOf(status: number, facts: RequestFacts): string {
  const { verb, resource = '', path } = facts;
  const what = resource === '' ? `path "${path}"` : `resource "${resource}" in API group ""`;
  const messages: Readonly<Record<number, string>> = {
    401: 'Unauthorized',
    403: `${resource} is forbidden: User "somebody" cannot ${verb} ${what} at the cluster scope`,
    409: `Operation cannot be fulfilled on ${resource}: the object has been modified; please apply your changes to the latest version and try again`,
    410: 'The provided continue parameter is too old to display a consistent list result.',
    429: 'Too many requests, please try again later.',
    500: 'Internal error occurred: unexpected end of the storage',
    503: 'apiserver not ready',
  };
  return messages[status] ?? 'Refused.';
}

/** A Status (meta/v1). */
function statusOf(status: number, facts: RequestFacts, retryAfter?: number): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: messageOf(status, facts),
    reason: REASONS[status] ?? 'Unknown',
    ...(retryAfter !== undefined && { details: { retryAfterSeconds: retryAfter } }),
    code: status,
  };
}

/** The ERROR event of a watch from a version that etcd has forgotten. */
export const EXPIRED_EVENT = `${JSON.stringify({
  type: 'ERROR',
  object: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'too old resource version: 1 (2)',
    reason: 'Expired',
    code: 410,
  },
})}\n`;

const PAGE =
  '<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>\n';
/** Opens like JSON, and is none. */
const GARBAGE = '{"kind":"PodList","items":[{"metadata":{]]\u0000\ufffd}\n';
/** A beginning of an event that never ends. */
export const HALF_EVENT = '{"type":"MODIFIED","object":{"kind":"ConfigMap","metadata":{"na';

interface Made {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The whole answer for a fault that replaces the server's; undefined for one that does not. */
function made(fault: RequestFault, facts: RequestFacts): Made | undefined {
  if (fault.do === 'garbage') return { status: 200, type: 'application/json', body: GARBAGE };
  if (fault.do === 'page') return { status: 200, type: 'text/html; charset=utf-8', body: PAGE };
  if (fault.do !== 'status') return undefined;
  const { status, body = 'Status', retryAfter } = fault;
  if (body === 'Status') {
    return { status, type: 'application/json', body: JSON.stringify(statusOf(status, facts, retryAfter)) };
  }
  if (body === 'page') return { status, type: 'text/html', body: PAGE };
  return { status, type: 'text/plain', body: body === 'none' ? '' : 'upstream connect error\n' };
}

/** Gives that answer, and tells whether there was one. */
export function answerInstead(response: ServerResponse, fault: RequestFault, facts: RequestFacts): boolean {
  const answer = made(fault, facts);
  if (answer === undefined) return false;
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': String(Buffer.byteLength(answer.body)),
    ...(fault.do === 'status' &&
      fault.retryAfter !== undefined && { 'retry-after': String(fault.retryAfter) }),
  });
  response.end(answer.body);
  return true;
}
