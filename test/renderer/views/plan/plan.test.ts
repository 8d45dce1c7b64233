// A plan on screen: the difference by lines, its stages, and what the button says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDiff, diffLines, foldDiff } from '../../../../src-renderer/views/plan/line-diff.ts';
import { nameRun, stagesOf, type PlanProgress } from '../../../../src-renderer/views/plan/stepper.ts';
import { CONFLICT, DIFFERS, prepared, ran } from '../../harness/plan-data.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '  d: 1', ''))
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

describe('difference by lines', () => {
  it('gives back both texts, in order and with their numbers', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const join = (kept: 'add' | 'del'): string =>
          lines
            .filter((line) => line.kind === 'same' || line.kind === kept)
            .map((line) => `${line.text}\n`)
            .join('');
        expect(join('del')).toBe(before);
        expect(join('add')).toBe(after);
        const numbers = lines.flatMap((line) => line.new ?? []);
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }),
    );
  });

  it('loses no line when it folds', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const parts = foldDiff(lines, 1).flatMap((part) => (part.kind === 'line' ? [part.line] : part.lines));
        expect(parts).toEqual(lines);
      }),
    );
  });

  it('folds what is far from a change, and counts', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${String(index)}\n`).join('');
    const lines = diffLines(before, before.replace('line 10\n', 'line ten\n'));
    expect(foldDiff(lines).map((part) => (part.kind === 'fold' ? part.lines.length : 1))).toEqual([
      7, 1, 1, 1, 1, 1, 1, 1, 1, 6,
    ]);
    expect(countDiff(lines)).toBe('1 line added, 1 removed, 19 unchanged');
    expect(countDiff(diffLines('a\n', 'a\n'))).toBe('no difference');
    expect(countDiff(diffLines('', 'a\nb\n'))).toBe('2 lines added');
  });

  it('stays quick and true on texts that are too long to compare', () => {
    const long = (word: string): string =>
      Array.from({ length: 2000 }, (_, index) => `${word} ${String(index)}`).join('\n');
    expect(countDiff(diffLines(long('a'), long('b')))).toBe('2000 lines added, 2000 removed');
  });
});

describe('stages', () => {
  const at = (more: Partial<PlanProgress>): string =>
    stagesOf({ phase: 'review', prepared: prepared(), run: null, error: null, ...more })
      .map((stage) => stage.state)
      .join(' ');
  const denied = prepared({
    runnable: false,
    steps: prepared().steps.map((step) => ({
      ...step,
      state: 'refused',
      access: { allowed: false, says: 'You may not' },
    })),
  });

  it.each([
    ['asking', { phase: 'preparing', prepared: null }, 'now todo todo todo todo'],
    ['could not ask', { phase: 'failed', prepared: null, error: CONFLICT }, 'failed todo todo todo todo'],
    ['waits', {}, 'done done now todo todo'],
    ['not allowed', { prepared: denied }, 'failed failed failed todo todo'],
    ['something stands in the way', { prepared: DIFFERS }, 'done failed failed todo todo'],
    ['writes', { phase: 'running' }, 'done done done now todo'],
    ['refused', { phase: 'failed', error: CONFLICT }, 'done done done failed todo'],
    ['done', { phase: 'done', run: ran() }, 'done done done done done'],
    ['stopped', { phase: 'done', run: ran({ ok: false, verified: [] }) }, 'done done done failed todo'],
    [
      'done without effect',
      { phase: 'done', run: ran({ verified: [{ what: 'list pods', allowed: false }] }) },
      'done done done done failed',
    ],
  ] as const)('%s', (_, more, states) => {
    expect(at(more)).toBe(states);
  });
});

it('says what would be written', () => {
  expect(nameRun(prepared())).toBe('Create 2 objects');
  expect(nameRun(DIFFERS)).toBe('Nothing to create');
  const token = {
    do: 'token',
    namespace: 'a',
    serviceAccount: 'b',
    seconds: 600,
    because: 'x',
    expects: 'y',
  } as const;
  const plan = { ...prepared().plan, steps: [token] };
  expect(nameRun(prepared({ plan }))).toBe('Create 1 object and a token');
  expect(nameRun(prepared({ plan, steps: prepared().steps.slice(0, 1) }))).toBe('Create a token');
});
