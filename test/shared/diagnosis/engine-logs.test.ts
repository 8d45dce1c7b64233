/** Which logs the engine asks for, and what becomes of the answers. */
import { describe, expect, it } from 'vitest';
import type { LogAnswer } from '../../../shared/cluster/view.ts';
import { createEngine } from '../../../shared/diagnosis/engine.ts';
import type { LogRequest } from '../../../shared/diagnosis/log-desk.ts';
import type { ContainerStatus } from '../../../shared/model/kube.ts';
import { defineScenario } from '../../../shared/model/scenario.ts';
import { buildPod } from '../objects.ts';
import { put, storeOf } from '../stores.ts';
import { diagnose } from './probing-scenarios.ts';

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
