// What the connection view says first, and what it hands to somebody else.
import { expect, it } from 'vitest';
import { connectionFindings, headlineOf } from '../../../../src-renderer/views/connection/headline.ts';
import { exportProbe, writeReport } from '../../../../src-renderer/views/connection/report.ts';
import { REFUSED } from '../../harness/connection-parts.ts';
import { liveView, pausedView, tlsView } from '../../harness/connections.ts';
import { makeFabric, makeFinding, makeLink, makeRef } from '../../make-finding.ts';

const NOW = new Date(2026, 10, 28, 14, 32, 0).getTime();
const live = makeFabric('prod', makeLink('live', { watches: { total: 67, live: 65, denied: 2, stale: 0 } }));
const about = makeFinding('f', {
  scenario: 'conn/tls-untrusted',
  severity: 'critical',
  subject: makeRef('Fabric', 'prod', undefined, null),
  summary: 'prod is unreachable',
});

it.each([
  ['all is well', live, null, undefined, 'ok', 'prod answers, and 65 of 67 watches are live.'],
  ['a finding says it', live, null, about, 'failed', 'prod is unreachable'],
  [
    'a lesser finding waits behind another cluster',
    { ...live, identity: 'changed' as const },
    null,
    { ...about, severity: 'medium' as const },
    'failed',
    'Another cluster answers as prod',
  ],
  [
    'a pause',
    { ...live, pause: { since: NOW, why: 'sign-in' as const, error: REFUSED } },
    null,
    undefined,
    'failed',
    REFUSED.message,
  ],
  [
    'stopped by hand',
    { ...live, pause: { since: NOW, why: 'user' as const } },
    null,
    undefined,
    'unknown',
    'You stopped the retries of prod at 14:32:00.',
  ],
  [
    'the error of the probe',
    makeFabric('prod', makeLink('failed')),
    tlsView(NOW),
    undefined,
    'failed',
    'expired 12 minutes ago',
  ],
  [
    'nothing but a failure',
    makeFabric('prod', makeLink('failed')),
    null,
    undefined,
    'failed',
    'prod cannot be reached.',
  ],
  ['stale', makeFabric('prod', makeLink('stale')), null, undefined, 'stale', 'Contact with prod is lost.'],
  ['connecting', makeFabric('prod', makeLink('connecting')), null, undefined, 'busy', 'making contact'],
  ['syncing', makeFabric('prod', makeLink('syncing')), null, undefined, 'busy', 'lists are being read'],
  ['closed', makeFabric('prod', makeLink('closed')), null, undefined, 'none', 'not open'],
])('%s', (_, fabric, view, finding, state, sentence) => {
  const headline = headlineOf(fabric, view, finding, NOW);
  expect(headline.state).toBe(state);
  expect(headline.sentence).toContain(sentence);
});

it('takes findings about the fabric, and not those about a Hedgehog Fabric or one that clears', () => {
  const object = makeFinding('g', { subject: makeRef('Fabric', 'spine', 'default', 'uid-1') });
  const gone = { ...about, id: 'h', status: 'clearing' as const };
  expect(connectionFindings([makeFinding('a'), about, object, gone])).toEqual([about]);
});

it('writes a report with layers, facts and attempts, and without hidden characters', () => {
  const view = tlsView(NOW);
  const text = writeReport(live, view, headlineOf(live, view, { ...about, summary: 'a\u202eb' }, NOW), NOW);
  expect(text).toContain('conn/tls-untrusted: a\ufffdb');
  expect(text).toContain('- TLS: failed, 41 ms. Server certificate expired 12 minutes ago');
  expect(text).toContain('- API: not tried.');
  expect(text).toContain('Valid until: today 14:20:00, expired 12 min ago');
  expect(text.match(/ failed, 64 ms/g)).toHaveLength(5);
});

it('exports the probe under a safe name, and nothing where there is none', () => {
  const { probe: _, ...without } = pausedView(NOW);
  expect(exportProbe('prod', without)).toBeUndefined();
  const file = exportProbe('../arn:aws/x y', liveView(NOW));
  expect(file?.name).toBe('probe-..-arn-aws-x-y.json');
  expect(JSON.parse(file?.text ?? '')).toMatchObject({
    fabric: '../arn:aws/x y',
    probe: { version: 'v1.35.2' },
  });
});
