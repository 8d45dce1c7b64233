// A list-watch behind a gate: it waits, ends when all is paused, and never mixes what another cluster says.
import { describe, expect, it } from 'vitest';
import { AppFailure, type AppError } from '../../../shared/errors.ts';
import type { Gate, Shut } from '../../../src-main/kube/contract.ts';
import { eventually } from './eventually.ts';
import { startFakeApi } from './fake-api.ts';
import { listsAsked, NEVER, QUICK, runReflector, watchesAsked } from './run-reflector.ts';

const LOST: AppError = { code: 'unreachable', message: 'lost', retryable: true };

/** A gate that a test opens and shuts; `asked` are the moments since which the identity must be known. */
function createGate() {
  let shut: Shut | undefined;
  const listeners = new Set<(shut: Shut | undefined) => void>();
  const asked: number[] = [];
  const gate: Gate & { confirm: () => Promise<void> } = {
    confirm: () => Promise.resolve(),
    async pass(since, signal, waits) {
      while (shut !== undefined && !signal.aborted) {
        waits(shut.error);
        await new Promise<void>((resolve) => {
          const stop = gate.listen(() => {
            stop();
            resolve();
          });
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      asked.push(since);
      await gate.confirm();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const set = (next: Shut | undefined) => {
    shut = next;
    for (const listener of [...listeners]) listener(next);
  };
  return { gate, set, asked, listeners };
}

describe('a list-watch behind a gate', () => {
  it('asks for nothing while that is shut, says why, and begins when it opens', async () => {
    const api = await startFakeApi();
    const { gate, set } = createGate();
    set({ error: LOST, paused: false });
    const { until, reflector } = runReflector(api, NEVER, undefined, gate);
    await until('stale');
    expect(reflector.state.error).toEqual(LOST);
    expect(api.asked).toEqual([]);
    set(undefined);
    await until('live');
    expect(reflector.state.error).toBeUndefined();
  });

  it('a pause ends the open watch; its end goes on where the watch stopped, with nothing lost', async () => {
    const api = await startFakeApi();
    api.put('a');
    const { gate, set } = createGate();
    const { until, store, reflector } = runReflector(api, NEVER, undefined, gate);
    await until('live');
    set({ error: { ...LOST, code: 'unauthorized' }, paused: true });
    await until('stale');
    await eventually(() => api.watches()).toBe(0);
    expect(reflector.state.error?.code).toBe('unauthorized');
    const before = api.asked.length;
    api.put('b');
    reflector.retryNow();
    expect(api.asked).toHaveLength(before);
    set(undefined);
    await until('live');
    await eventually(() => store.contents()).toEqual(api.contents());
    expect(listsAsked(api)).toHaveLength(1);
  });

  it('a loss leaves a watch alone that has just delivered', async () => {
    const api = await startFakeApi();
    const { gate, set } = createGate();
    const { until, store, reflector } = runReflector(api, NEVER, undefined, gate);
    await until('live');
    set({ error: LOST, paused: false });
    api.put('a');
    await eventually(() => store.contents()).toEqual(api.contents());
    expect(reflector.state.phase).toBe('live');
    expect(watchesAsked(api)).toHaveLength(1);
  });

  it('the end of a loss drops the pause of a watch that failed', async () => {
    const api = await startFakeApi();
    const { gate, set } = createGate();
    const { until } = runReflector(api, NEVER, undefined, gate);
    await until('live');
    api.intercept = ({ socket }) => {
      socket.resetAndDestroy();
      return true;
    };
    api.cutWatches();
    await until('stale');
    set({ error: LOST, paused: false });
    api.intercept = () => false;
    set(undefined);
    await until('live');
  });

  it('has the identity confirmed after each end of a watch, and before any list', async () => {
    const api = await startFakeApi();
    const { gate, asked } = createGate();
    const { until } = runReflector(api, QUICK, undefined, gate);
    await until('live');
    expect(asked).toEqual([Number.NEGATIVE_INFINITY]);
    const before = performance.now();
    api.compact();
    api.cutWatches();
    await eventually(() => listsAsked(api).length).toBe(2);
    await until('live');
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked.slice(1).every((since) => since >= before)).toBe(true);
  });

  it('what cannot be confirmed is not listed: the data stays that of before', async () => {
    const api = await startFakeApi();
    api.put('a');
    const { gate } = createGate();
    const { until, store } = runReflector(api, NEVER, undefined, gate);
    await until('live');
    const contents = store.contents();
    gate.confirm = () => Promise.reject(new AppFailure(LOST));
    api.put('b');
    api.compact();
    api.cutWatches();
    await until('stale');
    expect(listsAsked(api)).toHaveLength(1);
    expect(store.contents().length).toBeGreaterThanOrEqual(contents.length);
  });

  it('leaves nothing behind when it stops at the gate', async () => {
    const api = await startFakeApi();
    const { gate, set, listeners } = createGate();
    set({ error: LOST, paused: true });
    const { until, reflector } = runReflector(api, NEVER, undefined, gate);
    await until('stale');
    reflector.stop();
    await reflector.synced;
    set(undefined);
    await eventually(() => listeners.size).toBe(0);
    expect(api.asked).toEqual([]);
  });
});

describe('vitals', () => {
  it('count events and bookmarks, and tell nobody of a single event', async () => {
    const api = await startFakeApi();
    const { until, reflector, states } = runReflector(api);
    await until('live');
    expect(reflector.vitals).toMatchObject({ events: 0 });
    expect(reflector.vitals.lastEventAt).toBeUndefined();
    const told = states.length;
    api.put('a');
    api.put('a');
    await eventually(() => reflector.vitals.events).toBe(2);
    expect(reflector.vitals.lastEventAt).toBeGreaterThanOrEqual(reflector.vitals.startedAt);
    expect(states).toHaveLength(told);
    expect(reflector.vitals.lastBookmarkAt).toBeUndefined();
    api.bookmark();
    await eventually(() => reflector.vitals.lastBookmarkAt ?? 0).toBeGreaterThan(0);
    expect(reflector.vitals.events).toBe(2);
  });
});

describe('after the computer slept', () => {
  it.each([
    ['a short while, the watch is opened anew', 60_000, 1],
    ['for long, all is listed anew', 3_600_000, 2],
  ])('%s', async (_what, slept, lists) => {
    const api = await startFakeApi();
    api.put('a');
    let asleep = 0;
    const { until, store, reflector, phases } = runReflector(api, {
      ...NEVER,
      now: () => Date.now() + asleep,
    });
    await until('live');
    asleep = slept;
    reflector.retryNow();
    await eventually(() => watchesAsked(api).length).toBe(2);
    await until('live');
    expect(listsAsked(api)).toHaveLength(lists);
    expect(phases()).not.toContain('stale');
    api.put('b');
    await eventually(() => store.contents()).toEqual(api.contents());
  });
});
