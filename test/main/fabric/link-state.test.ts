/** The state of a connection: what each combination of contact and watches is called, and from when. */
import { describe, expect, test } from 'vitest';
import type { LinkPhase, LinkState, WatchPhase, WatchState } from '../../../shared/model/fabric.ts';
import type { AppError } from '../../../shared/errors.ts';
import { closedLink, nextLink, type LinkFacts } from '../../../src-main/fabric/link-state.ts';

const ERROR: AppError = { code: 'unreachable', message: 'gone', retryable: true };

function watch(phase: WatchPhase, more: Partial<WatchState> = {}): WatchState {
  const seen = phase === 'live' ? { asOf: 50 } : {};
  return { phase, since: 0, objects: 0, reconnects: 0, ...seen, ...more };
}

function step(
  before: LinkPhase,
  contact: LinkFacts['contact'],
  watches: WatchState[],
  error?: AppError,
): LinkState {
  return nextLink({ ...closedLink(1), phase: before }, { contact, watches, error, nextTryAt: 900 }, 100);
}

describe('nextLink', () => {
  const listed = { asOf: 40 };
  const cases: readonly [string, LinkPhase, LinkFacts['contact'], WatchState[], LinkPhase][] = [
    ['never used', 'closed', 'none', [], 'closed'],
    ['first attempt', 'closed', 'trying', [], 'connecting'],
    ['another attempt after a failure stays failed until it succeeds', 'failed', 'trying', [], 'failed'],
    ['no contact', 'connecting', 'failed', [], 'failed'],
    ['contact, nothing started yet', 'connecting', 'made', [], 'syncing'],
    ['a list runs', 'connecting', 'made', [watch('live'), watch('listing')], 'syncing'],
    [
      'listed, watch not answered yet',
      'syncing',
      'made',
      [watch('catching-up', listed), watch('live')],
      'syncing',
    ],
    ['all live', 'syncing', 'made', [watch('live'), watch('live')], 'live'],
    [
      'denied kinds do not keep it from being live',
      'syncing',
      'made',
      [watch('live'), watch('denied')],
      'live',
    ],
    ['absent kinds do not count', 'syncing', 'made', [watch('live'), watch('absent')], 'live'],
    [
      'a renewal of a watch is no loss',
      'live',
      'made',
      [watch('catching-up', listed), watch('live')],
      'live',
    ],
    ['a new list after expiry is no loss', 'live', 'made', [watch('expired', listed), watch('live')], 'live'],
    ['one kind lost', 'live', 'made', [watch('stale', listed), watch('live')], 'stale'],
    ['coming back is not back yet', 'stale', 'made', [watch('catching-up', listed), watch('live')], 'stale'],
    ['back', 'stale', 'made', [watch('live'), watch('live')], 'live'],
    ['everything refused', 'syncing', 'made', [watch('denied'), watch('denied')], 'failed'],
    [
      'signed in as nobody: lists fail and none ever succeeded',
      'syncing',
      'made',
      [watch('stale'), watch('denied')],
      'failed',
    ],
  ];
  test.each(cases)('%s', (_name, before, contact, watches, phase) => {
    expect(step(before, contact, watches, ERROR).phase).toBe(phase);
  });

  test('since moves with the phase only', () => {
    const live = step('syncing', 'made', [watch('live')]);
    expect(live.since).toBe(100);
    const again = nextLink(live, { contact: 'made', watches: [watch('live', { asOf: 170 })] }, 200);
    expect(again).toMatchObject({ since: 100, asOf: 170 });
  });

  test('asOf is the oldest proof of all kinds', () => {
    expect(step('live', 'made', [watch('live', { asOf: 70 }), watch('stale', { asOf: 30 })]).asOf).toBe(30);
  });

  test('counts watches and, while syncing, objects', () => {
    const state = step('connecting', 'made', [
      watch('listing', { objects: 500, expected: 5000 }),
      watch('live', { objects: 7 }),
      watch('denied'),
      watch('absent'),
    ]);
    expect(state.watches).toEqual({ total: 3, live: 1, denied: 1, stale: 0 });
    expect(state.progress).toEqual({ received: 507, expected: 5007 });
    expect(step('live', 'made', [watch('live')]).progress).toBeUndefined();
  });

  test('error and next attempt are told while there is something to wait for', () => {
    expect(step('connecting', 'failed', [], ERROR)).toMatchObject({ error: ERROR, nextTryAt: 900 });
    const lost = { ...ERROR, message: 'the watch broke' };
    expect(step('live', 'made', [watch('stale', { asOf: 3, error: lost })]).error).toEqual(lost);
    const live = step('stale', 'made', [watch('live')], ERROR);
    expect(live.error).toBeUndefined();
    expect(live.nextTryAt).toBeUndefined();
  });
});
