// Which finding marks which row.
import { describe, expect, it } from 'vitest';
import type { Finding, Severity } from '../../../../shared/model/finding.ts';
import type { Ref } from '../../../../shared/model/ref.ts';
import { indexHealth, linkFinding } from '../../../../src-renderer/views/resources/health-index.ts';

function ref(kind: string, name: string, apiVersion = 'v1'): Ref {
  return { apiVersion, kind, namespace: 'shop', name, uid: `uid-${name}` };
}

function finding(id: string, severity: Severity, subject: Ref, more: Partial<Finding> = {}): Finding {
  return {
    id,
    severity,
    subject,
    scenario: 'pod/oom-killed',
    summary: `About ${id}`,
    cause: '',
    advice: '',
    evidence: [],
    confidence: 'high',
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
    ...more,
  };
}

describe('indexHealth', () => {
  const index = indexHealth([
    finding('a', 'medium', ref('Deployment', 'web', 'apps/v1'), {
      members: [ref('Pod', 'web-1'), ref('Pod', 'web-2')],
    }),
    finding('b', 'critical', ref('Pod', 'web-2'), { status: 'unverified' }),
    finding('c', 'low', { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'missing' }),
  ]);

  it('joins subjects and members by uid, the worst first', () => {
    expect([...index.byUid].map(([uid, { severity, unverified }]) => [uid, severity, unverified])).toEqual([
      ['uid-web', 'medium', false],
      ['uid-web-1', 'medium', false],
      ['uid-web-2', 'critical', true],
    ]);
  });

  it('knows the worst of each kind, absent objects included', () => {
    expect(Object.fromEntries(index.byKind)).toEqual({
      'apps/Deployment': 'medium',
      '/Pod': 'critical',
      '/ConfigMap': 'low',
    });
  });
});

describe('linkFinding', () => {
  const byId = new Map(
    [
      finding('root', 'high', ref('Node', 'n1')),
      finding('middle', 'medium', ref('Pod', 'p1'), { rootCause: 'root' }),
      finding('leaf', 'low', ref('Service', 's1'), { rootCause: 'middle' }),
      finding('orphan', 'low', ref('Service', 's2'), { rootCause: 'gone' }),
      finding('ring-1', 'low', ref('Service', 's3'), { rootCause: 'ring-2' }),
      finding('ring-2', 'low', ref('Service', 's4'), { rootCause: 'ring-1' }),
    ].map((one) => [one.id, one]),
  );

  it.each([
    ['root', 'root', 'root', 'high'],
    ['middle', 'root', 'effect', 'medium'],
    ['leaf', 'root', 'effect', 'low'],
    ['orphan', 'orphan', 'root', 'low'],
    ['ring-1', 'ring-2', 'effect', 'low'],
  ])('%s leads to %s', (id, target, relation, severity) => {
    expect(linkFinding(id, byId)).toEqual({ id: target, relation, severity, summary: `About ${target}` });
  });

  it('has nothing to say of a finding that is gone', () => {
    expect(linkFinding('nothing', byId)).toBeUndefined();
  });
});
