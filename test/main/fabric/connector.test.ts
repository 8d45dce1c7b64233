/** First contact: tried again with growing pauses while that can help, at once on request, never after the end. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppFailure, type AppError } from '../../../shared/errors.ts';
import { Connector } from '../../../src-main/fabric/connector.ts';

const GONE: AppError = { code: 'unreachable', message: 'gone', retryable: true };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function connectorOf(outcomes: (AppError | 'ok')[]) {
  const limits: number[] = [];
  const made: string[] = [];
  const connector = new Connector({
    contact: (_signal, timeoutMs) => {
      limits.push(timeoutMs);
      const next = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      if (next === undefined || next === 'ok') return Promise.resolve({ version: 'v1.35.4', tookMs: 5 });
      return Promise.reject(new AppFailure(next));
    },
    toAppError: () => GONE,
    now: Date.now,
    onChange: () => undefined,
    onContact: ({ version }) => made.push(version),
  });
  return { connector, limits, made };
}

describe('Connector', () => {
  test('pauses grow to half a minute, and attempts may take longer each time', async () => {
    const { connector, limits } = connectorOf([GONE]);
    await connector.attempt();
    const pauses: number[] = [];
    for (let count = 0; count < 8; count++) {
      pauses.push((connector.nextTryAt ?? 0) - Date.now());
      await vi.advanceTimersToNextTimerAsync();
    }
    expect(limits).toHaveLength(9);
    expect(limits.slice(0, 4)).toEqual([10_000, 20_000, 30_000, 30_000]);
    for (const [index, pause] of pauses.entries()) {
      const full = Math.min(1000 * 2 ** index, 30_000);
      expect(pause).toBeGreaterThanOrEqual(full * 0.75);
      expect(pause).toBeLessThanOrEqual(full * 1.25);
    }
  });

  test('since when it fails is when it first failed', async () => {
    const { connector } = connectorOf([GONE]);
    await connector.attempt();
    const first = connector.failedSince;
    await vi.advanceTimersToNextTimerAsync();
    expect(connector).toMatchObject({ state: 'failed', failedSince: first, error: GONE });
  });

  test('what will not change by itself is not tried again by itself', async () => {
    const { connector, limits, made } = connectorOf([
      { ...GONE, code: 'unauthorized', retryable: false },
      'ok',
    ]);
    await connector.attempt();
    expect(connector.nextTryAt).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
    await connector.attempt();
    expect(limits).toHaveLength(2);
    expect(made).toEqual(['v1.35.4']);
    expect(connector).toMatchObject({ state: 'made', error: undefined });
  });

  test('an attempt on request replaces the one that was to come', async () => {
    const { connector, limits } = connectorOf([GONE, 'ok']);
    await connector.attempt();
    await connector.attempt();
    await vi.runAllTimersAsync();
    expect(limits).toHaveLength(2);
  });

  test('stopped, it tries no more and says no more', async () => {
    const { connector, limits, made } = connectorOf([GONE, 'ok']);
    await connector.attempt();
    connector.stop();
    await vi.runAllTimersAsync();
    expect(limits).toHaveLength(1);
    expect(made).toEqual([]);
  });
});
