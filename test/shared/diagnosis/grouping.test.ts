/** Pods of one workload revision with one failure are one finding on the workload. */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../shared/diagnosis/engine.ts';
import { refOf } from '../../../shared/cluster/refs.ts';
import { formatRef } from '../../../shared/model/ref.ts';
import type { Diagnosis, Finding } from '../../../shared/model/finding.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { defineScenario } from '../../../shared/model/scenario.ts';
import { build, buildDeployment, buildPod, controlledBy } from '../objects.ts';
import { storeOf } from '../stores.ts';

/** Whatever label `exit` says: the pod crash-loops with that code. */
const crashes = defineScenario({
  id: 'pod/crash-loop-back-off',
  title: '',
  subject: 'Pod',
  needs: [],
  mayRead: [],
  diagnose(pod): Diagnosis[] {
    const { exit, ungrouped, severity, since } = pod.metadata.labels ?? {};
    if (exit === undefined) return [];
    const ref = refOf(pod);
    return [
      {
        part: 'main',
        severity: severity === 'critical' ? 'critical' : 'high',
        summary: `${formatRef(ref)} crash-loops with ${exit}`,
        ...(ungrouped === undefined
          ? { ofPods: `crash-loop: container main exits with ${exit}`, same: exit }
          : {}),
        cause: `exit ${exit}`,
        advice: 'advice',
        evidence: [
          {
            ref,
            path: 'status',
            observed: `restarted ${pod.metadata.name}`,
            why: 'It ends again and again.',
          },
        ],
        confidence: 'high',
        ...(since === undefined ? {} : { since: Number(since) }),
      },
    ];
  },
});

function diagnose(objects: readonly KubeObject[]): readonly Finding[] {
  return createEngine({ scenarios: [crashes], store: storeOf(objects) }).diagnose(0).findings;
}

const member = (name: string, labels: Record<string, string> = { exit: '3' }, restarts = 0, owner = 'web') =>
  buildPod(name, { owner: ['ReplicaSet', owner], labels, restarts });

describe('a group', () => {
  it.each([
    ['the only pod', 1, 1, 'The only pod of Deployment shop/web crash-loops: container main exits with 3'],
    ['one of several', 1, 4, '1 of 4 pods of Deployment shop/web crash-loops: container main exits with 3'],
    ['some', 3, 6, '3 of 6 pods of Deployment shop/web crash-loop: container main exits with 3'],
    ['both', 2, 2, 'Both pods of Deployment shop/web crash-loop: container main exits with 3'],
    ['all', 3, 3, 'All 3 pods of Deployment shop/web crash-loop: container main exits with 3'],
  ])('says of %s: %i of %i', (_name, failing, total, summary) => {
    const pods = Array.from({ length: total }, (_, index) =>
      member(`p${index}`, index < failing ? { exit: '3' } : {}),
    );
    const findings = diagnose([...buildDeployment('web'), ...pods]);
    expect(findings.map((finding) => finding.summary)).toEqual([summary]);
    expect(findings[0]?.subject).toMatchObject({ kind: 'Deployment', name: 'web', uid: 'deployment-web' });
    expect(findings[0]?.members).toHaveLength(failing);
  });

  it('counts pods of all revisions, and none that is finished or being deleted', () => {
    const gone = buildPod('gone', {
      owner: ['ReplicaSet', 'web'],
      metadata: { deletionTimestamp: '2026-11-20T09:00:00Z' },
    });
    const old = build('ReplicaSet', 'old', {
      metadata: { name: 'old', ...controlledBy('Deployment', 'web') },
    });
    const done = buildPod('done', { owner: ['ReplicaSet', 'web'], phase: 'Succeeded' });
    const findings = diagnose([
      ...buildDeployment('web'),
      old,
      member('a'),
      member('b', {}, 0, 'old'),
      gone,
      done,
    ]);
    expect(findings[0]?.summary).toMatch(/^1 of 2 pods /);
  });

  it('shows the worst and most restarted pod first, and a line for each of five others', () => {
    const pods = [
      ...Array.from({ length: 8 }, (_, index) =>
        member(`p${index}`, { exit: '3', since: `${500 + index}` }, index),
      ),
      member('worst', { exit: '3', severity: 'critical', since: '900' }),
    ];
    const [finding] = diagnose([...buildDeployment('web'), ...pods]);
    expect(finding).toMatchObject({ severity: 'critical', since: 500 });
    expect(finding?.evidence.map(({ observed }) => observed)).toEqual([
      'restarted worst',
      'restarted p7',
      'restarted p6',
      'restarted p5',
      'restarted p4',
      'restarted p3',
      'and 3 more pods',
    ]);
    expect(finding?.members.map(({ name }) => name)).toEqual([
      'p0',
      'p1',
      'p2',
      'p3',
      'p4',
      'p5',
      'p6',
      'p7',
      'worst',
    ]);
  });

  it.each([
    ['another failure', [member('a'), member('b', { exit: '1' })], 2],
    ['another revision', [member('a'), member('b', { exit: '3' }, 0, 'other')], 2],
    [
      'a scenario that does not group',
      [member('a', { exit: '3', ungrouped: 'yes' }), member('b', { exit: '3', ungrouped: 'yes' })],
      2,
    ],
    ['nothing', [member('a'), member('b')], 1],
  ])('is kept apart by %s', (_name, pods, expected) => {
    const other = build('ReplicaSet', 'other', {
      metadata: { name: 'other', ...controlledBy('Deployment', 'web') },
    });
    const findings = diagnose([...buildDeployment('web'), other, ...pods]);
    expect(findings).toHaveLength(expected);
    expect(new Set(findings.map(({ id }) => id)).size).toBe(expected);
  });

  it.each([
    ['StatefulSet', 'StatefulSet db', [controlled('StatefulSet', 'db')]],
    ['Job', 'Job nightly', [controlled('Job', 'nightly')]],
    ['a kind not read here', 'GameServer g', [controlled('GameServer', 'g')]],
    ['the pod itself, if it is static', 'Pod p', [controlled('Node', 'n1')]],
    ['the pod itself, if it is bare', 'Pod p', [buildPod('p', { labels: { exit: '3' } })]],
  ])('is reported on %s', (_name, subject, pods) => {
    const [finding] = diagnose(pods);
    expect(`${finding?.subject.kind} ${finding?.subject.name}`).toBe(subject);
    expect(finding?.members).toHaveLength(subject.startsWith('Pod') ? 0 : 1);
  });

  it('moves to the Deployment when its ReplicaSet becomes known', () => {
    const [deployment, replicaSet] = buildDeployment('web');
    const store = storeOf([deployment, member('a')]);
    const engine = createEngine({ scenarios: [crashes], store });
    expect(engine.diagnose(0).findings[0]?.subject.kind).toBe('ReplicaSet');
    store.upsert('ReplicaSet', replicaSet);
    expect(engine.diagnose(0).findings.map(({ subject }) => subject.kind)).toEqual(['Deployment']);
  });

  it('ties objects saved without uids together, and shows no uid they do not have', () => {
    const [deployment, replicaSet] = buildDeployment('web');
    const bare = (object: KubeObject): KubeObject => {
      const { uid: _uid, ...metadata } = object.metadata;
      const ownerReferences = metadata.ownerReferences?.map((owner) => ({
        ...owner,
        uid: `~${owner.kind}/shop/${owner.name}`,
      }));
      return {
        ...object,
        metadata: { ...metadata, ...(ownerReferences === undefined ? {} : { ownerReferences }) },
      };
    };
    const [finding] = diagnose([bare(deployment), bare(replicaSet), bare(member('a')), bare(member('b'))]);
    expect(finding?.summary).toMatch(/^Both pods of Deployment shop\/web/);
    expect(finding?.subject).not.toHaveProperty('uid');
    expect(finding?.members.map((ref) => 'uid' in ref)).toEqual([false, false]);
  });
});

function controlled(kind: string, name: string): KubeObject {
  return buildPod('p', { owner: [kind, name], labels: { exit: '3' } });
}
