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

function connectorOf(outcomes: (AppError | 'ok')[], lasting = false) {
  const limits: number[] = [];
  const failures: string[] = [];
  const made: string[] = [];
  const connector = new Connector({
    fabric: 'prod',
    lasting,
    timeoutMs: () => 30_000,
    onFailure: ({ code }) => failures.push(code),
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
  return { connector, limits, made, failures };
}

describe('Connector', () => {
  test('pauses double with jitter; after five failures in a row the breaker opens for a minute', async () => {
    const { connector, limits } = connectorOf([GONE]);
    const pauses: number[] = [];
    const breakers: string[] = [];
    await connector.attempt();
    for (let count = 0; count < 7; count++) {
      pauses.push((connector.nextTryAt ?? 0) - Date.now());
      breakers.push(connector.breaker.state);
      await vi.advanceTimersToNextTimerAsync();
    }
    for (const [index, pause] of pauses.slice(0, 4).entries()) {
      expect(pause).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(1000 * 2 ** index);
    }
    expect(breakers).toEqual(['closed', 'closed', 'closed', 'closed', 'open', 'open', 'open']);
    expect(pauses.slice(4)).toEqual([60_050, 60_050, 60_050]);
    expect(limits).toHaveLength(8);
    expect(connector.breaker.failures).toBe(8);
  });

  test('an open breaker lets one attempt through after its minute, and success closes it', async () => {
    const { connector, made } = connectorOf([GONE, GONE, GONE, GONE, GONE, 'ok']);
    await connector.attempt();
    for (let count = 0; count < 4; count++) await vi.advanceTimersToNextTimerAsync();
    expect(connector.breaker).toMatchObject({ state: 'open', failures: 5, halfOpenAt: Date.now() + 60_000 });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(made).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(made).toEqual(['v1.35.4']);
    expect(connector.breaker).toEqual({ state: 'closed', failures: 0 });
    expect(connector.attempts.map(({ ok }) => ok)).toEqual([false, false, false, false, false, true]);
  });

  test('retry half-opens the breaker at once, and its failure opens it again', async () => {
    const { connector, limits } = connectorOf([GONE]);
    await connector.attempt();
    for (let count = 0; count < 4; count++) await vi.advanceTimersToNextTimerAsync();
    await connector.retry();
    expect(limits).toHaveLength(6);
    expect(connector.breaker.state).toBe('open');
    expect((connector.nextTryAt ?? 0) - Date.now()).toBe(60_050);
  });

  test('waking up forgets what failed before: the breaker counts anew', async () => {
    const { connector, limits } = connectorOf([GONE]);
    await connector.attempt();
    for (let count = 0; count < 4; count++) await vi.advanceTimersToNextTimerAsync();
    connector.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(limits).toHaveLength(6);
    expect(connector.breaker).toEqual({ state: 'closed', failures: 1 });
  });

  test('what the server says of its own load is obeyed and no fault of the connection', async () => {
    const busy: AppError = { ...GONE, code: 'throttled', details: { retryAfterSeconds: '45' } };
    const { connector } = connectorOf([busy]);
    await connector.attempt();
    expect((connector.nextTryAt ?? 0) - Date.now()).toBe(45_000);
    for (let count = 0; count < 6; count++) await vi.advanceTimersToNextTimerAsync();
    expect(connector.breaker.state).toBe('closed');
  });

  test('what hardly changes by itself is tried again once a minute', async () => {
    const { connector } = connectorOf([{ ...GONE, code: 'tls-untrusted', retryable: false }]);
    await connector.attempt();
    const pause = (connector.nextTryAt ?? 0) - Date.now();
    expect(pause).toBeGreaterThanOrEqual(30_000);
    expect(pause).toBeLessThanOrEqual(60_000);
  });

  test('a context that can never be used is not tried again', async () => {
    const { connector } = connectorOf([{ ...GONE, code: 'context-broken', retryable: false }], true);
    await connector.attempt();
    expect(connector.nextTryAt).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('since when it fails is when it first failed', async () => {
    const { connector } = connectorOf([GONE]);
    await connector.attempt();
    const first = connector.failedSince;
    await vi.advanceTimersToNextTimerAsync();
    expect(connector).toMatchObject({ state: 'failed', failedSince: first, error: GONE });
  });

  test.each(['unauthorized', 'credentials-failed'] as const)(
    '%s pauses all until somebody asks',
    async (code) => {
      const { connector, limits, made } = connectorOf([{ ...GONE, code, retryable: false }, 'ok']);
      await connector.attempt();
      expect(connector.pause).toMatchObject({ why: 'sign-in', since: Date.now(), error: { code } });
      expect(connector.shut).toMatchObject({ paused: true, error: { code } });
      expect(connector.nextTryAt).toBeUndefined();
      expect(vi.getTimerCount()).toBe(0);
      await connector.attempt();
      connector.wake();
      expect(limits).toHaveLength(1);
      await connector.retry();
      expect(limits).toHaveLength(2);
      expect(made).toEqual(['v1.35.4']);
      expect(connector).toMatchObject({ state: 'made', error: undefined, pause: undefined, shut: undefined });
    },
  );

  test('stopped by hand, nothing is tried until somebody asks', async () => {
    const { connector, limits, made } = connectorOf([GONE, 'ok']);
    await connector.attempt();
    connector.rest('user');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(limits).toHaveLength(1);
    expect(connector.pause).toMatchObject({ why: 'user' });
    await connector.retry();
    expect(made).toEqual(['v1.35.4']);
  });

  test('doubt asks once more: contact that stands stays made, contact that is gone is lost', async () => {
    const { connector, limits, failures } = connectorOf(['ok', 'ok', GONE, 'ok']);
    await connector.attempt();
    connector.doubt();
    expect(limits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6000);
    connector.doubt();
    connector.doubt();
    await vi.advanceTimersByTimeAsync(0);
    expect(limits).toHaveLength(2);
    expect(connector.state).toBe('made');
    await vi.advanceTimersByTimeAsync(6000);
    connector.doubt();
    await vi.advanceTimersByTimeAsync(0);
    expect(connector).toMatchObject({ state: 'failed', shut: { paused: false, error: GONE } });
    await vi.advanceTimersToNextTimerAsync();
    expect(connector).toMatchObject({ state: 'made', shut: undefined, failedSince: undefined });
    expect(failures).toEqual(['unreachable']);
    // A groundless doubt is no news.
    expect(connector.attempts.map(({ ok }) => ok)).toEqual([true, false, true]);
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
