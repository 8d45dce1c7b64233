// What the page keeps of a table as messages come in: above all, that old rows stay until new ones are complete.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pushes, Row } from '../../../shared/ipc.ts';
import type { WatchState } from '../../../shared/model/fabric.ts';
import { installWindow, type FakeWindow } from '../fake-window.ts';
import { kind } from '../views/resources/kinds.ts';

let count = 0;
const fake: FakeWindow = installWindow({
  'rows.watch': () => ({ sub: `sub-${String(++count)}` }),
  unwatch: () => null,
});
const { RowWatch, rows } = await import('../../../src-renderer/state/rows.svelte.ts');

const PODS = kind('v1', 'pods', 'Pod');
const NODES = kind('v1', 'nodes', 'Node', { namespaced: false });

function row(uid: string): Row {
  return { uid, name: uid, deleting: false, cells: [] };
}

function state(phase: WatchState['phase'], more: Partial<WatchState> = {}): WatchState {
  return { phase, since: 1, objects: 0, reconnects: 0, ...more };
}

describe('RowWatch', () => {
  let watch = new RowWatch('f', PODS, undefined);
  let seq = 0;

  beforeEach(async () => {
    watch.stop();
    watch = new RowWatch('f', PODS, undefined);
    watch.start();
    seq = 0;
    await Promise.resolve();
    await Promise.resolve();
  });

  function send(
    phase: WatchState['phase'],
    upsert: readonly string[],
    more: Partial<Pushes['rows']> = {},
  ): void {
    seq += 1;
    const message = {
      sub: `sub-${String(count)}`,
      seq,
      reset: false,
      upsert: upsert.map(row),
      remove: [],
      state: state(phase),
      ...more,
    };
    fake.push('rows', message);
  }
  const uids = (): string[] => [...watch.byUid.keys()];

  it('shows a first list as it comes', () => {
    send('listing', ['a'], { reset: true });
    expect([uids(), watch.oldFrom]).toEqual([['a'], null]);
    send('listing', ['b']);
    send('live', ['c'], { remove: ['a'] });
    expect(uids()).toEqual(['b', 'c']);
    expect([...watch.arrived.keys()]).toEqual(['b', 'c']);
  });

  it('keeps old rows until a new list is complete', () => {
    send('live', ['a', 'b'], { reset: true, state: state('live', { asOf: 5000 }) });
    send('idle', [], { reset: true });
    expect([uids(), watch.oldFrom]).toEqual([['a', 'b'], 5000]);
    send('listing', ['b']);
    send('listing', ['c']);
    expect(uids()).toEqual(['a', 'b']);
    send('live', []);
    expect([uids(), watch.oldFrom]).toEqual([['b', 'c'], null]);
    expect([...watch.arrived.keys()]).toEqual(['b', 'c']);
  });

  it('drops old rows where the new list is denied or absent', () => {
    send('live', ['a'], { reset: true });
    send('denied', [], { reset: true });
    expect([uids(), watch.oldFrom]).toEqual([[], null]);
  });

  it('tells of each message by its version', () => {
    const before = watch.version;
    send('live', ['a'], { reset: true });
    send('live', []);
    expect(watch.version).toBe(before + 2);
  });
});

describe('rows', () => {
  it('holds one watch, and leaves an equal choice alone', async () => {
    rows.show('f', PODS, 'shop');
    const first = rows.current;
    rows.show('f', PODS, 'shop');
    expect(rows.current).toBe(first);
    rows.show('f', PODS, 'lab');
    expect(rows.current).not.toBe(first);
    rows.show('f', NODES, 'lab');
    expect(rows.current?.namespace).toBeUndefined();
    await expect.poll(() => fake.calls.filter((one) => one.name === 'unwatch').length).toBeGreaterThan(1);
    rows.stop();
    expect(rows.current).toBeNull();
  });

  it('remembers what each fabric showed last', () => {
    rows.choose('f', { namespace: 'shop' });
    rows.choose('g', { kind: '/nodes' });
    rows.choose('f', { kind: 'apps/deployments' });
    expect([rows.choiceOf('f'), rows.choiceOf('g'), rows.choiceOf('h')]).toEqual([
      { kind: 'apps/deployments', namespace: 'shop' },
      { kind: '/nodes', namespace: undefined },
      undefined,
    ]);
  });
});
