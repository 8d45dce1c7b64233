/** Recorded objects with one field turned into something else: no scenario may stumble, or say `undefined`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createEngine, type Engine } from '../../../shared/diagnosis/engine.ts';
import { buildLogExcerpt } from '../../../shared/diagnosis/log-excerpt.ts';
import type { DiagnosisResult, Finding } from '../../../shared/model/finding.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { SCENARIOS } from '../../../shared/scenarios/index.ts';
import { kindOf } from '../../../src-main/dump/gather-objects.ts';
import { newestTime } from '../../../src-main/dump/newest-time.ts';
import { storeOf } from '../stores.ts';

const ROOT = join(import.meta.dirname, '../../scenarios');

/** One sick fixture of each scenario. */
const FIXTURES = [...new Set(SCENARIOS.map(({ id }) => id))].map((id) => {
  const folder = join(ROOT, id);
  const name = readdirSync(folder).find((file) =>
    /^sick(?:-deployments?|-readiness|-loop|-typo|-full-now|-kinds)?\.yaml$/.test(file),
  );
  return { id, objects: read(join(folder, name ?? 'sick-deployment.yaml')) };
});

function read(file: string): KubeObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS() as KubeObject)
    .filter((object) => kindOf(object) !== undefined);
}

/** Paths of all fields of an object, but for what makes it findable at all. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  const own =
    path.length > 0 &&
    !['kind', 'apiVersion', 'metadata', 'metadata.name', 'metadata.namespace', 'metadata.uid'].includes(
      path.join('.'),
    );
  const below =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))
      : [];
  return own ? [[...path], ...below] : below;
}

function replaceAt(object: KubeObject, path: readonly string[], value: unknown): void {
  let holder: Record<string, unknown> = object;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}

const JUNK: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  '',
  'x',
  true,
  [],
  {},
  [null],
  [[]],
  { name: null },
  Number.MAX_VALUE,
];

function textsOf({ summary, cause, advice, evidence, ofPods = '' }: Finding): string[] {
  return [
    summary,
    cause,
    advice,
    ofPods,
    ...evidence.flatMap(({ path, observed, why }) => [path, observed, why]),
  ];
}

/** What any program may have logged that was refused by the API. */
const LOG =
  'pods is forbidden: User "system:serviceaccount:workload-denied:reporter" cannot list resource "pods" in API group "" at the cluster scope';

/** The final answer, with this log of every container that is asked for. */
function settle(engine: Engine, now: number): DiagnosisResult {
  for (;;) {
    const result = engine.diagnose(now, { final: true });
    const wanted = engine.wantedLogs();
    if (wanted.length === 0) return result;
    for (const request of wanted)
      engine.setLog(request, { state: 'ready', excerpt: buildLogExcerpt({ ...request, text: LOG }) });
  }
}

describe.each(FIXTURES)('a malformed field around $id', ({ id, objects }) => {
  const fields = objects.flatMap((object, index) => pathsOf(object).map((path) => ({ index, path })));
  // Long enough after the last change for what is given some time.
  const now = (newestTime(objects) ?? 0) + 300_000;

  it('is seen sick without it', () => {
    const { findings } = settle(createEngine({ scenarios: SCENARIOS, store: storeOf(objects) }), now);
    expect(findings.map(({ scenario }) => scenario)).toContain(id);
  });

  it('breaks no scenario and no sentence', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.constantFrom(...JUNK), ({ index, path }, junk) => {
        const changed = structuredClone(objects);
        const object = changed[index];
        if (object !== undefined) replaceAt(object, path, junk);
        const copies = JSON.parse(JSON.stringify(changed)) as KubeObject[];
        const engine = createEngine({ scenarios: SCENARIOS, store: storeOf(copies) });
        const { findings, blindSpots } = settle(engine, now);
        expect(blindSpots.map(({ reason }) => reason)).toEqual([]);
        for (const text of findings.flatMap(textsOf))
          expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object|\bnull\b/);
      }),
      { numRuns: 150 },
    );
  });
});
