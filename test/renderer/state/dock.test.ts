// The tabs of the dock.
import { beforeEach, expect, it } from 'vitest';
import { Dock } from '../../../src-renderer/state/dock.svelte.ts';
import { makeRef } from '../make-finding.ts';

const target = { namespace: 'shop', ref: makeRef('Pod', 'web', 'shop'), containers: [] };
let dock = new Dock();
beforeEach(() => {
  dock = new Dock();
});

it('returns to the same logs instead of opening them twice', () => {
  dock.openLogs('a', target);
  dock.openShell('a', 'shop', 'web', 'main');
  dock.openLogs('a', target);
  expect(dock.tabs).toHaveLength(2);
  expect(dock.active).toBe(dock.tabs[0]?.id);
  dock.openLogs('b', target);
  dock.openLogs('a', target, true);
  expect(dock.tabs).toHaveLength(4);
});

it('has one tab per fabric to sign in', () => {
  dock.openSignIn('a');
  dock.openSignIn('b');
  dock.openSignIn('a');
  expect(dock.tabs.map(({ kind, fabric }) => [kind, fabric])).toEqual([
    ['sign-in', 'a'],
    ['sign-in', 'b'],
  ]);
  expect([dock.active, dock.open]).toEqual([dock.tabs[0]?.id, true]);
});

it('shows the neighbour of a closed tab, and hides with the last one', () => {
  dock.openLogs('a', target);
  dock.openShell('a', 'shop', 'web', 'main');
  const [logs, shell] = dock.tabs.map((tab) => tab.id);
  dock.close(shell ?? '');
  expect(dock.active).toBe(logs);
  dock.close(logs ?? '');
  expect([dock.active, dock.open]).toEqual([null, false]);
  dock.toggle();
  expect(dock.open).toBe(false);
});
