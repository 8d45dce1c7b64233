// A client behind its gate: what is retried and when, what never is, and silence while the gate is shut.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppFailure, type AppError } from '../../../shared/errors.ts';
import type { KubeClient, RequestOptions, Shut } from '../../../src-main/kube/contract.ts';
import { gateClient } from '../../../src-main/kube/gated-client.ts';

const failure = (code: AppError['code'], more: Partial<AppError> = {}): AppError => ({
  code,
  message: code,
  retryable: true,
  ...more,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Each request takes the next outcome; the last one stays. */
function gated(outcomes: (AppError | 'ok')[]) {
  const at: number[] = [];
  const told: [string, number][] = [];
  const state: { shut: Shut | undefined } = { shut: undefined };
  const answer = (): Promise<never> => {
    at.push(Date.now());
    const next = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
    return (
      next === 'ok'
        ? Promise.resolve({ done: true })
        : Promise.reject(new AppFailure(next ?? failure('internal')))
    ) as Promise<never>;
  };
  const inner = {
    fabric: 'prod',
    timeoutMs: 60_000,
    getJson: answer,
    getBytes: answer,
    request: answer,
  } as unknown as KubeClient;
  const client = gateClient(
    inner,
    {
      get shut() {
        return state.shut;
      },
      failed: ({ code }, limitMs) => told.push([code, limitMs]),
      pass: () => Promise.resolve(),
      listen: () => () => undefined,
    },
    () => 1,
  );
  const start = Date.now();
  const ask = async (options?: RequestOptions) => {
    const result = client.getJson('/api', options).then(
      () => 'ok',
      (cause: unknown) => (cause instanceof AppFailure ? cause.error.code : 'raw'),
    );
    await vi.runAllTimersAsync();
    return result;
  };
  return { client, ask, state, told, waits: () => at.map((each) => each - start) };
}

describe('small requests', () => {
  it('are retried three times, after 1, 2 and 4 seconds', async () => {
    const { ask, waits, told } = gated([failure('unreachable')]);
    expect(await ask()).toBe('unreachable');
    expect(waits()).toEqual([0, 1000, 3000, 7000]);
    expect(told).toEqual(Array(4).fill(['unreachable', 60_000]));
  });

  it('end with the first success', async () => {
    const { ask, waits } = gated([failure('server-error', { status: 503 }), failure('stream-closed'), 'ok']);
    expect(await ask()).toBe('ok');
    expect(waits()).toEqual([0, 1000, 3000]);
  });

  it.each([
    'unauthorized',
    'forbidden',
    'not-found',
    'not-served',
    'timeout',
    'tls-untrusted',
    'invalid',
  ] as const)('are not retried after %s', async (code) => {
    const { ask, waits } = gated([failure(code)]);
    expect(await ask()).toBe(code);
    expect(waits()).toEqual([0]);
  });

  it('wait as long as the server asks, unless that is long', async () => {
    const busy = (seconds: string) => failure('throttled', { details: { retryAfterSeconds: seconds } });
    const short = gated([busy('3'), 'ok']);
    expect(await short.ask()).toBe('ok');
    expect(short.waits()).toEqual([0, 3000]);
    const long = gated([busy('60'), 'ok']);
    expect(await long.ask()).toBe('throttled');
    expect(long.waits()).toEqual([0]);
  });

  it('that write are sent once', async () => {
    const { ask, waits } = gated([failure('unreachable')]);
    expect(await ask({ method: 'POST', body: {} })).toBe('unreachable');
    expect(waits()).toEqual([0]);
  });

  it('end with their caller, also between two attempts', async () => {
    const { client, waits } = gated([failure('unreachable')]);
    const aborting = new AbortController();
    const failed = client.getJson('/api', { signal: aborting.signal }).catch((cause: unknown) => cause);
    await vi.advanceTimersByTimeAsync(10);
    aborting.abort();
    expect(((await failed) as AppFailure).error.code).toBe('cancelled');
    expect(waits()).toEqual([0]);
  });

  it('are not retried once the gate is shut', async () => {
    const { client, state, waits } = gated([failure('unreachable')]);
    const failed = client.getJson('/api').catch((cause: unknown) => cause);
    await vi.advanceTimersByTimeAsync(10);
    state.shut = { error: failure('unreachable', { message: 'lost' }), paused: false };
    await vi.runAllTimersAsync();
    expect(((await failed) as AppFailure).error.message).toBe('lost');
    expect(waits()).toEqual([0]);
  });
});

it('sends nothing while the gate is shut, and says why', async () => {
  const { client, state, waits, told } = gated(['ok']);
  state.shut = { error: failure('unauthorized'), paused: true };
  for (const ask of [client.getJson.bind(client), client.getBytes.bind(client), client.request.bind(client)])
    await expect(ask('/api')).rejects.toThrow('unauthorized');
  expect(waits()).toEqual([]);
  expect(told).toEqual([]);
});

it('streams and pages are not retried here: their readers know how', async () => {
  const { client, waits } = gated([failure('unreachable')]);
  await expect(client.request('/api')).rejects.toThrow('unreachable');
  await expect(client.getBytes('/api')).rejects.toThrow('unreachable');
  await vi.runAllTimersAsync();
  expect(waits()).toHaveLength(2);
});
