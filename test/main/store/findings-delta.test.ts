/** The messages about findings: the first holds all, each further one only what changed, none is sent for nothing. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../shared/model/finding.ts';
import { FindingsDelta, type Answer } from '../../../src-main/store/findings-delta.ts';
import { BLIND_SPOT, findingOf } from '../headless/findings.ts';

function answerOf(findings: readonly Finding[], more: Partial<Answer> = {}): Answer {
  return {
    findings,
    blindSpots: [],
    complete: true,
    checks: { ran: 1, total: 1 },
    synced: true,
    asOf: 5000,
    ...more,
  };
}

describe('FindingsDelta', () => {
  const [a, b] = [findingOf('a'), findingOf('b')];

  test('the first message is complete, also when there is nothing', () => {
    expect(new FindingsDelta().next(answerOf([a, b]))).toMatchObject({
      seq: 1,
      reset: true,
      upsert: [a, b],
      remove: [],
      order: ['a', 'b'],
    });
    expect(new FindingsDelta().next(answerOf([]))).toMatchObject({
      seq: 1,
      reset: true,
      upsert: [],
      order: [],
    });
  });

  test('sends what is new, changed or gone, with seq counting by one', () => {
    const delta = new FindingsDelta();
    delta.next(answerOf([a]));
    expect(delta.next(answerOf([a, b]))).toMatchObject({
      seq: 2,
      reset: false,
      upsert: [b],
      remove: [],
      order: ['a', 'b'],
    });
    const worse = { ...a, severity: 'critical' as const };
    expect(delta.next(answerOf([worse]))).toMatchObject({
      seq: 3,
      upsert: [worse],
      remove: ['b'],
      order: ['a'],
    });
  });

  test('sends nothing where nothing changed, though the engine built its findings anew', () => {
    const delta = new FindingsDelta();
    delta.next(answerOf([a, b]));
    expect(delta.next(answerOf([structuredClone(a), structuredClone(b)], { asOf: 5999 }))).toBeUndefined();
    expect(delta.next(answerOf([a, b], { asOf: 6000 }))).toMatchObject({ seq: 2, upsert: [], asOf: 6000 });
  });

  test.each<[string, Partial<Answer>]>([
    ['synced', { synced: false }],
    ['complete', { complete: false }],
    ['blind spots', { blindSpots: [BLIND_SPOT] }],
    ['checks', { checks: { ran: 0, total: 1 } }],
  ])('a change of %s alone is sent', (_name, more) => {
    const delta = new FindingsDelta();
    delta.next(answerOf([a]));
    expect(delta.next(answerOf([a], more))).toMatchObject({ seq: 2, upsert: [], remove: [], ...more });
  });

  test('another order alone is sent', () => {
    const delta = new FindingsDelta();
    delta.next(answerOf([a, b]));
    expect(delta.next(answerOf([b, a]))).toMatchObject({ upsert: [], order: ['b', 'a'] });
  });

  test('a reset sends everything again and goes on counting', () => {
    const delta = new FindingsDelta();
    delta.next(answerOf([a, b]));
    expect(delta.next(answerOf([a]), true)).toMatchObject({
      seq: 2,
      reset: true,
      upsert: [a],
      remove: [],
      order: ['a'],
    });
  });
});
