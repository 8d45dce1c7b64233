// Which fabric is on screen as fabrics open, close and vanish.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FabricList } from '../../../shared/ipc.ts';
import { installWindow, type FakeWindow } from '../fake-window.ts';
import { makeFabric, makeLink } from '../make-finding.ts';

installWindow();
const { Fabrics } = await import('../../../src-renderer/state/fabrics.svelte.ts');

function list(...phases: readonly Parameters<typeof makeLink>[0][]): FabricList {
  return {
    sources: ['config'],
    problems: [],
    fabrics: phases.map((phase, index) => makeFabric('abc'.charAt(index), makeLink(phase))),
  };
}

describe('fabrics', () => {
  let fabrics = new Fabrics();
  let fake: FakeWindow;

  beforeEach(() => {
    fake = installWindow({
      'fabric.open': () => null,
      'fabric.close': () => null,
      'kubeconfig.choose': () => list('live'),
    });
    fabrics = new Fabrics();
  });

  it('shows none while none is open, and opens none by itself', () => {
    fabrics.take(list('closed', 'closed'));
    expect(fabrics.selected).toBeNull();
    expect(fake.calls).toEqual([]);
  });

  it('shows the one that main opened', () => {
    fabrics.take(list('closed', 'connecting'));
    expect(fabrics.selected).toBe('b');
  });

  it('opens a closed one once, and only shows an open one', async () => {
    fabrics.take(list('closed', 'live'));
    await fabrics.open('a');
    await fabrics.open('b');
    expect(fabrics.selected).toBe('b');
    expect(fake.calls).toEqual([{ name: 'fabric.open', input: { fabric: 'a' } }]);
  });

  it('does not ask to open a context with a problem, but shows why', async () => {
    const problem = { code: 'context-broken', message: 'x', retryable: false } as const;
    fabrics.take({ ...list(), fabrics: [makeFabric('a', makeLink('closed'), { problem })] });
    await fabrics.open('a');
    expect(fabrics.selected).toBe('a');
    expect(fake.calls).toEqual([]);
  });

  it('goes on to the next open one when one is closed, even while main still lists it', async () => {
    fabrics.take(list('live', 'live'));
    expect(fabrics.selected).toBe('a');
    await fabrics.close('a');
    fabrics.take(list('live', 'live'));
    expect(fabrics.selected).toBe('b');
  });

  it('returns to welcome when the last one is closed', async () => {
    fabrics.take(list('live', 'closed'));
    await fabrics.close('a');
    fabrics.take(list('live', 'closed'));
    expect(fabrics.selected).toBeNull();
    fabrics.take(list('closed', 'closed'));
    await fabrics.open('a');
    expect(fabrics.selected).toBe('a');
  });

  it('leaves a fabric whose context is gone', () => {
    fabrics.take(list('live', 'live', 'live'));
    fabrics.selected = 'c';
    fabrics.take(list('live', 'live'));
    expect(fabrics.selected).toBe('a');
  });

  it('keeps the reason of a failed call until the next one', async () => {
    fake = installWindow({ 'fabric.retry': () => null });
    fabrics.take(list('closed'));
    await fabrics.open('a');
    expect(fabrics.error?.message).toBe('Refused by the test.');
    await fabrics.retry('a');
    expect(fabrics.error).toBeNull();
  });

  it('reads the list at the start and follows it', async () => {
    fake = installWindow({ 'fabrics.list': () => list('closed') });
    const stop = fabrics.start();
    await vi.waitFor(() => expect(fabrics.loaded).toBe(true));
    fake.push('fabrics', list('live'));
    expect(fabrics.selected).toBe('a');
    stop();
    expect(fake.listening('fabrics')).toBe(0);
  });
});
