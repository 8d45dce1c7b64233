/** The engine case by case: gates, blind spots, failures, logs, rechecks, identity of answers. */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../shared/diagnosis/engine.ts';
import type { LogRequest } from '../../../shared/diagnosis/log-desk.ts';
import type { LogAnswer } from '../../../shared/cluster/view.ts';
import type { ContainerStatus, KubeObject } from '../../../shared/model/kube.ts';
import { defineScenario, type Scenario } from '../../../shared/model/scenario.ts';
import { build, buildDeployment, buildPod } from '../objects.ts';
import { put, storeOf } from '../stores.ts';
import { brokenReference, diagnose, fragile, lostNode, PATIENCE_MS, slow } from './probing-scenarios.ts';

const sick = (name: string): KubeObject => buildPod(name, { phase: 'Sick', labels: { config: 'app' } });

/** Quotes the log of container main of every pod in phase Sick. */
const quotesLog = defineScenario({
  id: 'pod/crash-loop-back-off',
  title: '',
  subject: 'Pod',
  needs: [],
  mayRead: [],
  diagnose(pod, cluster) {
    if (pod.status?.phase !== 'Sick') return [];
    const log = cluster.logOf(pod, 'main', true);
    return [diagnose(pod, log.state === 'ready' ? log.excerpt.lines[0]?.text : log.state)];
  },
});

describe('gates', () => {
  it('does not run a scenario without a kind it needs, and says which permission would help', () => {
    const store = storeOf([sick('a')], { ConfigMap: 'denied' });
    const { findings, blindSpots, complete, checks } = createEngine({
      scenarios: [brokenReference],
      store,
    }).diagnose(0);
    expect(findings).toEqual([]);
    expect(blindSpots).toEqual([
      {
        kind: 'ConfigMap',
        group: '',
        resource: 'configmaps',
        verb: 'list',
        reason: 'RBAC refuses to list configmaps.',
        fix: 'Grant the verbs list and watch on configmaps.',
        scenarios: ['config/configmap-missing'],
      },
    ]);
    expect([complete, checks]).toEqual([false, { ran: 0, total: 1 }]);
  });

  it('runs without a kind it may read, is less sure, and says so', () => {
    const store = storeOf([sick('a')], { Event: 'denied' });
    const { findings, blindSpots, checks } = createEngine({ scenarios: [brokenReference], store }).diagnose(
      0,
    );
    expect(findings.map(({ confidence, notChecked }) => [confidence, notChecked])).toEqual([
      ['medium', ['Event']],
    ]);
    expect(blindSpots.map(({ kind }) => kind)).toEqual(['Event']);
    expect(checks).toEqual({ ran: 1, total: 1 });
  });

  it('waits for a kind that is being listed, and calls it a blind spot only in a final answer', () => {
    const store = storeOf([sick('a')], { ConfigMap: 'unknown' });
    const engine = createEngine({ scenarios: [brokenReference], store });
    expect(engine.diagnose(0)).toMatchObject({ findings: [], blindSpots: [], complete: true });
    expect(engine.diagnose(0, { final: true })).toMatchObject({ findings: [], complete: false });
    store.setKnowledge('ConfigMap', 'known');
    expect(engine.pending).toBe(true);
    expect(engine.diagnose(0, { final: true })).toMatchObject({
      findings: [{ subject: { name: 'a' } }],
      complete: true,
    });
  });

  it('takes a kind that is not served for empty', () => {
    const store = storeOf([sick('a')], { ConfigMap: 'absent', Event: 'absent' });
    const result = createEngine({ scenarios: [brokenReference], store }).diagnose(0, { final: true });
    expect(result).toMatchObject({
      findings: [{ confidence: 'high', notChecked: [] }],
      blindSpots: [],
      complete: true,
    });
  });

  it('says nothing of kinds that no scenario reads', () => {
    const store = storeOf([], { Ingress: 'denied' });
    expect(createEngine({ scenarios: [brokenReference], store }).diagnose(0).complete).toBe(true);
  });

  it('withdraws what it said once a needed kind is refused', () => {
    const store = storeOf([sick('a')]);
    const engine = createEngine({ scenarios: [brokenReference], store });
    expect(engine.diagnose(0).findings).toHaveLength(1);
    store.setKnowledge('ConfigMap', 'denied');
    expect(engine.diagnose(0).findings).toEqual([]);
  });

  it('looks where it may, namespace by namespace, and names the rest', () => {
    const elsewhere = sick('b');
    elsewhere.metadata = { ...elsewhere.metadata, namespace: 'bank' };
    const store = storeOf([sick('a'), elsewhere], { ConfigMap: 'denied' });
    store.setKnowledge('ConfigMap', 'known', 'shop');
    const { findings, blindSpots, checks } = createEngine({ scenarios: [brokenReference], store }).diagnose(
      0,
    );
    expect(findings.map(({ subject }) => subject.name)).toEqual(['a']);
    expect(blindSpots[0]?.reason).toBe('RBAC refuses to list configmaps outside namespace shop.');
    expect(checks.ran).toBe(1);
  });

  it('names the one namespace that is refused', () => {
    const store = storeOf([]);
    store.setKnowledge('ConfigMap', 'known', 'shop');
    store.setKnowledge('ConfigMap', 'denied', 'bank', { verb: 'watch' });
    const [spot] = createEngine({ scenarios: [brokenReference], store }).diagnose(0).blindSpots;
    expect(spot).toMatchObject({
      namespace: 'bank',
      verb: 'watch',
      reason: 'RBAC refuses to watch configmaps in namespace bank.',
    });
  });

  it('passes on why a kind cannot be read', () => {
    const store = storeOf([]);
    store.setKnowledge('ConfigMap', 'denied', undefined, {
      reason: 'User ann may not list configmaps.',
      fix: 'Ask Bob.',
    });
    const [spot] = createEngine({ scenarios: [brokenReference], store }).diagnose(0).blindSpots;
    expect([spot?.reason, spot?.fix]).toEqual(['User ann may not list configmaps.', 'Ask Bob.']);
  });

  it('keeps to the namespaces it is given, and to cluster-scoped objects', () => {
    const elsewhere = sick('b');
    elsewhere.metadata = { ...elsewhere.metadata, namespace: 'bank' };
    const lost = build('Node', 'n', { metadata: { name: 'n', labels: { lost: 'yes' } } });
    const store = storeOf([sick('a'), elsewhere, lost], { ConfigMap: 'unknown' });
    store.setKnowledge('ConfigMap', 'known', 'shop');
    const engine = createEngine({ scenarios: [brokenReference, lostNode], store, namespaces: ['shop'] });
    const { findings, blindSpots } = engine.diagnose(0, { final: true });
    expect(findings.map(({ subject }) => subject.name).sort()).toEqual(['a', 'n']);
    expect(blindSpots).toEqual([]);
  });
});

describe('a scenario that throws', () => {
  it('becomes a blind spot with its objects, and takes nothing else down', () => {
    const broken = ['c', 'a', 'b', 'd'].map((name) =>
      buildPod(name, { phase: 'Sick', labels: { breaks: 'yes' } }),
    );
    const store = storeOf(broken);
    const engine = createEngine({ scenarios: [fragile, brokenReference], store });
    const { findings, blindSpots, complete } = engine.diagnose(0);
    expect(findings).toHaveLength(4 + 1);
    expect(blindSpots).toMatchObject([{ kind: 'Pod', verb: 'read', scenarios: ['pod/start-error'] }]);
    expect(blindSpots[0]?.reason).toContain('Pod shop/a, Pod shop/b, Pod shop/c and 1 more');
    expect(complete).toBe(false);
    for (const pod of broken) store.remove('Pod', pod);
    expect(engine.diagnose(0)).toMatchObject({ findings: [], blindSpots: [], complete: true });
  });

  it('survives whatever an object holds', () => {
    const reads = defineScenario({
      id: 'pod/oom-killed',
      title: '',
      subject: 'Pod',
      needs: [],
      mayRead: [],
      diagnose: (pod, cluster) => {
        cluster.logOf(pod, 'main', false);
        return [diagnose(pod, '', { ofPods: 'crash-loop' })];
      },
    });
    const metadata = { labels: 5, ownerReferences: { length: 3 }, annotations: null };
    const strange = [null, 'x', 7, [], [null], { containers: 'x' }].map((part, index) =>
      build('Pod', `p${index}`, {
        metadata: { name: `p${index}`, ...metadata } as never,
        spec: part,
        status: part,
      }),
    );
    const status = {
      containerStatuses: [null, { name: 'main', state: 'x', lastState: null }],
      initContainerStatuses: 5,
    };
    const store = storeOf([...strange, build('Pod', 'q', { status })]);
    expect(createEngine({ scenarios: [reads], store }).diagnose(0).findings).toHaveLength(7);
  });
});

describe('time', () => {
  it('says when it wants to look again, and sees by itself what came due', () => {
    const store = storeOf([buildPod('p', { labels: { started: '5000' } })]);
    const engine = createEngine({ scenarios: [slow], store });
    expect(engine.nextRecheck).toBeUndefined();
    expect(engine.diagnose(6000).findings).toEqual([]);
    expect(engine.nextRecheck).toBe(5000 + PATIENCE_MS);
    expect(engine.diagnose(5000 + PATIENCE_MS - 1).findings).toEqual([]);
    expect(engine.diagnose(5000 + PATIENCE_MS).findings).toHaveLength(1);
    expect(engine.nextRecheck).toBeUndefined();
  });

  it('forgets the wish of a subject that is gone', () => {
    const pod = buildPod('p', { labels: { started: '0' } });
    const store = storeOf([pod]);
    const engine = createEngine({ scenarios: [slow], store });
    engine.diagnose(0);
    store.remove('Pod', pod);
    expect(engine.nextRecheck).toBeUndefined();
  });

  it('does not turn a wish for the past into a loop', () => {
    const impatient = defineScenario({
      ...(slow as Scenario<'Pod'>),
      diagnose: (_pod, cluster) => {
        cluster.recheckAt(-5);
        return [];
      },
    });
    const engine = createEngine({ scenarios: [impatient], store: storeOf([buildPod('p')]) });
    engine.diagnose(100);
    expect(engine.nextRecheck).toBe(1100);
  });
});

describe('logs', () => {
  const ended = (exitCode: number, restarts: number): ContainerStatus[] => [
    {
      name: 'main',
      restartCount: restarts,
      lastState: { terminated: { exitCode, reason: 'Error', finishedAt: `2026-11-20T09:0${restarts}:00Z` } },
    },
  ];
  const crashed = (name: string, exitCode: number, restarts = 1, owner = 'web') =>
    buildPod(name, { phase: 'Sick', owner: ['ReplicaSet', owner], containers: ended(exitCode, restarts) });
  const say =
    (text: string) =>
    (request: LogRequest): LogAnswer => ({
      state: 'ready',
      excerpt: { pod: request.pod, container: 'main', previous: true, lines: [{ number: 1, text }] },
    });

  it('asks for one log per owner, container and way of ending, once, and all its pods quote it', () => {
    const store = storeOf([crashed('a', 1), crashed('b', 1), crashed('c', 2), crashed('d', 1, 1, 'api')]);
    const engine = createEngine({ scenarios: [quotesLog], store });
    expect(engine.diagnose(0).findings.map(({ summary }) => summary)).toContain('a says "pending"');
    const wanted = engine.wantedLogs();
    expect(wanted.map(({ pod }) => pod.name).sort()).toEqual(['a', 'c', 'd']);
    expect(engine.wantedLogs()).toEqual([]);
    for (const request of wanted) engine.setLog(request, say(`log of ${request.pod.name}`)(request));
    expect(engine.pending).toBe(true);
    const summaries = engine.diagnose(0).findings.map(({ summary }) => summary);
    expect(summaries.sort()).toEqual([
      'a says "log of a"',
      'b says "log of a"',
      'c says "log of c"',
      'd says "log of d"',
    ]);
  });

  it('passes on that a log cannot be read, and does not ask again', () => {
    const engine = createEngine({ scenarios: [quotesLog], store: storeOf([crashed('a', 1)]) });
    engine.diagnose(0);
    for (const request of engine.wantedLogs())
      engine.setLog(request, { state: 'unreadable', reason: 'denied' });
    expect(engine.diagnose(0).findings[0]?.summary).toBe('a says "unreadable"');
    expect(engine.wantedLogs()).toEqual([]);
  });

  it('reads again after the next crash, and shows the old log meanwhile', () => {
    const store = storeOf([crashed('a', 1)]);
    const engine = createEngine({ scenarios: [quotesLog], store });
    engine.diagnose(0);
    for (const request of engine.wantedLogs()) engine.setLog(request, say('first')(request));
    put(store, crashed('a', 1, 2));
    expect(engine.diagnose(0).findings[0]?.summary).toBe('a says "first"');
    for (const request of engine.wantedLogs()) engine.setLog(request, say('second')(request));
    expect(engine.diagnose(0).findings[0]?.summary).toBe('a says "second"');
  });

  it('asks another pod once the first is gone', () => {
    const store = storeOf([crashed('a', 1), crashed('b', 1)]);
    const engine = createEngine({ scenarios: [quotesLog], store });
    engine.diagnose(0);
    engine.wantedLogs();
    store.remove('Pod', crashed('a', 1));
    put(store, crashed('b', 1, 2));
    engine.diagnose(0);
    expect(engine.wantedLogs().map(({ pod }) => pod.name)).toEqual(['b']);
  });

  it('ignores an answer nobody waits for any more', () => {
    const store = storeOf([crashed('a', 1)]);
    const engine = createEngine({ scenarios: [quotesLog], store });
    engine.diagnose(0);
    const [request] = engine.wantedLogs();
    store.remove('Pod', crashed('a', 1));
    expect(engine.diagnose(0).findings).toEqual([]);
    if (request === undefined) throw new Error('no log was wanted');
    engine.setLog(request, say('late')(request));
    expect(engine.pending).toBe(false);
  });
});

describe('answers', () => {
  it('are the same object while they say the same', () => {
    const store = storeOf([sick('a'), ...buildDeployment('web')]);
    const engine = createEngine({ scenarios: [brokenReference], store });
    const first = engine.diagnose(0);
    expect(engine.diagnose(1)).toBe(first);
    // Changes that concern no finding: another pod, another kind, the subject's own irrelevant field.
    put(store, buildPod('healthy'));
    put(store, build('Secret', 's'));
    put(store, { ...sick('a'), metadata: { ...sick('a').metadata, resourceVersion: '9' } });
    expect(engine.diagnose(2)).toBe(first);
    put(store, sick('b'));
    const second = engine.diagnose(3);
    expect(second.findings).toContain(first.findings.find(({ subject }) => subject.name === 'a'));
    expect(second).not.toBe(first);
  });

  it('evaluate only what changed and who read it', () => {
    const evaluated: string[] = [];
    const counting = defineScenario({
      ...(brokenReference as Scenario<'Pod'>),
      diagnose: (pod, cluster, now) => {
        evaluated.push(pod.metadata.name);
        return (brokenReference as Scenario<'Pod'>).diagnose(pod, cluster, now);
      },
    });
    const store = storeOf([sick('a'), sick('b'), buildPod('healthy')]);
    const engine = createEngine({ scenarios: [counting], store });
    engine.diagnose(0);
    expect(evaluated.splice(0).sort()).toEqual(['a', 'b', 'healthy']);
    put(store, build('Secret', 's'));
    put(store, build('ConfigMap', 'elsewhere', { metadata: { name: 'elsewhere', namespace: 'bank' } }));
    engine.diagnose(0);
    expect(evaluated).toEqual([]);
    put(store, build('ConfigMap', 'app'));
    engine.diagnose(0);
    expect(evaluated.splice(0).sort()).toEqual(['a', 'b']);
    put(store, buildPod('healthy', { restarts: 1 }));
    engine.diagnose(0);
    expect(evaluated).toEqual(['healthy']);
  });

  it('stop after dispose', () => {
    const store = storeOf();
    const engine = createEngine({ scenarios: [brokenReference], store });
    engine.diagnose(0);
    engine.dispose();
    put(store, sick('a'));
    expect(engine.pending).toBe(false);
  });
});
