// When triage says healthy, and when it may not.
import { expect, it } from 'vitest';
import type { FabricFindings } from '../../../../src-renderer/state/findings.svelte.ts';
import { describeForest, isReading, viewStateOf } from '../../../../src-renderer/views/triage/view-state.ts';
import { makeBlindSpot, makeLink } from '../../make-finding.ts';

type Known = Parameters<typeof viewStateOf>[1];
const empty: FabricFindings['forest'] = { roots: [], symptoms: 0 };
const some: FabricFindings['forest'] = {
  roots: [{ id: 'a', severity: 'high', children: [], below: 0 }],
  symptoms: 0,
};
const verified: Known = {
  forest: empty,
  synced: true,
  complete: true,
  error: null,
  blindSpots: [],
  checks: { ran: 5, total: 5 },
};
const problem = { code: 'context-broken', message: 'x', retryable: false } as const;

it.each([
  ['verified', makeLink('live'), verified],
  ['unverified', makeLink('live'), { ...verified, blindSpots: [makeBlindSpot()], complete: false }],
  ['unverified', makeLink('live'), { ...verified, checks: { ran: 4, total: 5 } }],
  ['unverified', makeLink('live'), { ...verified, checks: { ran: 0, total: 0 } }],
  ['unverified', makeLink('live'), { ...verified, complete: false }],
  ['denied', makeLink('live', { watches: { total: 4, live: 0, denied: 4, stale: 0 } }), verified],
  ['loading', makeLink('syncing'), verified],
  ['loading', makeLink('live'), { ...verified, synced: false }],
  ['loading', makeLink('connecting'), { ...verified, synced: false }],
  ['stale', makeLink('stale'), verified],
  ['failed', makeLink('failed'), verified],
  ['closed', makeLink('closed'), { ...verified, forest: some }],
  ['findings', makeLink('stale'), { ...verified, forest: some }],
  ['findings', makeLink('failed'), { ...verified, forest: some }],
  ['findings', makeLink('syncing'), { ...verified, forest: some, synced: false }],
  ['unreadable', makeLink('live'), { ...verified, error: problem }],
] as const)('%s while %o', (state, link, known) => {
  expect(viewStateOf({ link }, known)).toBe(state);
});

it('puts a broken context above all', () => {
  expect(viewStateOf({ link: makeLink('closed'), problem }, verified)).toBe('broken');
});

it('says what explains what, and while lists run that there may be more', () => {
  const root = (below: number) => ({ id: 'a', severity: 'high' as const, children: [], below });
  expect(describeForest({ roots: [root(46), root(0)], symptoms: 46 }, false)).toBe(
    '2 root causes explain 46 symptoms',
  );
  expect(describeForest({ roots: [root(1)], symptoms: 1 }, false)).toBe('1 root cause explains 1 symptom');
  expect(describeForest({ roots: [root(0)], symptoms: 0 }, false)).toBe('1 root cause');
  expect(describeForest({ roots: [root(3)], symptoms: 3 }, true)).toBe('1 root cause so far');
  expect(isReading(makeLink('syncing'), { synced: false })).toBe(true);
  expect(isReading(makeLink('live'), { synced: true })).toBe(false);
  expect(isReading(makeLink('failed'), { synced: false })).toBe(false);
});
