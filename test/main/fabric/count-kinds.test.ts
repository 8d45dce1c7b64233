/** Counting the objects of a kind for the tree: what the server's small list can say, and what it leaves open. */
import { describe, expect, test } from 'vitest';
import { AppFailure } from '../../../shared/errors.ts';
import { countKinds } from '../../../src-main/fabric/count-kinds.ts';
import type { Session } from '../../../src-main/fabric/session.ts';
import { createObjectStore } from '../../../src-main/store/object-store.ts';

const WIDGETS = { group: 'example.com', version: 'v1', resource: 'widgets' };

function sessionThat(getJson: () => Promise<unknown>): Session {
  return { client: { getJson }, store: createObjectStore() } as unknown as Session;
}

describe('the number of objects of a kind that is not watched', () => {
  test.each([
    ['an empty list, which the server writes as null', { metadata: {}, items: null }, 0],
    ['a list of one', { metadata: {}, items: [{}] }, 1],
    [
      'a first page with a remainder',
      { metadata: { continue: 'x', remainingItemCount: 41 }, items: [{}] },
      42,
    ],
    ['a first page without a remainder', { metadata: { continue: 'x' }, items: [{}] }, 'unknown'],
    ['something that is no list', { kind: 'Status' }, 'unknown'],
    ['nothing', null, 'unknown'],
  ])('%s', async (_what, answer, count) => {
    const counts = await countKinds(
      sessionThat(() => Promise.resolve(answer)),
      [WIDGETS],
    );
    expect(counts).toEqual([{ ...WIDGETS, count }]);
  });

  test('a refusal is told from a failure', async () => {
    const fail = (code: 'forbidden' | 'timeout') => () =>
      Promise.reject(new AppFailure({ code, message: code, retryable: false }));
    expect(await countKinds(sessionThat(fail('forbidden')), [WIDGETS])).toEqual([
      { ...WIDGETS, count: 'denied' },
    ]);
    expect(await countKinds(sessionThat(fail('timeout')), [WIDGETS])).toEqual([
      { ...WIDGETS, count: 'unknown' },
    ]);
  });
});
