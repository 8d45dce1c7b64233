/** Sentences about several pods, ids, and the order of findings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingId } from '../../../shared/diagnosis/finding-id.ts';
import { groupSummary } from '../../../shared/diagnosis/group-summary.ts';
import { compareFindings, lowerConfidence, shiftSeverity } from '../../../shared/diagnosis/rank.ts';
import { SEVERITIES, type Finding } from '../../../shared/model/finding.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u' };

describe('groupSummary', () => {
  it.each([
    ['crash-loop: container main exits with 3', 'crash-loops: container main exits with 3'],
    ['wait for ConfigMap app', 'waits for ConfigMap app'],
    ['are killed for exceeding 64Mi', 'is killed for exceeding 64Mi'],
    ['were evicted', 'was evicted'],
    ['have no image', 'has no image'],
    ['do not start', 'does not start'],
    ['go away', 'goes away'],
    ['cannot pull image x:1', 'cannot pull image x:1'],
    ['must be moved', 'must be moved'],
    ['restarted twice', 'restarted twice'],
    ['exceed the limit', 'exceeds the limit'],
    ['need Secret db', 'needs Secret db'],
    ['fail', 'fails'],
    ['miss a key', 'misses a key'],
    ['crash at start', 'crashes at start'],
    ['retry', 'retries'],
    ['stay Pending', 'stays Pending'],
    ['', ''],
  ])('turns "%s" into the singular', (plural, singular) => {
    expect(groupSummary(web, plural, 1, 3)).toBe(`1 of 3 pods of Deployment shop/web ${singular}`);
    expect(groupSummary(web, plural, 2, 3)).toBe(`2 of 3 pods of Deployment shop/web ${plural}`);
  });

  it('never speaks of fewer pods than fail', () => {
    expect(groupSummary(web, 'fail', 3, 1)).toBe('All 3 pods of Deployment shop/web fail');
  });
});

describe('findingId', () => {
  const identity = { scenario: 'pod/oom-killed', subject: web, revision: 'r', part: 'main', same: 'x' };

  it('is the same in every process', () => {
    expect(findingId(identity)).toBe('9f1mkhj4a3122');
    expect(findingId({ scenario: 'a/b', subject: { apiVersion: 'v1', kind: 'Node', name: 'n' } })).toBe(
      'd06t05p05k2we',
    );
  });

  it('depends on the uid where there is one, and on the name where there is none', () => {
    expect(findingId({ ...identity, subject: { ...web, name: 'renamed' } })).toBe(findingId(identity));
    const { uid: _uid, ...absent } = web;
    const other = findingId({ ...identity, subject: { ...absent, name: 'other' } });
    expect(findingId({ ...identity, subject: absent })).not.toBe(other);
  });

  it('takes a missing part for an empty one', () => {
    expect(findingId({ scenario: 's', subject: web })).toBe(
      findingId({ scenario: 's', subject: web, part: '', same: '' }),
    );
  });

  it('differs whenever anything differs, and always has 13 characters', () => {
    const text = fc.string({ maxLength: 12 });
    const identities = fc.uniqueArray(fc.tuple(text, text, text, text, text), {
      minLength: 2,
      maxLength: 200,
      selector: (one) => JSON.stringify(one),
    });
    fc.assert(
      fc.property(identities, (all) => {
        const ids = all.map(([scenario, name, revision, part, same]) =>
          findingId({ scenario, subject: { apiVersion: 'v1', kind: 'Pod', name }, revision, part, same }),
        );
        expect(new Set(ids).size).toBe(all.length);
        for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{13}$/);
      }),
      { numRuns: 50 },
    );
  });

  it('scatters ids that differ in one character only', () => {
    const ids = Array.from({ length: 50_000 }, (_, index) =>
      findingId({ scenario: 's', subject: { ...web, uid: `pod-${index}` } }),
    );
    expect(new Set(ids).size).toBe(ids.length);
    // No character stands still: all 32 are about equally frequent in each place but the first, which holds 4 bits.
    for (let place = 1; place < 13; place += 1) {
      expect(new Set(ids.map((id) => id[place])).size).toBe(32);
    }
  });
});

describe('rank', () => {
  it('moves severities within the scale, and never raises context', () => {
    expect(SEVERITIES.map((severity) => shiftSeverity(severity, 1))).toEqual([
      'critical',
      'critical',
      'high',
      'medium',
      'info',
    ]);
    expect(SEVERITIES.map((severity) => shiftSeverity(severity, -1))).toEqual([
      'high',
      'medium',
      'low',
      'info',
      'info',
    ]);
    expect(['high', 'medium', 'low'].map((one) => lowerConfidence(one as 'high'))).toEqual([
      'medium',
      'low',
      'low',
    ]);
  });

  const base: Finding = {
    id: 'm',
    scenario: 'pod/x',
    subject: web,
    severity: 'high',
    summary: '',
    cause: '',
    advice: '',
    evidence: [],
    confidence: 'medium',
    since: 100,
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
  };
  const { since: _since, ...ageless } = base;

  it.each<[string, Finding, Finding]>([
    ['severity', { ...base, severity: 'critical' }, { ...base, members: [web, web, web] }],
    ['members', { ...base, members: [web, web] }, { ...base, confidence: 'high' }],
    ['effects', { ...base, effects: ['x'] }, { ...base, confidence: 'high' }],
    ['exposure', { ...base, id: 'exposed' }, { ...base, confidence: 'high' }],
    ['confidence', { ...base, confidence: 'high' }, { ...base, since: 1 }],
    ['age', { ...base, since: 99 }, { ...base, scenario: 'a/a' }],
    ['a known age', base, { ...ageless, scenario: 'a/a' }],
    ['scenario', { ...base, scenario: 'a/a' }, { ...base, subject: { ...web, name: 'a' } }],
    ['name', { ...base, subject: { ...web, name: 'a' } }, { ...base, id: 'a' }],
    ['id', { ...base, id: 'a' }, base],
  ])('ranks by %s', (_name, first, second) => {
    const isExposed = ({ id }: Finding): boolean => id === 'exposed';
    expect(compareFindings(first, second, isExposed)).toBeLessThan(0);
    expect(compareFindings(second, first, isExposed)).toBeGreaterThan(0);
    expect(compareFindings(first, first, isExposed)).toBe(0);
  });
});
