// List-watches that are refused or badly connected: the state says so, and nothing is lost.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { eventually } from './eventually.ts';
import { startFakeApi } from './fake-api.ts';
import { listsAsked, NEVER, QUICK, refuse, runReflector, watchesAsked } from './run-reflector.ts';
import { sendJson, statusOf } from './scripted-server.ts';

describe('a list-watch that is refused', () => {
  it.each([
    ['list', 403, 'Forbidden', 'denied'],
    ['list', 405, 'MethodNotAllowed', 'denied'],
    ['list', 404, 'the server could not find the requested resource', 'absent'],
  ] as const)('%s %i %s is %s, until retried', async (only, status, message, phase) => {
    const api = await startFakeApi();
    api.put('a');
    refuse(api, status, statusOf(status, 'Reason', message), only);
    const { reflector, until } = runReflector(api, NEVER);
    await reflector.synced;
    await until(phase);
    expect(reflector.state).toMatchObject({ error: { status }, objects: 0 });
    api.intercept = () => false;
    reflector.retryNow();
    await until('live');
    expect(reflector.state.objects).toBe(1);
    expect(reflector.state.error).toBeUndefined();
  });

  it.each([403, 405])(
    '%i to the watch alone: listed now and again, the age of the data known',
    async (status) => {
      const api = await startFakeApi();
      api.put('a');
      refuse(api, status, statusOf(status, 'Reason', 'no watch'), 'watch');
      const { reflector, store, states, until } = runReflector(api);
      await until('live');
      expect(reflector.state).toMatchObject({ objects: 1, error: { status } });
      api.put('b');
      await eventually(() => store.contents()).toEqual(api.contents());
      expect(states.some(({ phase }) => phase === 'denied' || phase === 'stale')).toBe(false);
      api.intercept = () => false;
      await eventually(() => [reflector.state.phase, reflector.state.error]).toEqual(['live', undefined]);
    },
  );

  it('a role that is taken away while the watch runs is no role to list', async () => {
    const api = await startFakeApi();
    api.put('a');
    const { until } = runReflector(api, { ...QUICK, rare: 600_000 });
    await until('live');
    refuse(api, 403, statusOf(403, 'Forbidden', 'no'));
    api.cutWatches();
    await until('denied');
  });

  it('has no objects once the kind is no longer served', async () => {
    const api = await startFakeApi();
    api.put('a');
    const { store, until, reflector } = runReflector(api, { ...QUICK, rare: 600_000 });
    await until('live');
    refuse(api, 404, statusOf(404, 'NotFound', 'the server could not find the requested resource'));
    api.cutWatches();
    await until('absent');
    expect(store.contents()).toEqual([]);
    expect(reflector.state.objects).toBe(0);
  });

  it.each([
    [401, 'unauthorized'],
    [429, 'throttled'],
    [500, 'server-error'],
    [503, 'server-error'],
  ] as const)('%i is stale, and the data is that of before', async (status, code) => {
    const api = await startFakeApi();
    api.put('a');
    const { client, store, reflector, until } = runReflector(api, { ...NEVER, steady: 0 });
    await until('live');
    const { asOf } = reflector.state;
    refuse(api, status, statusOf(status, 'Reason', 'no'));
    api.cutWatches();
    await until('stale');
    expect(reflector.state).toMatchObject({ error: { code }, asOf, objects: 1 });
    expect(store.contents()).toEqual(api.contents());
    api.intercept = () => false;
    client.resume();
    reflector.retryNow();
    await until('live');
    expect(reflector.state.error).toBeUndefined();
  });

  it('is stale as of no time while a server was never reached', async () => {
    const api = await startFakeApi();
    await api.close();
    const { reflector, until } = runReflector(api);
    await until('stale');
    expect(reflector.state.asOf).toBeUndefined();
    expect(reflector.state.error?.code).toBe('unreachable');
    await api.listen();
    await until('live');
  });
});

describe('a list-watch over a bad connection', () => {
  it('opens a watch anew that says nothing, and shows it only if that fails', async () => {
    const api = await startFakeApi();
    const { until, phases, reflector } = runReflector(api, { ...QUICK, silence: 40, answer: 60 });
    await until('live');
    await eventually(() => watchesAsked(api).length).toBeGreaterThan(2);
    expect(phases()).toEqual(['listing', 'catching-up', 'live']);
    expect(reflector.state.reconnects).toBe(0);
    // From now on nothing is answered, and no connection ends.
    api.intercept = () => true;
    await until('stale');
    expect(reflector.state.error?.code).toBe('timeout');
  });

  it('shows a renewal that takes long', async () => {
    const api = await startFakeApi();
    const { until, phases } = runReflector(api, { ...QUICK, silence: 40, grace: 20 });
    await until('live');
    api.intercept = () => true;
    await until('catching-up');
    expect(phases().slice(-2)).toEqual(['live', 'catching-up']);
  });

  it('mistrusts a silent watch when asked to, and no other', async () => {
    const api = await startFakeApi();
    let now = 1_000_000;
    const { until, reflector } = runReflector(api, { ...QUICK, now: () => now });
    await until('live');
    now += 14_000;
    reflector.retryNow();
    await setImmediate();
    expect(reflector.state.phase).toBe('live');
    now += 2_000;
    reflector.retryNow();
    await eventually(() => watchesAsked(api).length).toBe(2);
    await until('live');
  });

  it.each([
    ['no JSON', '{"type":"ADDED",\n', 'a line that is no event'],
    ['no event', '{"type":"WHAT","object":{}}\n', 'a line that is no event'],
    ['a list', '[1,2]\n', 'a line that is no event'],
    ['__proto__', '{"type":"__proto__","object":{}}\n', 'a line that is no event'],
    ['an event beyond all measure', 'x'.repeat(17 * 1024 * 1024), 'an event beyond all measure'],
  ])('reconnects after %s', async (_what, text, words) => {
    const api = await startFakeApi();
    const { until, reflector } = runReflector(api, NEVER);
    await until('live');
    api.garble(text);
    await until('stale');
    expect(reflector.state.error).toMatchObject({ code: 'stream-closed', retryable: true });
    expect(reflector.state.error?.message).toContain(words);
    reflector.retryNow();
    await until('live');
  });

  it('reconnects after half an event', async () => {
    const api = await startFakeApi();
    const { until, reflector } = runReflector(api, NEVER);
    await until('live');
    api.garble('{"type":"ADDED","object":{');
    api.endWatches();
    await until('stale');
    expect(reflector.state.error?.message).toContain('cut off in the middle of an event');
  });

  it('drops and counts what is no object, and what cannot be prepared', async () => {
    const api = await startFakeApi();
    ['a', 'b', 'hostile'].forEach(api.put);
    const { until, reflector, store } = runReflector(api, QUICK, (item) => {
      if (item.metadata.name === 'hostile') throw new TypeError('cannot be prepared');
      return item;
    });
    await until('live');
    expect(reflector.dropped).toBe(1);
    for (const object of [
      {},
      { metadata: [] },
      { metadata: { name: 'x' } },
      { metadata: { name: 'x', uid: 7 } },
      { metadata: { name: 'x', uid: 'u' } },
    ]) {
      api.garble(`${JSON.stringify({ type: 'ADDED', object })}\n`);
    }
    await eventually(() => reflector.dropped).toBe(6);
    expect(store.contents()).toHaveLength(2);
    expect(reflector.state).toMatchObject({ phase: 'live', objects: 2 });
  });

  it('gives an event again on which the sink failed', async () => {
    const api = await startFakeApi();
    const { until, reflector, store } = runReflector(api);
    await until('live');
    const upsert = store.upsert.bind(store);
    let failed = false;
    store.upsert = (item) => {
      if (failed) upsert(item);
      else {
        failed = true;
        throw new TypeError('a fault of the store');
      }
    };
    api.put('a');
    await eventually(() => store.contents()).toEqual(api.contents());
    expect(failed).toBe(true);
    await until('live');
    expect(reflector.state.objects).toBe(1);
  });

  it('does not ask in a loop where each watch ends at once', async () => {
    const api = await startFakeApi();
    const { until, reflector } = runReflector(api, { ...NEVER, random: () => 0 });
    await until('live');
    api.endWatches();
    await until('catching-up');
    await eventually(() => api.watches()).toBe(0);
    expect(watchesAsked(api)).toHaveLength(1);
    reflector.retryNow();
    await eventually(() => watchesAsked(api).length).toBe(2);
  });

  it('takes smaller pages after one that is large', async () => {
    const api = await startFakeApi();
    Array.from({ length: 3 }, (_, index) => `t${index}`).forEach(api.put);
    const items = [{ metadata: { name: 'x', uid: 'u', annotations: { a: 'x'.repeat(9 * 1024 * 1024) } } }];
    const after: Record<string, string> = { '': 'second', second: 'third', third: 'fourth' };
    api.intercept = ({ query }, response) => {
      if (query.get('watch') === 'true') return false;
      const next = after[query.get('continue') ?? ''];
      const metadata = { resourceVersion: '103', ...(next !== undefined && { continue: next }) };
      sendJson(response, { kind: 'ThingList', apiVersion: 'v1', metadata, items });
      return true;
    };
    const { until } = runReflector(api);
    await until('live');
    expect(listsAsked(api).map((each) => each.query.get('limit'))).toEqual(['2', '2', '2', '1']);
  });
});
