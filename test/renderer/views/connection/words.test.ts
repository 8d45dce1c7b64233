// The connection view in words: layers, certificates, credentials, breaker, watches.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breakerSegments,
  certificateFacts,
  credentialFacts,
  describeBreaker,
  describeEnd,
  describeReachable,
  describeSkew,
  describeTrust,
  describeWatch,
  endpointFacts,
  formatMs,
  shortPrint,
  waterfall,
} from '../../../../src-renderer/views/connection/words.ts';
import { provesNetwork } from '../../../../src-renderer/views/connection/reachable.ts';
import { sortHealth, watchLabel } from '../../../../src-renderer/views/connection/watch-order.ts';
import { certificate, DAY, probe, watch } from '../../harness/connection-parts.ts';
import { liveView, pausedView, tlsView } from '../../harness/connections.ts';

const NOW = new Date(2026, 10, 28, 14, 32, 0).getTime();
const MINUTE = 60_000;

describe('waterfall', () => {
  it('puts each layer behind the one before it', () => {
    expect(waterfall([{ ms: 10 }, { ms: 30 }, {}])).toEqual([
      { start: 0, width: 25 },
      { start: 25, width: 75 },
      { start: 100, width: 0 },
    ]);
  });

  it('never leaves the strip, whatever was measured', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ ms: fc.integer({ min: 0, max: 120_000 }) })), (steps) => {
        for (const { start, width } of waterfall(steps)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + width).toBeLessThanOrEqual(100.000001);
        }
      }),
    );
  });
});

it.each([
  [[], undefined],
  [['demo'], 'demo is reachable, so your network is fine'],
  [['a', 'b'], 'a and b are reachable, so your network is fine'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more are reachable, so your network is fine'],
])('says of %j that %s', (names, text) => {
  expect(describeReachable(names)).toBe(text);
});

it('takes only what lies beyond this computer as a proof of its network', () => {
  const list = [
    { id: 'far', server: 'https://api.far.example:6443' },
    { id: 'demo', server: 'https://10.0.0.1:6443', demo: true as const },
    { id: 'kind', server: 'https://127.0.0.1:38211' },
    { id: 'six', server: 'https://[::1]:6443' },
    { id: 'broken', server: 'no address' },
    { id: 'none' },
  ];
  expect(provesNetwork(['far', 'demo', 'kind', 'six', 'broken', 'none', 'gone'], list)).toEqual(['far']);
});

it.each([
  [NOW - 12 * MINUTE, false, 'today 14:20:00, expired 12 min ago', 'critical'],
  [NOW + 2 * DAY, false, '30 Nov 14:32:00, 2 d left', 'high'],
  [NOW + 2 * DAY, true, '30 Nov 14:32:00, 2 d left', undefined],
  [NOW + 40 * DAY, false, '7 Jan 2027 14:32:00, 40 d left', undefined],
])('says when something ends', (at, renewed, value, tone) => {
  expect(describeEnd(at, NOW, renewed)).toEqual(tone === undefined ? { value } : { value, tone });
});

it.each([
  [300, 'clock difference 0.3 s', false],
  [-59_000, 'clock difference 59 s', false],
  [6 * MINUTE, 'server clock 6 min ahead', true],
  [-90 * MINUTE, 'server clock 1 h behind', true],
])('says of %d ms: %s', (ms, text, large) => {
  expect(describeSkew(ms)).toEqual({ text, large });
});

it.each([
  [4.4, '4 ms'],
  [1234, '1.2 s'],
  [40_200, '40 s'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

describe('trust of the presented chain', () => {
  const failed = [{ layer: 'tls' as const, state: 'failed' as const, says: 'x' }];
  const ca = certificate(NOW, { subject: 'CN=prod-fra1-ca', sha256: 'AA' });
  it.each([
    ['verified by the handshake', probe(NOW), 'matches your configured CA'],
    [
      'system authorities',
      probe(NOW, { authorities: [] }),
      'checked against the authorities of this computer',
    ],
    [
      'a name alone proves nothing',
      probe(NOW, { steps: failed }),
      'named like your configured CA, but its key may be another',
    ],
    [
      'another issuer',
      probe(NOW, { steps: failed, chain: [certificate(NOW, { issuer: 'CN=proxy' })] }),
      'not your configured CA',
    ],
    [
      'the authority itself is presented',
      probe(NOW, { steps: failed, chain: [certificate(NOW), ca], authorities: [ca] }),
      'matches your configured CA',
    ],
    ['no chain', probe(NOW, { chain: [] }), undefined],
  ])('%s', (_, report, text) => {
    expect(describeTrust(report)).toBe(text);
  });
});

it('lists a certificate that is not valid yet as such', () => {
  const report = probe(NOW, { chain: [certificate(NOW, { notBefore: NOW + 5 * MINUTE })] });
  expect(certificateFacts(report, NOW).find((fact) => fact.name === 'Valid from')).toMatchObject({
    value: 'today 14:37:00, in 5 min',
    tone: 'critical',
  });
});

it('names what is known of credentials, and a program that is missing', () => {
  const { credentials } = pausedView(NOW);
  const facts = credentials ? credentialFacts(credentials, NOW) : [];
  expect(facts.map((fact) => fact.name)).toEqual(['Method', 'Token', 'Program', 'Found at', 'To install']);
  expect(facts.find((fact) => fact.name === 'Found at')).toMatchObject({ tone: 'critical' });
});

it('does not colour a token that its program renews', () => {
  const { credentials } = liveView(NOW);
  const token = credentials
    ? credentialFacts(credentials, NOW).find((fact) => fact.name === 'Token')
    : undefined;
  expect(token?.value).toContain('14 min left');
  expect(token?.tone).toBeUndefined();
});

it('says where the proxy comes from, and that no address was found', () => {
  const facts = endpointFacts(
    probe(NOW, { addresses: [], proxy: { url: 'http://p:3128', from: 'environment' } }),
  );
  expect(facts).toContainEqual({ name: 'Addresses', value: 'none found', mono: false });
  expect(facts).toContainEqual({
    name: 'Proxy',
    value: 'http://p:3128',
    mono: true,
    note: 'from the environment',
  });
});

it.each([
  ['closed', liveView(NOW), 'The last attempt was answered.'],
  [
    'failing',
    { ...liveView(NOW), breaker: { state: 'closed' as const, failures: 2 } },
    '2 attempts in a row failed. Attempts follow',
  ],
  ['open', tlsView(NOW), '5 attempts in a row failed, so only one attempt a minute is made.'],
  [
    'half-open',
    { ...tlsView(NOW), breaker: { state: 'half-open' as const, failures: 5 } },
    'One attempt is let through now',
  ],
  ['paused', pausedView(NOW), 'Nothing is sent since 14:29:00'],
  [
    'stopped',
    { ...tlsView(NOW), pause: { since: NOW, why: 'user' as const } },
    'You stopped the retries at 14:32:00.',
  ],
])('describes the breaker: %s', (_, view, text) => {
  expect(describeBreaker(view, NOW)).toContain(text);
});

it('counts down to the half-open breaker, and not below zero', () => {
  const breaker = { state: 'open' as const, failures: 5, halfOpenAt: NOW + 33_500 };
  expect(breakerSegments(breaker, NOW).at(-1)?.text).toBe('Half-open in 34 s');
  expect(breakerSegments(breaker, NOW + MINUTE).at(-1)?.text).toBe('Half-open');
});

describe('watches', () => {
  it('says how long one is stale, and the status of a denial', () => {
    expect(describeWatch(watch(NOW, 'pods', '', 'stale'), NOW)).toEqual({
      state: 'stale',
      text: 'Stale for 4 min',
    });
    expect(describeWatch(watch(NOW, 'pods', '', 'denied'), NOW).text).toBe('Denied (403)');
    expect(describeWatch(watch(NOW, 'pods', '', 'live'), NOW)).toEqual({ state: 'ok', text: 'Live' });
  });

  it('puts what needs attention first, then by name', () => {
    const list = [
      watch(NOW, 'services', '', 'live'),
      watch(NOW, 'pods', '', 'live'),
      watch(NOW, 'secrets', '', 'denied', { namespace: 'shop' }),
      watch(NOW, 'nodes', '', 'stale'),
    ];
    expect(sortHealth(list).map(watchLabel)).toEqual(['nodes', 'secrets in shop', 'pods', 'services']);
  });
});

it('shortens a fingerprint and leaves a short one', () => {
  expect(shortPrint('AA:BB')).toBe('AA:BB');
  expect(shortPrint(certificate(NOW).sha256)).toBe('9C:41:E0:7D … 2B:08:F6:A3');
});
