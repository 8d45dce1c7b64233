// A finding in words.
import { describe, expect, it } from 'vitest';
import {
  describeImpact,
  describePart,
  effectsBelow,
  nameScenario,
  pathParts,
  summarise,
  writeEffect,
  writeSubject,
  writeTitle,
} from '../../../../src-renderer/views/triage/words.ts';
import { linkFindings, makeFinding, makeRef } from '../../make-finding.ts';

it('writes subjects with and without a namespace', () => {
  expect(writeSubject(makeRef('Pod', 'web', 'shop'))).toBe('shop/Pod/web');
  expect(writeSubject(makeRef('Node', 'n1'))).toBe('Node/n1');
});

it.each([
  ['pod/crash-loop-back-off', 'Crash loop back off'],
  ['pod/oom-killed', 'OOM killed'],
  ['pvc/almost-full', 'Almost full'],
  ['ingress/tls-secret-missing', 'TLS secret missing'],
  ['odd', 'Odd'],
])('names %s %s', (scenario, name) => {
  expect(nameScenario(scenario)).toBe(name);
});

it('breaks a field path at its joints', () => {
  expect(pathParts('status.conditions[Ready].reason')).toEqual([
    'status.',
    'conditions',
    '[Ready].',
    'reason',
  ]);
});

it('calls the part of a pod a container', () => {
  expect(describePart('pod/oom-killed', 'main')).toBe('container main');
  expect(describePart('service/no-ready-endpoints', '8080')).toBe('8080');
});

it.each([
  [
    '3 of 4 pods of Deployment shop/web crash-loop',
    makeRef('Deployment', 'web', 'shop'),
    '3 of 4 pods of web crash-loop',
  ],
  ['Node n1 is not ready', makeRef('Node', 'n1'), 'n1 is not ready'],
  ['PVC data is full', makeRef('PersistentVolumeClaim', 'data', 'db'), 'PVC data is full'],
  ['Pod a/$& is killed', makeRef('Pod', '$&', 'a'), '$& is killed'],
])('shortens %j where the row names the object anyway', (summary, subject, title) => {
  expect(writeTitle({ summary, subject })).toBe(title);
});

it('names the namespace of an effect only where it is another one', () => {
  const effect = makeFinding('web');
  expect(writeEffect(effect, 'shop')).toBe('Pod web restarts');
  expect(writeEffect(effect, 'other')).toBe('Pod shop/web restarts');
  const node = makeFinding('n1', { subject: makeRef('Node', 'n1'), summary: 'Node n1 is not ready' });
  expect(writeEffect(node, undefined)).toBe('Node n1 is not ready');
});

describe('describeImpact', () => {
  it('counts members and effects by kind, each object once', () => {
    const pods = ['a', 'b', 'c'].map((name) => makeRef('Pod', name, 'shop'));
    const finding = makeFinding('x', { subject: makeRef('Deployment', 'web', 'shop'), members: pods });
    const again = makeFinding('y', { subject: pods[0] ?? makeRef('Pod', 'a') });
    const ingress = makeFinding('z', { subject: makeRef('Ingress', 'pay', 'shop') });
    expect(describeImpact(finding, [again, ingress])).toBe('3 Pods, 1 Ingress');
  });

  it('says nothing where only the subject suffers', () => {
    expect(describeImpact(makeFinding('x'), [])).toBeUndefined();
  });
});

it('walks all effects below once, circles included', () => {
  const byId = linkFindings(
    makeFinding('a', { rootCause: 'c' }),
    makeFinding('b', { rootCause: 'a' }),
    makeFinding('c', { rootCause: 'b' }),
  );
  const a = byId.get('a') ?? makeFinding('a');
  expect(effectsBelow(a, (id) => byId.get(id)).map((one) => one.id)).toEqual(['b', 'c']);
});

it('writes a summary that stands alone', () => {
  const finding = makeFinding('web', {
    severity: 'critical',
    since: Date.UTC(2026, 10, 20, 14, 14, 2),
    part: 'main',
    evidence: [
      { ref: makeRef('Pod', 'web', 'shop'), path: 'status.phase', observed: 'Failed\u202e', why: 'It ended' },
    ],
    notChecked: ['Secret'],
    log: {
      pod: makeRef('Pod', 'web', 'shop'),
      container: 'main',
      previous: true,
      firstError: 0,
      lines: [{ number: 7, text: 'panic: no database' }],
    },
  });
  const text = summarise(
    finding,
    'prod',
    [makeFinding('svc', { severity: 'high' })],
    Date.UTC(2026, 10, 20, 14, 32, 2),
  );
  expect(text).toContain('[CRITICAL] Pod shop/web restarts\nFabric: prod\nObject: shop/Pod/web (main)\n');
  expect(text).toContain('Since: 2026-11-20T14:14:02.000Z (18 min, ');
  expect(text).toContain('Why: It exits.\nNext step: Read its log.\n');
  expect(text).toContain('- shop/Pod/web status.phase = Failed\ufffd (It ended)');
  expect(text).toContain('Effects (1):\n- [high] Pod shop/svc restarts');
  expect(text).toContain('First error in the previous log of web/main:\npanic: no database');
  expect(text).toContain('Not checked: Secret');
});
