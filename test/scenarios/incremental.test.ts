/** The real scenarios over recorded clusters that change: what they say bit by bit is what they say from scratch. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../shared/diagnosis/engine.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { kindOf } from '../../src-main/dump/gather-objects.ts';
import { newestTime } from '../../src-main/dump/newest-time.ts';
import { parseObjects } from '../../src-main/dump/parse-objects.ts';
import { storeOf } from '../shared/stores.ts';

const FOLDER = join(import.meta.dirname, '_recorded');

function readRecorded(): KubeObject[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  const refuse = (sentence: string): never => {
    throw new Error(sentence);
  };
  const objects = files.flatMap((name) => [
    ...parseObjects(name, readFileSync(join(FOLDER, name), 'utf8'), refuse),
  ]);
  return objects.filter((object) => kindOf(object) !== undefined);
}

function settle(engine: Engine, now: Instant): DiagnosisResult {
  for (;;) {
    const result = engine.diagnose(now, { final: true });
    const wanted = engine.wantedLogs();
    if (wanted.length === 0) return result;
    for (const request of wanted) engine.setLog(request, { state: 'unreadable', reason: 'not recorded' });
  }
}

/** What may happen to one object: it comes, goes, loses its status, or is being deleted. */
const FATES: readonly ((object: KubeObject) => KubeObject | undefined)[] = [
  (object) => object,
  (object) => object,
  () => undefined,
  (object) => ({ ...object, status: {} }),
  (object) => ({ ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-11-21T07:30:00Z' } }),
];

describe('the real scenarios', { timeout: 120_000 }, () => {
  const recorded = readRecorded();
  const newest = newestTime(recorded) ?? 0;

  it('say bit by bit what they say from scratch', () => {
    const step = fc.record({
      pick: fc.nat(recorded.length - 1),
      fate: fc.nat(FATES.length - 1),
      wait: fc.constantFrom(0, 0, 0, 5_000, 60_000, 600_000),
    });
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom(-3_600_000, -300_000, 0),
        fc.array(fc.array(step, { minLength: 1, maxLength: 25 }), { maxLength: 6 }),
        (full, offset, rounds) => {
          const store = storeOf(full ? recorded : []);
          const engine = createEngine({ scenarios: SCENARIOS, store });
          let now = newest + offset;
          for (const steps of rounds) {
            for (const { pick, fate, wait } of steps) {
              now += wait;
              const object = recorded[pick];
              const kind = object === undefined ? undefined : kindOf(object);
              if (object === undefined || kind === undefined) continue;
              const next = FATES[fate]?.(object);
              if (next === undefined) store.remove(kind, structuredClone(object));
              // Without a resourceVersion the content alone says whether it changed.
              else
                store.upsert(
                  kind,
                  structuredClone({ ...next, metadata: { ...next.metadata, resourceVersion: '' } }),
                );
            }
            expect(settle(engine, now)).toEqual(settle(createEngine({ scenarios: SCENARIOS, store }), now));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
