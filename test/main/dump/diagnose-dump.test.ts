/** A whole dump through the engine: findings, logs, blind spots, the present. */
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../shared/model/scenario.ts';
import { defineScenario } from '../../../shared/model/scenario.ts';
import { diagnoseDump } from '../../../src-main/dump/diagnose-dump.ts';
import { buildPod } from '../../shared/objects.ts';
import { brokenReference, diagnose, PATIENCE_MS, slow } from '../../shared/diagnosis/probing-scenarios.ts';
import { folderOf } from './folder.ts';

const quotesLog = defineScenario({
  ...(slow as Scenario<'Pod'>),
  id: 'pod/crash-loop-back-off',
  diagnose(pod, cluster) {
    const log = cluster.logOf(pod, 'main', true);
    const text = log.state === 'ready' ? log.excerpt.lines[log.excerpt.firstError ?? 0]?.text : log.state;
    return [diagnose(pod, text)];
  },
});

const run = async (
  files: Record<string, string>,
  scenarios: readonly Scenario[],
  more: { now?: number; namespace?: string } = {},
) => {
  const folder = await folderOf(files);
  return diagnoseDump({ folder, scenarios, warn: () => undefined, ...more });
};

describe('diagnoseDump', () => {
  it('answers with the logs the scenarios asked for', async () => {
    const files = {
      'p.json': JSON.stringify([buildPod('a'), buildPod('b')]),
      'shop/a/main.previous.log': 'INFO\nERROR no config\n',
    };
    const { result, diagnosed } = await run(files, [quotesLog]);
    expect(diagnosed).toBe(true);
    expect(result.findings.map(({ summary }) => summary).sort()).toEqual([
      'a says "ERROR no config"',
      'b says "unreadable"',
    ]);
    // A log that is not there is no blind spot.
    expect(result.complete).toBe(true);
  });

  it('takes the newest time of the dump for the present, unless told', async () => {
    const pod = buildPod('p', {
      labels: { started: '0' },
      metadata: { creationTimestamp: new Date(PATIENCE_MS).toISOString() },
    });
    const files = { 'p.json': JSON.stringify(pod) };
    const dated = await run(files, [slow]);
    expect([dated.now, dated.result.findings.length]).toEqual([PATIENCE_MS, 1]);
    expect((await run(files, [slow], { now: PATIENCE_MS - 1 })).result.findings).toEqual([]);
  });

  it('counts what the dump does not hold as blind spots, and says what to add', async () => {
    const pod = buildPod('p', { phase: 'Sick' });
    const { result } = await run({ 'p.json': JSON.stringify(pod) }, [brokenReference]);
    expect(result.findings).toEqual([]);
    expect(result.blindSpots).toMatchObject([
      { kind: 'Event', fix: 'Add the output of: kubectl get events -A -o json' },
      { kind: 'ConfigMap', reason: 'The dump holds no ConfigMap, so what is missing there cannot be told.' },
    ]);
    expect(result.complete).toBe(false);
  });
});
