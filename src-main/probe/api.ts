/** The API layer: asks for `/version` without any credentials and tells an API server from whatever else may answer. */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { AppFailure } from '../../shared/errors.ts';
import { isFields, textOf } from '../kube/json.ts';
import { foreignError, statusError } from '../kube/status-error.ts';
import type { Answer } from '../kube/status-error.ts';
import type { Trip } from './trip.ts';

/** What an API server said to a stranger. */
export interface Greeting {
  /** gitVersion; undefined where it tells nothing to strangers. */
  readonly version?: string;
  readonly says: string;
}

const MAX_BODY = 64 * 1024;

/** One GET over a connection that stands; no header beyond what every client sends. Reads at most 64 KiB. */
export function getPlain(trip: Trip, socket: Socket, path: string, signal: AbortSignal): Promise<Answer> {
  const prefix = trip.url.pathname.replace(/\/+$/, '');
  return new Promise((resolve, reject) => {
    const asked = request({
      path: `${prefix}${path}`,
      headers: { host: trip.url.host, accept: 'application/json', 'user-agent': 'hedgerow' },
      createConnection: () => socket,
      signal,
    });
    asked.once('error', reject);
    asked.once('response', (response) => {
      const { statusCode = 0, headers } = response;
      let text = '';
      const end = (): void => {
        resolve({ status: statusCode, headers, text: text.slice(0, MAX_BODY) });
        socket.destroy();
      };
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length >= MAX_BODY) end();
      });
      response.once('end', end).once('error', reject);
    });
    asked.end();
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isStatus = (value: unknown): boolean => isFields(value) && value.kind === 'Status';

/** A gateway before an API server may ask for a sign-in with JSON or a bare word of its own; a page is no API server. */
function asksForSignIn({ status, headers, text }: Answer): boolean {
  if (status !== 401 && status !== 403) return false;
  return !String(headers['content-type'] ?? '').includes('html') && !/^\s*</.test(text);
}

/**
 * What the answer to `/version` proves; `elsewhere` where `/livez` must be asked instead. Throws `AppFailure` for what
 * is no API server (not-kubernetes), or one that is not able to answer.
 */
export function readVersion(answer: Answer, trip: Trip): Greeting | 'elsewhere' {
  const { status, text } = answer;
  const body = parse(text);
  if (status === 200) {
    const version = isFields(body) ? textOf(body.gitVersion).slice(0, 100) : '';
    if (version !== '') return { version, says: `${version} answers without credentials` };
    const error = foreignError(answer, trip.where, 'GET /version');
    const why = isFields(body) ? ': /version holds no gitVersion.' : '.';
    throw new AppFailure({ ...error, message: error.message.replace(/\.$/, why) });
  }
  if (asksForSignIn(answer)) {
    return {
      says: isStatus(body) ? 'An API server answers; its version takes a sign-in' : 'Asks for a sign-in',
    };
  }
  if (status === 404 && (isStatus(body) || text.trim() === '404 page not found')) return 'elsewhere';
  throw new AppFailure(statusError(answer, trip.where, 'GET /version'));
}

/** What the answer to `/livez` proves, after `/version` was not found. Throws as `readVersion`. */
export function readHealth(answer: Answer, trip: Trip): Greeting {
  const body = parse(answer.text);
  if (answer.status === 200 && answer.text.trim() === 'ok') return { says: '/livez answers ok' };
  if (isStatus(body) && (answer.status === 401 || answer.status === 403)) {
    return { says: 'An API server answers; its health takes a sign-in' };
  }
  if (answer.status >= 500) throw new AppFailure(statusError(answer, trip.where, 'GET /livez'));
  throw new AppFailure(foreignError(answer, trip.where, 'GET /livez'));
}
