/** How long an answer may take: grown by timeouts, up to two minutes, remembered once it helped. */
import { describe, expect, test } from 'vitest';
import { memoryOfThisRun } from '../../../src-main/fabric/memory.ts';
import { Patience } from '../../../src-main/fabric/patience.ts';

describe('Patience', () => {
  test('grows 30, 60, 120 s and no further', () => {
    const patience = new Patience(memoryOfThisRun(), () => 0);
    const steps = [patience.ms];
    for (let count = 0; count < 4; count++) {
      patience.ranOut(patience.ms);
      steps.push(patience.ms);
    }
    expect(steps).toEqual([30_000, 60_000, 120_000, 120_000, 120_000]);
  });

  test('requests that were given up together, or sooner, are one reason', () => {
    const patience = new Patience(memoryOfThisRun(), () => 0);
    for (let count = 0; count < 15; count++) patience.ranOut(30_000);
    expect(patience.ms).toBe(60_000);
    patience.ranOut(15_000);
    expect(patience.ms).toBe(60_000);
  });

  test('is remembered once the server answered, and taken up again', () => {
    const memory = memoryOfThisRun();
    const patience = new Patience(memory, () => 0);
    patience.answered();
    expect(memory.read().timeoutMs).toBeUndefined();
    patience.ranOut(30_000);
    expect(memory.read().timeoutMs).toBeUndefined();
    patience.answered();
    expect(memory.read().timeoutMs).toBe(60_000);
    expect(new Patience(memory, () => 0).ms).toBe(60_000);
  });

  test.each([
    [45_000, 60_000],
    [1, 30_000],
    [999_999_999, 120_000],
    [Number.NaN, 120_000],
  ])('a remembered %d ms becomes a step', (timeoutMs, ms) => {
    const memory = memoryOfThisRun();
    memory.write({ timeoutMs });
    expect(new Patience(memory, () => 0).ms).toBe(ms);
  });

  test('what the settings fix is obeyed', () => {
    let fixed = 60_000;
    const patience = new Patience(memoryOfThisRun(), () => fixed);
    patience.ranOut(60_000);
    expect(patience.ms).toBe(60_000);
    fixed = 0;
    patience.ranOut(60_000);
    expect(patience.ms).toBe(120_000);
  });
});
