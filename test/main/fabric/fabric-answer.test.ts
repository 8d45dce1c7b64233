/** When a connection becomes a finding: after a loss of all watches that lasts, never for one kind alone. */
import { describe, expect, test } from 'vitest';
import type { LinkState } from '../../../shared/model/fabric.ts';
import { composeAnswer } from '../../../src-main/fabric/fabric-answer.ts';
import { findingOf } from '../headless/findings.ts';
import { sickScenario } from './sick-pod.ts';

const result = { findings: [findingOf('a')], blindSpots: [], complete: true, checks: { ran: 1, total: 1 } };
const error = { code: 'unreachable', message: 'It refuses the connection.', retryable: true } as const;
const watches = { total: 3, live: 0, denied: 0, stale: 3 };

function answer(link: Partial<LinkState>, failedSince?: number) {
  const state: LinkState = { phase: 'stale', since: 1000, asOf: 900, watches, error, ...link };
  return composeAnswer({
    id: 'prod',
    link: state,
    result,
    synced: true,
    contacted: failedSince === undefined,
    failedSince,
    scenarios: [sickScenario],
    now: 10_000,
  });
}

const scenarios = (link: Partial<LinkState>, failedSince?: number) =>
  answer(link, failedSince).findings.map(({ scenario }) => scenario);

describe('composeAnswer', () => {
  test('a loss of everything that lasts is a finding before those that are kept', () => {
    expect(scenarios({})).toEqual(['HH-K8S-001', 'pod/crash-loop-back-off']);
    expect(answer({})).toMatchObject({ synced: true, asOf: 900 });
  });

  test('a short loss is none yet', () => {
    expect(scenarios({ since: 9000 })).toEqual(['pod/crash-loop-back-off']);
  });

  test('one kind that cannot be read while others are live is no lost connection', () => {
    expect(scenarios({ watches: { ...watches, live: 2, stale: 1 } })).toEqual(['pod/crash-loop-back-off']);
  });

  test('no contact: the connection finding alone, since the first failure, and everything a blind spot', () => {
    const failed = answer({ phase: 'failed' }, 400);
    expect(failed.findings).toMatchObject([{ scenario: 'HH-K8S-001', since: 400 }]);
    expect(failed).toMatchObject({ synced: false, complete: false, checks: { ran: 0, total: 1 } });
    expect(failed.blindSpots).toHaveLength(1);
  });

  test('live: the findings as they are', () => {
    const { error: _none, ...live } = { phase: 'live', since: 1, watches, error } as const;
    expect(
      composeAnswer({
        id: 'p',
        link: live,
        result,
        synced: true,
        failedSince: undefined,
        contacted: true,
        scenarios: [],
        now: 2,
      }),
    ).toMatchObject(result);
  });
});
