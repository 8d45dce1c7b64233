/** Where a failed write leads, beyond what the contract test records of a real server. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import { routeWriteError } from '../../../shared/recovery/route-write-error.ts';
import { readConflicts } from '../../../shared/recovery/write-failures.ts';

const error = (change: Partial<AppError>): AppError => ({
  code: 'server-error',
  message: 'It failed.',
  retryable: true,
  ...change,
});
const said = (status: number, reason: string, more: Partial<AppError> = {}): AppError =>
  error({ code: 'bad-request', status, ...more, details: { reason, ...more.details } });

describe('routeWriteError', () => {
  it.each<[string, AppError, string, RegExp]>([
    [
      'webhook that refuses',
      said(
        403,
        'admission webhook "v.example.com" denied the request: VLAN 1001 is already used by other VPC',
      ),
      'admission-denied',
      /VLAN 1001 is already used/,
    ],
    [
      'annotations, older words',
      said(422, 'x is invalid: metadata.annotations: Too long: must have at most 262144 bytes'),
      'annotations-too-long',
      /256 KiB/,
    ],
    [
      'one manager',
      said(409, 'Apply failed with 1 conflict: conflict with "helm" using apps/v1: .spec.replicas'),
      'managed-by-others',
      /helm \(\.spec\.replicas\)/,
    ],
    [
      'a limit range',
      said(403, 'pods "a" is forbidden: maximum cpu usage per Container is 1, but limit is 2'),
      'quota',
      /maximum cpu/,
    ],
    [
      'throttled',
      said(429, 'Too many requests', { code: 'throttled', details: { retryAfterSeconds: '3' } }),
      'throttled',
      /too much to do/,
    ],
    [
      'no answer',
      error({ code: 'timeout', message: 'No answer within 30 s.' }),
      'unknown-outcome',
      /not known whether it was written/,
    ],
    ['cut off', error({ code: 'stream-closed' }), 'unknown-outcome', /No answer came/],
    ['gave up', error({ code: 'timeout', status: 504 }), 'unknown-outcome', /No answer came/],
    [
      'reset',
      error({ code: 'unreachable', details: { errno: 'ECONNRESET' } }),
      'unknown-outcome',
      /No answer came/,
    ],
    ['never sent', error({ code: 'unreachable', details: { errno: 'ECONNREFUSED' } }), 'other', /It failed/],
    ['signed out', error({ code: 'unauthorized', status: 401 }), 'credentials', /credentials/],
  ])('%s: %s', (_what, given, failure, says) => {
    const route = routeWriteError(given);
    expect(route.failure).toBe(failure);
    expect(route.says).toMatch(says);
    expect(route.written).toBe(failure === 'unknown-outcome' ? 'unknown' : 'no');
  });

  it('never throws, and gives one clean line each, whatever the server says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, 400, 403, 404, 409, 413, 422, 429, 500),
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            'conflict with "',
            'failed calling webhook "',
            'is forbidden: exceeded quota: \u001b[2J\n',
          ),
        ),
        fc.string(),
        (status, reason, cause) => {
          const { says, next } = routeWriteError(
            error({ ...(status !== undefined && { status }), details: { reason, cause } }),
          );
          // eslint-disable-next-line no-control-regex -- these are what must not reach a screen
          for (const sentence of [says, next]) expect(sentence).toMatch(/^[^\u0000-\u001f]+$/);
        },
      ),
    );
  });
});

describe('readConflicts', () => {
  it('names every manager and field once', () => {
    const words =
      'Apply failed with 3 conflicts: conflicts with "a" using v1:\n- .spec.x\n- .spec.y\nconflicts with "b" with subresource "scale" using v1:\n- .spec.x';
    expect(readConflicts(words)).toEqual({ managers: ['a', 'b'], fields: ['.spec.x', '.spec.y'] });
  });
});
