/** Findings about a connection that stands: when each appears, and the near misses in which none may. */
import { describe, expect, test } from 'vitest';
import { accessGaps } from '../../../shared/connection/access-gaps.ts';
import { credentialExpiring } from '../../../shared/connection/credential-expiring.ts';
import { identityChanged } from '../../../shared/connection/identity-changed.ts';
import { throttled, type Throttling } from '../../../shared/connection/throttled.ts';
import { watchInterrupted } from '../../../shared/connection/watch-interrupted.ts';
import type {
  CredentialFacts,
  IdentityState,
  RequestTimes,
  WatchHealth,
} from '../../../shared/model/connection.ts';
import type { WatchPhase } from '../../../shared/model/fabric.ts';
import type { BlindSpot } from '../../../shared/model/finding.ts';
import { DAY, facts, HOUR, MINUTE, NOW, token } from './reports.ts';

const end = (what: 'client certificate' | 'authority', lifeDays: number, leftDays: number) => ({
  what,
  of: 'CN=admin',
  notBefore: NOW + (leftDays - lifeDays) * DAY,
  notAfter: NOW + leftDays * DAY,
});

describe('conn/credential-expiring', () => {
  const cases: readonly (readonly [name: string, facts: Partial<CredentialFacts>, due: boolean])[] = [
    ['a certificate of a year with 29 days left', { ends: [end('client certificate', 365, 29)] }, true],
    [
      'a certificate of a year with 36 days left: its last tenth',
      { ends: [end('client certificate', 365, 36)] },
      true,
    ],
    ['a certificate of a year with 60 days left', { ends: [end('client certificate', 365, 60)] }, false],
    ['a certificate of 100 days with 25 left', { ends: [end('client certificate', 100, 25)] }, true],
    [
      'a certificate that is over: that is another finding',
      { ends: [end('client certificate', 365, -1)] },
      false,
    ],
    ['a certificate of ten days on its first', { ends: [end('client certificate', 10, 10)] }, true],
    ['a certificate of a day with half of it left', { ends: [end('client certificate', 1, 0.5)] }, false],
    ['a certificate of a day in its last tenth', { ends: [end('client certificate', 1, 0.05)] }, true],
    ['an authority of ten years with 80 days left', { ends: [end('authority', 3650, 80)] }, true],
    ['an authority of ten years in its last tenth', { ends: [end('authority', 3650, 300)] }, false],
    ['an authority of ten years with two left', { ends: [end('authority', 3650, 730)] }, false],
    ['a token of an hour with half of it left', { ends: [token(NOW - HOUR / 2, NOW + HOUR / 2)] }, false],
    ['a token of an hour with 5 min left', { ends: [token(NOW - 55 * MINUTE, NOW + 5 * MINUTE)] }, true],
    [
      'a token of an hour with 5 min left that a command renews',
      { method: 'exec plugin', ends: [token(NOW - 55 * MINUTE, NOW + 5 * MINUTE)] },
      false,
    ],
    [
      'a token of an hour with 5 min left that is read from a file',
      { method: 'token file', ends: [token(NOW - 55 * MINUTE, NOW + 5 * MINUTE)] },
      false,
    ],
    ['an authority beside a command', { method: 'exec plugin', ends: [end('authority', 3650, 20)] }, true],
    ['a token of unknown age with 20 days left', { ends: [token(undefined, NOW + 20 * DAY)] }, true],
    ['a token of unknown age with 40 days left', { ends: [token(undefined, NOW + 40 * DAY)] }, false],
    ['nothing that ends', {}, false],
  ];
  test.each(cases)('%s', (_name, more, due) => {
    const finding = credentialExpiring('lab', facts(more), NOW);
    expect(finding?.scenario).toBe(due ? 'conn/credential-expiring' : undefined);
    if (finding === undefined) return;
    expect(finding).toMatchObject({ severity: 'medium', subject: { kind: 'Fabric', name: 'lab' } });
    expect(finding.since).toBeLessThanOrEqual(NOW);
  });

  test('the first to end is told, with the way to renew it', () => {
    const ends = [end('authority', 365, 20), end('client certificate', 365, 10)];
    const finding = credentialExpiring('lab', facts({ method: 'client certificate', ends }), NOW);
    expect(finding?.summary).toContain('in 10 d: the client certificate ends at 2026-12-08');
    expect(finding?.advice).toContain('kubeadm certs renew admin.conf');
    expect(finding?.evidence).toHaveLength(2);
  });
});

describe('conn/throttled', () => {
  const times = (refused: number, resource = 'pods'): RequestTimes => ({
    verb: 'list',
    resource,
    count: 200,
    p50: 10,
    p95: 20,
    throttled: refused,
  });
  const cases: readonly (readonly [name: string, facts: Throttling, found: boolean])[] = [
    ['many refusals', { times: [times(5), times(0, 'nodes')] }, true],
    ['a server that asks to wait', { times: [times(1)], retryAt: NOW + 10_000 }, true],
    ['two refusals that are over', { times: [times(2)] }, false],
    ['a wait that is over', { times: [times(1)], retryAt: NOW - 1 }, false],
    ['evictions that a budget forbids', { times: [times(50, 'pods/eviction')] }, false],
    ['none', { times: [times(0)] }, false],
  ];
  test.each(cases)('%s', (_name, throttling, found) => {
    const finding = throttled('lab', throttling, NOW);
    expect(finding?.scenario).toBe(found ? 'conn/throttled' : undefined);
    if (finding !== undefined) expect(finding).toMatchObject({ severity: 'medium', status: 'active' });
  });

  test('names what is refused, how often, and how the server sorted it', () => {
    const finding = throttled(
      'lab',
      { times: [times(3), times(9, 'events')], retryAt: NOW + 5000, flowSchema: 'global-default' },
      NOW,
    );
    expect(finding?.summary).toBe(
      'Fabric lab is throttled: its API server refused 12 requests for overload and asks to wait 5 s',
    );
    expect(finding?.cause).toContain('list events');
    expect(finding?.evidence.map(({ observed }) => observed)).toEqual([
      '12 of 400',
      '9 of 200',
      '3 of 200',
      '5 s',
      'global-default',
    ]);
  });
});

function watch(
  phase: WatchPhase,
  forMs: number,
  more: Partial<WatchHealth> = {},
  asOf = NOW - forMs,
): WatchHealth {
  return {
    resource: 'pods',
    group: '',
    state: { phase, since: NOW - forMs, objects: 3, reconnects: 1, asOf },
    startedAt: NOW - HOUR,
    events: 10,
    next: '',
    ...more,
  };
}
const lively = watch('live', HOUR, { resource: 'nodes', lastBookmarkAt: NOW - 30_000 }, NOW - 30_000);

describe('conn/watch-interrupted', () => {
  const cases: readonly (readonly [
    name: string,
    watches: readonly WatchHealth[],
    severity: string | undefined,
  ])[] = [
    ['stale data', [watch('stale', MINUTE), lively], 'high'],
    [
      'a watch that is silent for 100 s',
      [watch('live', HOUR, { lastBookmarkAt: NOW - 100_000 }, NOW - 100_000), lively],
      'low',
    ],
    ['catching up for two minutes', [watch('catching-up', 2 * MINUTE), lively], 'low'],
    [
      'a bookmark a minute ago',
      [watch('live', HOUR, { lastBookmarkAt: NOW - MINUTE }, NOW - MINUTE), lively],
      undefined,
    ],
    [
      'an event after an old bookmark',
      [watch('live', HOUR, { lastBookmarkAt: NOW - HOUR, lastEventAt: NOW - 1000 }, NOW - HOUR)],
      undefined,
    ],
    ['a server without bookmarks', [watch('live', HOUR), lively], undefined],
    ['a routine reconnect', [watch('stale', 3000), lively], undefined],
    ['a routine 410', [watch('expired', 1000), lively], undefined],
    ['catching up after it', [watch('catching-up', 20_000), lively], undefined],
    ['a kind that may not be read', [watch('denied', HOUR), lively], undefined],
    [
      'a first list that fails: nothing stale is shown',
      [
        {
          ...watch('stale', MINUTE),
          state: { phase: 'stale', since: NOW - MINUTE, objects: 0, reconnects: 0 },
        },
        lively,
      ],
      undefined,
    ],
    ['all of them: the connection is lost, which has its own finding', [watch('stale', MINUTE)], undefined],
  ];
  test.each(cases)('%s', (_name, watches, severity) => {
    expect(watchInterrupted('lab', watches, NOW)?.severity).toBe(severity);
  });

  test('names the kinds and since when', () => {
    const custom = watch('stale', 5 * MINUTE, { resource: 'agents', group: 'agent.githedgehog.com' });
    const finding = watchInterrupted('lab', [watch('stale', MINUTE), custom, lively], NOW);
    expect(finding?.summary).toBe(
      'Fabric lab shows stale data of pods and agents.agent.githedgehog.com, as of 2026-11-28 11:55 UTC',
    );
    expect(finding?.since).toBe(NOW - 5 * MINUTE);
  });
});

describe('conn/cluster-identity-changed', () => {
  const pinned = { uid: 'a', version: 'v1.34.0', caSha256: 'AA', firstSeen: NOW - 30 * DAY };
  const seen = { uid: 'b', version: 'v1.35.4', caSha256: 'BB', firstSeen: NOW };
  const none: readonly IdentityState[] = [
    { state: 'unknown' },
    { state: 'pinned', pinned },
    { state: 'changed', pinned },
  ];
  test.each(none)('none for %j', (identity) => {
    expect(identityChanged('lab', identity)).toBeUndefined();
  });

  test('another uid is another cluster', () => {
    const finding = identityChanged('lab', { state: 'changed', pinned, seen });
    expect(finding).toMatchObject({ scenario: 'conn/cluster-identity-changed', severity: 'high' });
    expect(finding?.summary).toContain('is another cluster');
    expect(finding?.evidence.map(({ path, observed }) => [path, observed])).toEqual([
      ['identity.uid', 'a before, b now'],
      ['identity.caSha256', 'AA before, BB now'],
      ['identity.version', 'v1.34.0 before, v1.35.4 now'],
      ['identity.firstSeen', '2026-10-29 12:00 UTC before, 2026-11-28 12:00 UTC now'],
    ]);
  });

  test('another authority of the same cluster is told as such', () => {
    const finding = identityChanged('lab', { state: 'changed', pinned, seen: { ...seen, uid: 'a' } });
    expect(finding?.summary).toContain('another server authority');
  });
});

describe('rbac/blind-spots', () => {
  const spot = (resource: string, denied: boolean, scenarios: readonly string[]): BlindSpot => ({
    kind: resource,
    group: '',
    resource,
    verb: 'list',
    ...(denied && { denied: true }),
    reason: `RBAC refuses to list ${resource}.`,
    fix: 'Grant it.',
    scenarios,
  });

  test('denials are one finding, each check counted once', () => {
    const finding = accessGaps(
      'lab',
      [spot('events', true, ['a', 'b']), spot('nodes', true, ['b']), spot('pods', false, ['c'])],
      'jane',
    );
    expect(finding).toMatchObject({ scenario: 'rbac/blind-spots', severity: 'medium' });
    expect(finding?.summary).toBe(
      'Fabric lab is seen in part: events and nodes may not be read, which 2 checks need',
    );
    expect(finding?.cause).toContain('User jane may not read 2 kinds');
    expect(finding?.evidence.map(({ path }) => path)).toEqual(['access.events', 'access.nodes']);
  });

  test.each([
    ['a list that failed', [spot('pods', false, ['c'])]],
    ['nothing', []],
  ])('none for %s', (_name, spots) => {
    expect(accessGaps('lab', spots)).toBeUndefined();
  });
});
