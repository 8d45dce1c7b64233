/**
 * Runs every scenario's recorded fixtures through the real store, engine and root-cause rules.
 *
 * Layout: `test/scenarios/<group>/<name>/` (the scenario id) holds `sick*.yaml`, `healthy*.yaml`, `near-miss*.yaml`
 * (multi-document YAML of objects, `kind: List` works too) and one `expect.yaml`. Container logs stand in expect.yaml, or
 * as files in a folder named like the fixture (`sick-deployment/shop/web-7d9f/main.previous.log`):
 *
 * ```yaml
 * sick-deployment.yaml:                 # every fixture of the folder has a key here, and no key is without a file
 *   now: 2026-11-20T10:00:00Z           # optional; else the newest timestamp found in the fixture
 *   denied: [Event, Secret]             # optional: kinds RBAC refuses. All others are known, those not in the file empty
 *   unknown: [ReplicaSet]               # optional: kinds not listed yet
 *   absent: [Ingress]                   # optional: kinds the server does not serve
 *   logs:                               # optional; an unlisted log is unreadable ('not found')
 *     - pod: shop/web-7d9f              # namespace/name
 *       container: main
 *       previous: false                 # default false
 *       text: |                         # or `unreadable: some reason`
 *         ERROR cannot open /etc/app/config.json
 *   findings:                           # ALL findings of ALL scenarios in this file, in any order; [] means none
 *     - scenario: pod/crash-loop-back-off
 *       subject: Deployment shop/web    # Kind namespace/name, or Kind name
 *       severity: high                  # this and all below are optional; what is given must hold
 *       part: main
 *       confidence: high
 *       members: [Pod shop/web-7d9f]    # exactly these, any order
 *       summary: exits with 3           # `summary`, `cause`, `advice`: a text it contains, or a list of texts
 *       cause: [cannot open, config.json]
 *       advice: previous log
 *       since: 2026-11-20T09:40:00Z
 *       evidence:                       # each must match one evidence by containment; further evidence is allowed
 *         - path: lastState.terminated.exitCode
 *           observed: '3'
 *           ref: Pod shop/web-7d9f      # exact
 *           why: returned               # a text it contains
 *       blames: [ConfigMap shop/app]    # exactly these, in this order
 *       notChecked: [Event]
 *       log: cannot open                # a text the marked first error line contains
 *       rootCause: config/configmap-missing Deployment shop/web   # `<scenario> <subject>`; null for a root
 *       effects: [rollout/unavailable Deployment shop/web]        # exactly these, any order
 *   blindSpots: [Event, Secret]         # optional: kinds of all blind spots, any order; default: none
 * healthy.yaml: {}                      # no findings, no blind spots
 * ```
 *
 * A scenario without at least one `sick*` and one `near-miss*` fixture fails; so does a `sick*` file that does not
 * expect its own scenario, and a `healthy*` or `near-miss*` file that does.
 * `shared/scenarios/index.ts` exports `SCENARIOS: readonly Scenario[]`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Scenario } from '../../shared/model/scenario.ts';
import { compareResult } from './compare-result.ts';
import { diagnoseFixture, type Fixture } from './diagnose-fixture.ts';
import { expectations } from './expectation.ts';

/** Folders of a scenario; what begins with `_` is no group. */
function scenarioFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .flatMap((group) => readdirSync(join(root, group.name)).map((name) => `${group.name}/${name}`));
}

/** The fixtures of a scenario, each with what it must give. Throws for a file without a key and a key without a file. */
export function readFixtures(root: string, id: string): Fixture[] {
  const folder = join(root, id);
  const expected = expectations.parse(parse(readFileSync(join(folder, 'expect.yaml'), 'utf8')) ?? {});
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'expect.yaml');
  for (const name of Object.keys(expected))
    if (!files.includes(name)) throw new Error(`${id}: there is no ${name}`);
  return files.sort().map((name) => {
    const expectation = expected[name];
    if (expectation === undefined) throw new Error(`${id}: expect.yaml does not say what ${name} must give`);
    const logFolder = join(folder, name.slice(0, -'.yaml'.length));
    const text = readFileSync(join(folder, name), 'utf8');
    return { name, text, expectation, ...(existsSync(logFolder) ? { logFolder } : {}) };
  });
}

/** What is wrong with the set of fixtures itself, whatever they give. */
export function checkCoverage(id: string, fixtures: readonly Fixture[]): string[] {
  const problems = ['sick', 'near-miss']
    .filter((sort) => !fixtures.some(({ name }) => name.startsWith(sort)))
    .map((sort) => `${id} has no ${sort} fixture`);
  for (const { name, expectation } of fixtures) {
    const own = expectation.findings.some(({ scenario }) => scenario === id);
    if (own !== name.startsWith('sick'))
      problems.push(`${name} ${own ? 'expects' : 'does not expect'} ${id}`);
  }
  return problems;
}

/** Declares one test per fixture, and one per scenario on what fixtures it has. */
export function runScenarioFixtures(root: string, scenarios: readonly Scenario[]): void {
  const folders = scenarioFolders(root);
  it('has fixtures for exactly the scenarios there are', () => {
    expect(folders.sort()).toEqual([...new Set(scenarios.map(({ id }) => id))].sort());
  });
  describe.each(folders)('%s', (id) => {
    const fixtures = readFixtures(root, id);
    it('is seen sick, and not where it only seems so', () => {
      expect(checkCoverage(id, fixtures)).toEqual([]);
    });
    it.each(fixtures)('$name', async (fixture) => {
      const result = await diagnoseFixture(fixture, scenarios);
      expect(compareResult(result, fixture.expectation)).toEqual([]);
    });
  });
}
