/** The engine case by case: failures, rechecks, identity of answers. */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../shared/diagnosis/engine.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { defineScenario, type Scenario } from '../../../shared/model/scenario.ts';
import { build, buildDeployment, buildPod } from '../objects.ts';
import { put, storeOf } from '../stores.ts';
import { brokenReference, diagnose, fragile, PATIENCE_MS, slow } from './probing-scenarios.ts';

const sick = (name: string): KubeObject => buildPod(name, { phase: 'Sick', labels: { config: 'app' } });

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
    put(store, buildPod('b', { phase: 'Sick', labels: { config: 'other' } }));
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
