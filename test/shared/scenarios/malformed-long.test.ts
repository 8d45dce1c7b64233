/** Recorded objects with one field turned into something else: no scenario may stumble, or say `undefined`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createEngine } from '../../../shared/diagnosis/engine.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { SCENARIOS } from '../../../shared/scenarios/index.ts';
import { storeOf } from '../stores.ts';

const ROOT = join(import.meta.dirname, '../../scenarios');

/** One sick fixture of each scenario. */
const FIXTURES = SCENARIOS.map(({ id }) => {
  const folder = join(ROOT, id);
  const name = readdirSync(folder).find((file) =>
    /^sick(?:-deployments?|-readiness|-loop|-typo|-full-now)?\.yaml$/.test(file),
  );
  return { id, objects: read(join(folder, name ?? 'sick-deployment.yaml')) };
});

function read(file: string): KubeObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as KubeObject);
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

describe.each(FIXTURES)('a malformed field around $id', ({ id, objects }) => {
  const fields = objects.flatMap((object, index) => pathsOf(object).map((path) => ({ index, path })));
  const now = Date.parse('2026-11-21T07:40:00Z');

  it('is seen sick without it', () => {
    const { findings } = createEngine({ scenarios: SCENARIOS, store: storeOf(objects) }).diagnose(now, {
      final: true,
    });
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
        const { findings, blindSpots } = engine.diagnose(now, { final: true });
        expect(blindSpots.map(({ reason }) => reason)).toEqual([]);
        for (const text of findings.flatMap(textsOf))
          expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object|\bnull\b/);
      }),
      { numRuns: 1200 },
    );
  });
});
