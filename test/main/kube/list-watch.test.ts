// List-watches that work: pages, events, bookmarks, a forgotten past, and the end.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { wentBack } from '../../../src-main/kube/list-watch.ts';
import { eventually } from './eventually.ts';
import { startFakeApi } from './fake-api.ts';
import { listsAsked, NEVER, QUICK, refuse, runReflector, watchesAsked } from './run-reflector.ts';

describe('a list-watch', () => {
  it('lists page by page, then follows', async () => {
    const api = await startFakeApi();
    ['a', 'b', 'c', 'd', 'e'].forEach(api.put);
    const { reflector, store, states, pages, phases, until } = runReflector(api);
    await reflector.synced;
    expect(store.contents()).toEqual(api.contents());
    expect(pages).toEqual([2, 2]);
    expect(
      states.filter((each) => each.phase === 'listing').map(({ objects, expected }) => [objects, expected]),
    ).toEqual([
      [0, undefined],
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
    await until('live');
    expect(phases()).toEqual(['listing', 'catching-up', 'live']);
    expect(Object.fromEntries(watchesAsked(api)[0]?.query ?? [])).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '105',
    });
    const seconds = Number(watchesAsked(api)[0]?.query.get('timeoutSeconds'));
    expect(seconds).toBeGreaterThanOrEqual(300);
    expect(seconds).toBeLessThanOrEqual(600);
    api.put('f');
    api.remove('a');
    await eventually(() => store.contents()).toEqual(api.contents());
    expect(reflector.state).toMatchObject({ phase: 'live', objects: 5, reconnects: 0 });
    expect(reflector.state.asOf).toBeGreaterThanOrEqual(reflector.state.since);
  });

  it('gives items the kind that the list has', async () => {
    const api = await startFakeApi();
    api.put('a');
    const seen: KubeObject[] = [];
    const { reflector } = runReflector(api, QUICK, (item) => {
      seen.push(item);
      return item;
    });
    await reflector.synced;
    expect(seen[0]).toMatchObject({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' } });
  });

  it('begins the list anew when it expires halfway', async () => {
    const api = await startFakeApi();
    ['a', 'b', 'c', 'd', 'e'].forEach(api.put);
    let compacted = false;
    api.intercept = ({ query }) => {
      if (query.get('continue') !== null && !compacted) {
        compacted = true;
        api.remove('a');
        api.compact();
      }
      return false;
    };
    const { store, until } = runReflector(api);
    await until('live');
    expect(store.contents()).toEqual(api.contents());
    expect(listsAsked(api).filter((each) => each.query.get('continue') === null)).toHaveLength(2);
  });

  it.each([false, true])('lists again when the past is gone (within the stream: %s)', async (inStream) => {
    const api = await startFakeApi();
    ['a', 'b'].forEach(api.put);
    const { store, states, until } = runReflector(api);
    await until('live');
    api.expiresInStream = inStream;
    api.intercept = ({ query }) => {
      // While nobody watched, one object went and the past was forgotten.
      if (query.get('watch') === 'true' && api.contents().length === 2) {
        api.remove('a');
        api.compact();
      }
      return false;
    };
    api.cutWatches();
    await eventually(() => states.map((each) => each.phase)).toContain('expired');
    await until('live');
    expect(store.contents()).toEqual(api.contents());
    expect(store.contents()).toHaveLength(1);
  });

  it('goes on from the last bookmark after a reset, without another list', async () => {
    const api = await startFakeApi();
    api.put('a');
    const { states, until, reflector } = runReflector(api);
    await until('live');
    api.compact();
    api.bookmark();
    await eventually(() => states.filter((each) => each.phase === 'live').length).toBe(2);
    api.cutWatches();
    await eventually(() => api.asked.length).toBe(3);
    await until('live');
    expect(watchesAsked(api)[1]?.query.get('resourceVersion')).toBe('102');
    expect(listsAsked(api)).toHaveLength(1);
    expect(reflector.state.reconnects).toBe(1);
  });

  it('opens another watch when one ends in good order, and counts no loss', async () => {
    const api = await startFakeApi();
    const { until, reflector, phases } = runReflector(api, { ...QUICK, minBackOff: 0 });
    await until('live');
    api.put('a');
    await eventually(() => reflector.state.objects).toBe(1);
    api.endWatches();
    await eventually(() => watchesAsked(api).length).toBe(2);
    await until('live');
    expect(phases()).toEqual(['listing', 'catching-up', 'live']);
    expect(reflector.state.reconnects).toBe(0);
    expect(watchesAsked(api)[1]?.query.get('resourceVersion')).toBe('101');
  });

  it('takes a server that went back to an older state', async () => {
    const api = await startFakeApi();
    ['a', 'b', 'c'].forEach(api.put);
    const { store, until, phases } = runReflector(api, { ...QUICK, steady: 0 });
    await until('live');
    api.restore();
    await eventually(() => api.watches()).toBe(1);
    api.bookmark();
    await eventually(() => phases()).toContain('expired');
    await eventually(() => store.contents()).toEqual(api.contents());
    expect(store.contents()).toHaveLength(1);
  });
});

describe('stop', () => {
  it('ends a watch, and tells nothing more', async () => {
    const api = await startFakeApi();
    const { reflector, until, states, store } = runReflector(api);
    await until('live');
    const told = states.length;
    reflector.stop();
    await eventually(() => api.watches()).toBe(0);
    api.put('late');
    await setImmediate();
    expect([states.length, store.contents()]).toEqual([told, []]);
    expect(api.asked).toHaveLength(2);
  });

  it('ends a list that gets no answer', async () => {
    const api = await startFakeApi();
    api.intercept = () => true;
    const { reflector, states } = runReflector(api);
    await eventually(() => api.asked.length).toBe(1);
    reflector.stop();
    await reflector.synced;
    await eventually(() => api.asked[0]?.socket.destroyed).toBe(true);
    expect(states.map((each) => each.phase)).toEqual(['listing']);
  });

  it('ends a pause between attempts', async () => {
    const api = await startFakeApi();
    refuse(api, 500, {});
    const { reflector, until } = runReflector(api, NEVER);
    await until('stale');
    const asked = api.asked.length;
    reflector.stop();
    reflector.retryNow();
    await reflector.synced;
    await setImmediate();
    expect(api.asked).toHaveLength(asked);
  });
});

it.each([
  ['10', '9', true],
  ['9', '10', false],
  ['9', '9', false],
  ['9', '', false],
  ['abc', '1', false],
  ['99999999999999999999', '99999999999999999998', true],
])('from version %s to %s is back: %s', (before, next, back) => {
  expect(wentBack(before, next)).toBe(back);
});
