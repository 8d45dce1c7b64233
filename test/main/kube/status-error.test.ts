// Every refusal of a server has a code, a sentence and a hint.
import { describe, expect, it } from 'vitest';
import {
  foreignError,
  readRefusal,
  statusError,
  watchEventError,
} from '../../../src-main/kube/status-error.ts';
import { statusOf } from './scripted-server.ts';

const WHERE = { fabric: 'prod', server: 'https://api.prod:6443' };
const answer = (status: number, body: object | string, headers: Record<string, string> = {}) => ({
  status,
  headers,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const ANONYMOUS =
  'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope';

describe('statusError', () => {
  it.each([
    [400, statusOf(400, 'BadRequest', 'container is waiting'), {}, 'bad-request'],
    [401, statusOf(401, 'Unauthorized', 'Unauthorized'), {}, 'unauthorized'],
    [403, statusOf(403, 'Forbidden', 'no'), {}, 'forbidden'],
    [403, statusOf(403, 'Forbidden', ANONYMOUS), {}, 'unauthorized'],
    [403, '<html>blocked</html>', HTML, 'not-kubernetes'],
    [404, statusOf(404, 'NotFound', 'pods "a" not found'), {}, 'not-found'],
    [404, statusOf(404, 'NotFound', 'the server could not find the requested resource'), {}, 'not-served'],
    [404, '404 page not found\n', {}, 'not-served'],
    [404, '<html>nginx</html>', HTML, 'not-kubernetes'],
    [405, statusOf(405, 'MethodNotAllowed', 'no watch'), {}, 'not-served'],
    [407, '', {}, 'not-kubernetes'],
    [409, statusOf(409, 'Conflict', 'changed'), {}, 'conflict'],
    [410, statusOf(410, 'Expired', 'too old resource version'), {}, 'expired'],
    [422, statusOf(422, 'Invalid', 'no'), {}, 'invalid'],
    [429, '', {}, 'throttled'],
    [500, statusOf(500, 'InternalError', 'etcd'), {}, 'server-error'],
    [503, 'no backends', {}, 'server-error'],
    [502, '<html>Bad gateway</html>', HTML, 'server-error'],
    [302, '', { location: 'https://sso.example/login?state=secret' }, 'not-kubernetes'],
  ] as const)('%i %j', (status, body, headers, code) => {
    const error = statusError(answer(status, body, headers), WHERE, 'GET /api/v1/pods');
    expect(error).toMatchObject({ code, status, fabric: 'prod', details: { server: WHERE.server } });
    expect(error.message).toContain('API server https://api.prod:6443 of context prod');
    expect(error.message).toContain(`GET /api/v1/pods, status ${status}`);
    expect(JSON.stringify(error)).not.toContain('state=secret');
  });

  it('takes a refusal apart', () => {
    const message =
      'deployments.apps is forbidden: User "joe" cannot watch resource "deployments" in API group "apps" in the namespace "shop"';
    const error = statusError(answer(403, statusOf(403, 'Forbidden', message)), WHERE, 'GET x');
    expect(error.details).toMatchObject({
      user: 'joe',
      verb: 'watch',
      resource: 'deployments',
      group: 'apps',
      namespace: 'shop',
    });
    expect(error.hint).toBe(
      'Ask an administrator of the cluster for a role that lets joe watch deployments of API group apps in namespace shop.',
    );
  });

  it.each([
    ['5', 5],
    ['Sat, 21 Nov 2026 07:00:30 GMT', 30],
    ['soon', undefined],
  ])('reads Retry-After %s', (header, seconds) => {
    const now = Date.parse('2026-11-21T07:00:00Z');
    const error = statusError(answer(429, '', { 'retry-after': header }), WHERE, 'GET x', now);
    expect(error.details?.retryAfterSeconds).toBe(seconds === undefined ? undefined : String(seconds));
  });

  it('reads the wait from the Status where no header has it, and the causes', () => {
    const status = statusOf(504, 'Timeout', 'Too large resource version: 9, current: 3', {
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'x' }], retryAfterSeconds: 1 },
    });
    expect(statusError(answer(504, status), WHERE, 'GET x').details).toMatchObject({
      cause: 'ResourceVersionTooLarge',
      retryAfterSeconds: '1',
    });
  });

  it('hides secrets in the words of the server', () => {
    const error = statusError(
      answer(401, statusOf(401, 'Unauthorized', 'invalid bearer token abcdef123456')),
      WHERE,
      'GET x',
    );
    expect(JSON.stringify(error)).not.toContain('abcdef123456');
  });
});

describe('readRefusal', () => {
  it.each([
    [
      'User "a" cannot list resource "nodes" in API group "" at the cluster scope',
      { user: 'a', verb: 'list', resource: 'nodes', group: '' },
    ],
    ['User "a" cannot get path "/version"', { user: 'a', verb: 'get', resource: '/version' }],
    ['exceeded quota: compute', {}],
  ])('%s', (message, facts) => {
    expect(readRefusal(`x is forbidden: ${message}`)).toEqual(facts);
  });
});

it('names what answers as no API server', () => {
  expect(foreignError(answer(200, '<html>Sign in</html>', HTML), WHERE, 'GET /version')).toMatchObject({
    code: 'not-kubernetes',
    status: 200,
  });
});

it.each([
  [statusOf(410, 'Expired', 'too old resource version: 1 (9)'), 'expired'],
  [statusOf(500, 'InternalError', 'x'), 'server-error'],
  ['text', 'server-error'],
])('names the error event of a watch: %j', (object, code) => {
  expect(watchEventError(object, WHERE, 'watch /api/v1/pods').code).toBe(code);
});
