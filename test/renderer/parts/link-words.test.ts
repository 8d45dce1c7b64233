// The state of a connection in words.
import { expect, it } from 'vitest';
import {
  describeLink,
  describeNextTry,
  describeProgress,
  worstOf,
} from '../../../src-renderer/parts/link-words.ts';
import { makeFabric, makeLink } from '../make-finding.ts';

const NOW = 10 * 60_000;
const error = { code: 'unreachable', message: 'x', retryable: true } as const;

it.each([
  [makeLink('closed'), 'none', 'Not opened'],
  [makeLink('connecting'), 'busy', 'Connecting'],
  [makeLink('syncing'), 'busy', 'Reading'],
  [makeLink('syncing', { progress: { received: 350, expected: 500 } }), 'busy', 'Reading, 70 %'],
  [makeLink('live'), 'ok', 'Live'],
  [
    makeLink('live', { watches: { total: 3, live: 0, denied: 3, stale: 0 } }),
    'denied',
    'Connected, all denied',
  ],
  [makeLink('stale', { asOf: NOW - 5 * 60_000 }), 'stale', 'Stale for 5 min'],
  [makeLink('failed', { error }), 'failed', 'Cannot connect: server unreachable'],
  [makeLink('failed'), 'failed', 'Cannot connect'],
])('%o', (link, state, text) => {
  expect(describeLink({ link }, NOW)).toEqual({ state, text });
});

it('says of a broken context that it cannot be opened, whatever its link', () => {
  const problem = { code: 'context-broken', message: 'x', retryable: false } as const;
  expect(describeLink(makeFabric('a', makeLink('closed'), { problem }), NOW)).toEqual({
    state: 'failed',
    text: 'Cannot open: context incomplete',
  });
});

it('counts what was read, with the expectation where there is one', () => {
  expect(describeProgress(makeLink('syncing', { progress: { received: 3500, expected: 5000 } }))).toBe(
    'Reading 3,500 of about 5,000',
  );
  expect(describeProgress(makeLink('syncing', { progress: { received: 3500, expected: 0 } }))).toBe(
    'Reading, 3,500 so far',
  );
});

it('counts down to the next try and never shows 0 s', () => {
  expect(describeNextTry(makeLink('failed', { nextTryAt: NOW + 7001 }), NOW)).toBe('next try in 8 s');
  expect(describeNextTry(makeLink('failed', { nextTryAt: NOW + 1 }), NOW)).toBe('next try in 1 s');
  expect(describeNextTry(makeLink('failed', { nextTryAt: NOW }), NOW)).toBe('trying now');
  expect(describeNextTry(makeLink('failed'), NOW)).toBeUndefined();
});

it('names the worst severity that occurs', () => {
  expect(worstOf({ critical: 0, high: 0, medium: 2, low: 9, info: 0 })).toBe('medium');
  expect(worstOf({ critical: 0, high: 0, medium: 0, low: 0, info: 0 })).toBeUndefined();
});

it('says first that nothing is sent until somebody acts, while a fabric is open', () => {
  const pause = { since: 0, why: 'sign-in' } as const;
  expect(describeLink({ link: makeLink('stale'), pause }, NOW)).toEqual({
    state: 'failed',
    text: 'Paused: sign in',
  });
  expect(describeLink({ link: makeLink('stale'), pause: { ...pause, why: 'user' } }, NOW)).toEqual({
    state: 'stale',
    text: 'Retries stopped',
  });
  expect(describeLink({ link: makeLink('closed'), pause }, NOW).text).toBe('Not opened');
});
