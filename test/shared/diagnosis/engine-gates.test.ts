/** What the engine may not read: gates, blind spots and lower confidence. */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../shared/diagnosis/engine.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { build, buildPod } from '../objects.ts';
import { storeOf } from '../stores.ts';
import { brokenReference, lostNode } from './probing-scenarios.ts';

const sick = (name: string): KubeObject => buildPod(name, { phase: 'Sick', labels: { config: 'app' } });

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
        denied: true,
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
