/** What the command prints: every finding with cause and next step, effects under their cause, no claim beyond what is known. */
import { describe, expect, test } from 'vitest';
import { exitCode, toReport } from '../../../src-main/headless/report.ts';
import { writeMarkdown } from '../../../src-main/headless/write-markdown.ts';
import { writeText } from '../../../src-main/headless/write-text.ts';
import { BLIND_SPOT, findingOf, NOW, outcomeOf } from './findings.ts';

const plain = { color: false };
const chain = [
  findingOf('root', { effects: ['mid'], since: NOW - 600_000 }),
  findingOf('mid', { rootCause: 'root', effects: ['leaf'], severity: 'medium' }),
  findingOf('leaf', { rootCause: 'mid', severity: 'low' }),
];
const HOSTILE = 'evil \u001b[31m\u009b2J\u202e|`x`\n## heading <img src=x> @everyone';

describe('writeText', () => {
  test('a finding: severity as a word, summary, cause, next step, proof, age and rule', () => {
    const text = writeText(outcomeOf([findingOf('a', { since: NOW - 600_000 })]), plain);
    for (const part of [
      'Fabric prod',
      'https://api.example:6443',
      'v1.35.4',
      'HIGH',
      'Pod a restarts',
      'exits with 3',
      'Read its log',
      'restartCount = 7',
      '10 min ago',
      'pod/crash-loop-back-off',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/Found 1 high; 3 of 3 checks ran; complete\.\n$/);
  });

  test('effects stand once, under their cause, deeper ones deeper', () => {
    const lines = writeText(outcomeOf(chain), plain).split('\n');
    const indentOf = (name: string) =>
      lines.filter((line) => line.includes(`Pod ${name} restarts`)).map((line) => line.search(/\S/));
    expect(indentOf('root')).toEqual([0]);
    const [mid] = indentOf('mid');
    const [leaf] = indentOf('leaf');
    expect(indentOf('mid')).toHaveLength(1);
    expect(leaf).toBeGreaterThan(mid ?? 0);
    expect(lines.join('\n')).toContain('Found 1 high;');
  });

  test('an effect whose cause is not in the list stands for itself, and a circle ends', () => {
    const text = writeText(
      outcomeOf([findingOf('a', { rootCause: 'gone' }), findingOf('b', { effects: ['b'] })]),
      plain,
    );
    expect(text).toContain('Pod a restarts');
    expect(text.split('Pod b restarts')).toHaveLength(2);
  });

  test('without findings: complete is said, and blind spots keep it from being said', () => {
    expect(writeText(outcomeOf([]), plain)).toMatch(/Nothing found wrong; 3 of 3 checks ran; complete\./);
    const partial = writeText(outcomeOf([], {}, [BLIND_SPOT]), plain);
    expect(partial).toContain('Cannot tell (1)');
    expect(partial).toContain('Secret: User jane may not list secrets.');
    expect(partial).toContain('Grant list on secrets.');
    expect(partial).toMatch(/incomplete: 1 blind spot\./);
    expect(partial).not.toMatch(/; complete/);
  });

  test('a fabric that could not be read is never said to be fine', () => {
    const text = writeText(outcomeOf([], { diagnosed: false }), plain);
    expect(text).toContain('could not be diagnosed');
    expect(text).not.toMatch(/Nothing found wrong/);
  });

  test('colour only where asked for, wrapping only to a width', () => {
    // eslint-disable-next-line no-control-regex -- looks for escape sequences
    expect(writeText(outcomeOf(chain), { color: true })).toMatch(/\u001b\[/);
    const narrow = writeText(outcomeOf([findingOf('a', { cause: 'word '.repeat(60).trim() })]), {
      color: false,
      width: 60,
    });
    for (const line of narrow.split('\n').filter((each) => each.includes('word')))
      expect(line.length).toBeLessThanOrEqual(60);
  });

  test('nothing from the cluster can act on the terminal', () => {
    const text = writeText(
      outcomeOf([findingOf('a', { summary: HOSTILE, cause: HOSTILE, advice: HOSTILE })], { fabric: HOSTILE }),
      plain,
    );
    // eslint-disable-next-line no-control-regex -- looks for control characters
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('\\u001b[31m');
  });
});

describe('writeMarkdown', () => {
  test('has the finding, a table of evidence, effects and blind spots', () => {
    const text = writeMarkdown(outcomeOf(chain, {}, [BLIND_SPOT]));
    for (const part of [
      '## Diagnosis of prod',
      '### HIGH: Pod root restarts',
      '**Cause:**',
      '**Next step:**',
      '| `Pod shop/root` |',
      'Effects (1)',
      '- medium: Pod mid',
      '  - low: Pod leaf',
      '### Cannot tell',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('hostile text stays text: no heading, no HTML, no broken table, no mention', () => {
    const evil = findingOf('a', {
      summary: HOSTILE,
      evidence: [
        { ref: { apiVersion: 'v1', kind: 'Pod', name: 'p|q`' }, path: 'x', observed: HOSTILE, why: HOSTILE },
      ],
    });
    const text = writeMarkdown(outcomeOf([evil]));
    expect(text).not.toMatch(/^## heading/m);
    const row = text.split('\n').find((line) => line.includes('p\\|q')) ?? '';
    expect(row.replace(/\\\|/g, '').split('|')).toHaveLength(6);
    expect(text.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')).not.toMatch(/(^|[^\\])<img|@everyone/);
  });
});

describe('toReport', () => {
  test('has the shape of the contract: ISO times, ids of effects, no plans yet', () => {
    const report = toReport(outcomeOf(chain, {}, [BLIND_SPOT]));
    expect(report).toMatchObject({
      fabric: 'prod',
      server: 'https://api.example:6443',
      version: 'v1.35.4',
      complete: false,
    });
    expect(report.findings[0]).toMatchObject({
      id: 'root',
      since: '2026-11-20T09:50:00.000Z',
      effects: ['mid'],
      rootCause: null,
      plans: [],
    });
    expect(report.findings[1]).not.toHaveProperty('since');
    expect(report.blindSpots).toEqual([BLIND_SPOT]);
    expect(report.timings).toEqual({ connectMs: 1, syncMs: 2, diagnoseMs: 3 });
  });
});

describe('exitCode', () => {
  const outcome = outcomeOf([findingOf('a', { severity: 'medium' })]);
  test.each([
    ['diagnosed', outcome, undefined, 0],
    ['--fail-on met exactly', outcome, 'medium', 3],
    ['--fail-on met by something worse', outcome, 'info', 3],
    ['--fail-on not met', outcome, 'high', 0],
    ['incomplete is still diagnosed', outcomeOf([], {}, [BLIND_SPOT]), 'info', 0],
    ['not diagnosed wins over --fail-on', outcomeOf([findingOf('a')], { diagnosed: false }), 'low', 1],
  ] as const)('%s', (_name, result, failOn, code) => {
    expect(exitCode(result, failOn)).toBe(code);
  });
});
