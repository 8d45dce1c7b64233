/** The harness itself: it must see every difference it is there to see. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { buildPod } from '../shared/objects.ts';
import { brokenReference } from '../shared/diagnosis/probing-scenarios.ts';
import { compareResult } from './compare-result.ts';
import { diagnoseFixture, type Fixture } from './diagnose-fixture.ts';
import { expectations, type Expectation } from './expectation.ts';
import { checkCoverage, readFixtures } from './harness.ts';

const ID = 'config/configmap-missing';
const sick = stringify(
  buildPod('p', {
    phase: 'Sick',
    labels: { config: 'app' },
    metadata: { creationTimestamp: '2026-11-20T09:00:00Z' },
  }),
);
const said = { scenario: ID, subject: 'Pod shop/p' };

function fixtureOf(expected: unknown, text = sick, name = 'sick.yaml'): Fixture {
  const expectation = expectations.parse({ [name]: expected })[name] as Expectation;
  return { name, text, expectation };
}

async function problemsOf(expected: unknown, text = sick): Promise<string[]> {
  const fixture = fixtureOf(expected, text);
  return compareResult(await diagnoseFixture(fixture, [brokenReference]), fixture.expectation);
}

describe('the comparison', () => {
  it('is content with what holds', async () => {
    const whole = {
      ...said,
      severity: 'high',
      confidence: 'high',
      members: [],
      summary: ['p says', '['],
      cause: 'cause',
      advice: 'advice',
      evidence: [{ ref: 'Pod shop/p', path: 'status', why: 'why' }],
      blames: ['ConfigMap shop/app'],
      notChecked: [],
      rootCause: null,
      effects: [],
    };
    expect(await problemsOf({ findings: [whole] })).toEqual([]);
    expect(
      await problemsOf({
        denied: ['Event'],
        findings: [{ ...said, confidence: 'medium', notChecked: ['Event'] }],
        blindSpots: ['Event'],
      }),
    ).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a finding too many', {}],
    ['a finding too few', { findings: [said, { ...said, subject: 'Pod shop/q' }] }],
    ['the same finding twice', { findings: [said, said] }],
    ['another scenario', { findings: [{ ...said, scenario: 'pod/oom-killed' }] }],
    ['another part', { findings: [{ ...said, part: 'main' }] }],
    ['another severity', { findings: [{ ...said, severity: 'low' }] }],
    ['another confidence', { findings: [{ ...said, confidence: 'low' }] }],
    ['a missing text', { findings: [{ ...said, summary: 'exits with 3' }] }],
    ['one of several texts missing', { findings: [{ ...said, cause: ['cause', 'other'] }] }],
    ['other members', { findings: [{ ...said, members: ['Pod shop/q'] }] }],
    ['missing evidence', { findings: [{ ...said, evidence: [{ path: 'spec' }] }] }],
    ['evidence about another object', { findings: [{ ...said, evidence: [{ ref: 'Pod shop/q' }] }] }],
    ['another blame', { findings: [{ ...said, blames: [] }] }],
    ['an unexpected gap', { findings: [{ ...said, notChecked: ['Event'] }] }],
    ['a time', { findings: [{ ...said, since: '2026-11-20T09:00:00Z' }] }],
    ['a missing log', { findings: [{ ...said, log: 'ERROR' }] }],
    ['another cause', { findings: [{ ...said, rootCause: 'pod/oom-killed Pod shop/p' }] }],
    ['other effects', { findings: [{ ...said, effects: ['pod/oom-killed Pod shop/p'] }] }],
    ['a blind spot too few', { findings: [said], blindSpots: ['Event'] }],
    ['a blind spot too many', { denied: ['Event'], findings: [said] }],
  ])('sees %s', async (_name, expected) => {
    expect(await problemsOf(expected)).not.toEqual([]);
  });

  it('refuses misspelt fields, kinds and severities', () => {
    for (const wrong of [
      { finding: [] },
      { findings: [{ ...said, sumary: 'x' }] },
      { denied: ['Pods'] },
      { findings: [{ ...said, severity: 'bad' }] },
    ]) {
      expect(() => fixtureOf(wrong)).toThrow();
    }
    expect(() => fixtureOf({}, sick, 'ill.yaml')).toThrow();
  });

  it('refuses a kind that is denied and there, and what it would skip', async () => {
    await expect(problemsOf({ denied: ['Pod'] })).rejects.toThrow('holds a Pod');
    await expect(problemsOf({}, 'a: [')).rejects.toThrow('not valid YAML');
  });
});

describe('the set of fixtures', () => {
  const fixture = (name: string, expected: unknown = {}) => fixtureOf(expected, '', name);
  const complete = [
    fixture('sick.yaml', { findings: [said] }),
    fixture('near-miss.yaml'),
    fixture('healthy.yaml'),
  ];

  it('needs one that is sick and one that only seems so', () => {
    expect(checkCoverage(ID, complete)).toEqual([]);
    expect(checkCoverage(ID, complete.slice(1))).toEqual([`${ID} has no sick fixture`]);
    expect(checkCoverage(ID, [fixture('sick.yaml', { findings: [said] })])).toEqual([
      `${ID} has no near-miss fixture`,
    ]);
  });

  it('expects the scenario of the sick ones alone', () => {
    expect(checkCoverage(ID, [...complete, fixture('sick-b.yaml')])).toEqual([
      `sick-b.yaml does not expect ${ID}`,
    ]);
    expect(checkCoverage(ID, [...complete, fixture('near-miss-b.yaml', { findings: [said] })])).toEqual([
      `near-miss-b.yaml expects ${ID}`,
    ]);
  });

  it('is what expect.yaml speaks of, file by file', async () => {
    const root = await mkdtemp(join(tmpdir(), 'hedgerow-fixtures-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const folder = join(root, 'config', 'x');
    await mkdir(folder, { recursive: true });
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    await write('sick.yaml', sick);
    await write('expect.yaml', 'sick.yaml: {}\n');
    expect(readFixtures(root, 'config/x').map(({ name }) => name)).toEqual(['sick.yaml']);
    await write('near-miss.yaml', sick);
    expect(() => readFixtures(root, 'config/x')).toThrow('does not say what near-miss.yaml must give');
    await write('expect.yaml', 'sick.yaml: {}\nnear-miss.yaml: {}\nhealthy.yaml: {}\n');
    expect(() => readFixtures(root, 'config/x')).toThrow('there is no healthy.yaml');
  });
});
