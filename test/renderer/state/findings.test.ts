// What the page keeps of a fabric's diagnosis as messages come in.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pushes } from '../../../shared/ipc.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { installWindow } from '../fake-window.ts';
import { makeFinding } from '../make-finding.ts';

installWindow();
const { FabricFindings } = await import('../../../src-renderer/state/findings.svelte.ts');

function message(upsert: readonly Finding[], more: Partial<Pushes['findings']> = {}): Pushes['findings'] {
  return {
    sub: 's',
    seq: 1,
    reset: false,
    upsert,
    remove: [],
    order: upsert.map((finding) => finding.id),
    checks: { ran: 10, total: 10 },
    blindSpots: [],
    complete: true,
    synced: true,
    ...more,
  };
}

describe('FabricFindings', () => {
  let store = new FabricFindings();
  beforeEach(() => {
    store = new FabricFindings();
  });

  it('calls nothing new before the first complete look, nor what it found then', () => {
    expect(store.take(message([makeFinding('a')], { synced: false }))).toEqual([]);
    expect(store.take(message([makeFinding('b')], { order: ['a', 'b'] }))).toEqual([]);
    expect(store.appeared.size).toBe(0);
  });

  it('calls new what appears later, until it was seen', () => {
    store.take(message([makeFinding('a')]));
    const fresh = store.take(message([makeFinding('b')], { order: ['b', 'a'] }));
    expect(fresh.map((finding) => finding.id)).toEqual(['b']);
    expect([...store.appeared]).toEqual(['b']);
    store.see('b');
    expect(store.appeared.size).toBe(0);
    expect(store.take(message([makeFinding('b', { severity: 'low' })], { order: ['b', 'a'] }))).toEqual([]);
  });

  it('does not call the whole list new after a reset', () => {
    store.take(message([makeFinding('a')]));
    expect(
      store.take(message([makeFinding('a'), makeFinding('c')], { reset: true })).map(({ id }) => id),
    ).toEqual(['c']);
  });

  it('keeps the last copy of what is gone until it is forgotten', () => {
    store.take(message([makeFinding('a'), makeFinding('b')]));
    store.take(message([], { remove: ['a', 'b'], order: [] }));
    expect(store.byId.size).toBe(0);
    expect(store.find('a')?.id).toBe('a');
    store.forgetRetired('a');
    expect(store.find('a')?.id).toBe('a');
    expect(store.find('b')).toBeUndefined();
    store.take(message([makeFinding('a')]));
    expect(store.retired.size).toBe(0);
  });

  it('drops on a reset what the reset does not hold', () => {
    store.take(message([makeFinding('a'), makeFinding('b')]));
    store.take(message([makeFinding('b')], { reset: true }));
    expect([...store.byId.keys()]).toEqual(['b']);
    expect(store.forest.roots.map((root) => root.id)).toEqual(['b']);
  });
});
