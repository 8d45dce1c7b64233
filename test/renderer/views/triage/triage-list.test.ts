// The list as a user works in it while findings come and go.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../../../shared/model/finding.ts';
import { installWindow } from '../../fake-window.ts';
import { linkFindings, makeFinding } from '../../make-finding.ts';

installWindow();
const { FabricFindings } = await import('../../../../src-renderer/state/findings.svelte.ts');
const { TriageList, triageListOf } =
  await import('../../../../src-renderer/views/triage/triage-list.svelte.ts');

describe('TriageList', () => {
  let diagnosis = new FabricFindings();
  let list = new TriageList(diagnosis);
  const a = makeFinding('a', { severity: 'critical' });
  const effects = [1, 2, 3, 4, 5, 6].map((number) => makeFinding(`e${String(number)}`, { rootCause: 'a' }));
  const b = makeFinding('b', { severity: 'high' });

  function show(...findings: readonly Finding[]): void {
    const byId = linkFindings(...findings);
    diagnosis.take({
      sub: 's',
      seq: 1,
      reset: true,
      upsert: [...byId.values()],
      remove: [],
      order: [...byId.keys()],
      checks: { ran: 1, total: 1 },
      blindSpots: [],
      complete: true,
      synced: true,
    });
    list.settle(list.holding);
  }
  const keys = () => list.rows.filter((row) => row.kind !== 'group').map((row) => row.key);

  beforeEach(() => {
    vi.useFakeTimers();
    diagnosis = new FabricFindings();
    list = new TriageList(diagnosis);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('selects the worst root and unfolds it, once', () => {
    show(a, ...effects, b);
    list.selectFirst();
    expect(keys()).toEqual(['a', 'e1', 'e2', 'e3', 'more:a', 'b']);
    expect(list.finding?.id).toBe('a');
    list.select('b');
    list.selectFirst();
    expect(list.selected).toBe('b');
  });

  it('folds, unfolds, and goes from an effect to its root', () => {
    show(a, ...effects, b);
    list.selectFirst();
    expect(list.unfoldSelected()).toBe(false);
    list.move(1);
    expect(list.foldSelected()).toBe(true);
    expect(list.selected).toBe('a');
    expect(list.foldSelected()).toBe(true);
    expect(keys()).toEqual(['a', 'b']);
    list.unfoldSelected();
    list.select('more:a');
    expect(list.finding?.id).toBe('a');
    list.unfoldSelected();
    expect(list.selected).toBe('e4');
    expect(keys()).toHaveLength(8);
  });

  it('holds rows while the pointer moves over them, and lets go when it leaves', () => {
    show(b);
    list.touch();
    list.settle(list.holding);
    show(a, b);
    expect(keys()).toEqual(['b']);
    expect(list.waiting).toEqual({ appeared: 1, gone: 0, moved: false });
    list.leave();
    list.settle(list.holding);
    expect(keys()).toEqual(['a', 'b']);
    expect(list.waiting).toBeUndefined();
  });

  it('holds for a while after the last key or move, then is idle', () => {
    show(b);
    list.touch();
    vi.advanceTimersByTime(3000);
    list.touch();
    vi.advanceTimersByTime(3000);
    list.settle(list.holding);
    show(a, b);
    expect(keys()).toEqual(['b']);
    vi.advanceTimersByTime(1000);
    expect(list.holding).toBe(false);
    list.settle(list.holding);
    expect(keys()).toEqual(['a', 'b']);
  });

  it('re-ranks at once through the pill, and goes on holding', () => {
    show(b);
    list.touch();
    list.settle(list.holding);
    show(a, b);
    list.rerank();
    expect(keys()).toEqual(['a', 'b']);
    show(b);
    expect(keys()).toEqual(['a', 'b']);
    expect(diagnosis.byId.has('a')).toBe(false);
    expect(diagnosis.find('a')?.id).toBe('a');
  });

  it('does not hold an empty list, nor before the first complete look', () => {
    list.touch();
    show();
    show(a);
    expect(keys()).toEqual(['a']);
  });

  it('filters held rows too', () => {
    show(a, b);
    list.query = 'severity:high';
    expect(keys()).toEqual(['b']);
    expect(list.waiting).toBeUndefined();
  });

  it('reveals a folded effect, through a filter and a hold', () => {
    show(a, ...effects, b);
    list.query = 'nothing';
    expect(list.reveal('e6')).toBe(true);
    expect(list.selected).toBe('e6');
    expect(keys()).toContain('e6');
    expect(list.reveal('unknown')).toBe(false);
  });

  it('forgets gone findings, but not the one that is open', () => {
    show(a, b);
    list.select('a');
    show();
    expect(list.finding?.id).toBe('a');
    expect(diagnosis.find('b')).toBeUndefined();
  });

  it('is one list per diagnosis', () => {
    expect(triageListOf(diagnosis)).toBe(triageListOf(diagnosis));
    expect(triageListOf(new FabricFindings())).not.toBe(triageListOf(diagnosis));
  });
});
