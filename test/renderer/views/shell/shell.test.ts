// Pure parts of the shell: tiles, keys, watches, blind spots.
import { expect, it } from 'vitest';
import type { WatchPhase } from '../../../../shared/model/fabric.ts';
import { describeBlindSpots, placeOf } from '../../../../src-renderer/views/shell/blind-spots.ts';
import { groupShortcuts } from '../../../../src-renderer/views/shell/key-groups.ts';
import { describeGuard } from '../../../../src-renderer/views/shell/guard-words.ts';
import { describeCredentials, initialsOf, tileCounts } from '../../../../src-renderer/views/shell/tile.ts';
import { countOf, sortWatches, watchName } from '../../../../src-renderer/views/shell/watches.ts';
import { makeBlindSpot } from '../../make-finding.ts';

const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
const written = (counts: Parameters<typeof tileCounts>[0]) =>
  tileCounts(counts).map(({ count, word, severity }) => `${String(count)}${word || ` (${severity})`}`);

it('shows counts with words where there is room, and the worst ones where there is little', () => {
  expect(written(none)).toEqual([]);
  expect(written({ ...none, critical: 2, high: 3 })).toEqual(['2 critical', '3 high']);
  expect(written({ ...none, critical: 2, high: 3, low: 1 })).toEqual(['2 (critical)', '3 (high)', '1 (low)']);
  expect(written({ critical: 500, high: 500, medium: 500, low: 500, info: 500 })).toEqual([
    '500 (critical)',
    '500 (high)',
    '500 (medium)',
  ]);
});

it.each([
  ['prod-fra1', 'PF'],
  ['kind', 'KI'],
  ['arn:aws:eks', 'AA'],
  ['ümlaut-örtlich', 'ÜÖ'],
  ['--', '?'],
  ['', '?'],
])('%s is %s', (context, letters) => {
  expect(initialsOf(context)).toBe(letters);
});

it('groups keys, and leaves out what is unlisted, double or does nothing now', () => {
  const entry = (keys: string, group: string, more = {}) => ({
    keys,
    group,
    label: keys,
    run: () => undefined,
    ...more,
  });
  const groups = groupShortcuts([
    entry('?', 'All'),
    entry('j', 'List'),
    entry('j', 'List'),
    entry('Alt+2', 'All', { unlisted: true }),
    entry('s', 'List', { when: () => false }),
  ]);
  expect(groups.map((group) => [group.name, group.shortcuts.map((one) => one.keys)])).toEqual([
    ['All', ['?']],
    ['List', ['j']],
  ]);
});

it('puts watches that need attention first', () => {
  const watch = (resource: string, phase: WatchPhase, group = '') => ({
    group,
    version: 'v1',
    resource,
    state: { phase, since: 0, objects: 1204, reconnects: 0 },
  });
  const sorted = sortWatches([
    watch('pods', 'live'),
    watch('jobs', 'absent', 'batch'),
    watch('nodes', 'live'),
    watch('secrets', 'denied'),
    watch('events', 'stale'),
  ]);
  expect(sorted.map(watchName)).toEqual(['events', 'secrets', 'nodes', 'pods', 'jobs.batch']);
  expect(countOf({ phase: 'live', since: 0, objects: 1204, expected: 5000, reconnects: 0 })).toBe('1,204');
  expect(countOf({ phase: 'listing', since: 0, objects: 500, expected: 1204, reconnects: 0 })).toBe(
    '500 of 1,204',
  );
});

it('writes blind spots for whoever can grant what is missing', () => {
  const spot = makeBlindSpot({ group: 'apps', resource: 'deployments', namespace: 'shop' });
  expect(placeOf(spot)).toBe('apps, namespace shop');
  expect(describeBlindSpots('prod', [makeBlindSpot(), spot])).toBe(
    'Hedgerow cannot look at the following in prod:\n\n' +
      '- list secrets (core API)\n  The server refuses list on secrets.\n  Ask for list on secrets.\n  Checks that need it: pod/secret-missing\n' +
      '- list deployments (apps, namespace shop)\n  The server refuses list on secrets.\n  Ask for list on secrets.\n  Checks that need it: pod/secret-missing\n',
  );
});

it.each([
  [undefined, 'token', undefined],
  [6, 'token', { text: 'token 6 d left', near: false }],
  [2, 'client certificate', { text: 'certificate 2 d left', near: true }],
  [-1, 'token', { text: 'token expired', near: true }],
  [40, 'token', undefined],
  [0.01, 'exec plugin', undefined],
  [-1, 'exec plugin', undefined],
  [6, 'exec plugin', { text: 'token 6 d left', near: false }],
] as const)('says of credentials with %s days left by %s: %o', (days, signIn, words) => {
  const now = Date.UTC(2026, 10, 28);
  const credentialsEndAt = days === undefined ? undefined : now + days * 24 * 3600_000 + 1000;
  expect(
    describeCredentials({ signIn, ...(credentialsEndAt === undefined ? {} : { credentialsEndAt }) }, now),
  ).toEqual(words);
});

it('says whether there may be writes, and for how long', () => {
  expect(describeGuard({ state: 'locked' }, 0)).toBe('Read-only');
  expect(describeGuard({ state: 'locked', barred: 'The data is stale.' }, 0)).toBe('Read-only, blocked');
  expect(describeGuard({ state: 'unlocked', until: 9.5 * 60_000 }, 0)).toBe('Writes unlocked, 9 min');
  expect(describeGuard({ state: 'unlocked' }, 0)).toBe('Writes unlocked');
});
