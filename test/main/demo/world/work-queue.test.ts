/** The queue of controllers: each name once, a little later, and again after a refusal. */
import { describe, expect, it, vi } from 'vitest';
import { badRequest } from '../../../../src-main/demo/status-error.ts';
import { Simulation } from '../../../../src-main/demo/world/simulation.ts';
import { WorkQueue } from '../../../../src-main/demo/world/work-queue.ts';

function makeQueue(reconcile: (key: string) => void): { clock: Simulation; queue: WorkQueue } {
  const clock = new Simulation(0);
  return { clock, queue: new WorkQueue({ clock, delayMs: 20, reconcile }) };
}

describe('a work queue', () => {
  it('reconciles a name once however often it was added, in order', () => {
    const seen: [string, number][] = [];
    const { clock, queue } = makeQueue((key) => seen.push([key, clock.now()]));
    queue.add('b');
    queue.add('a');
    queue.add('b');
    clock.advanceTo(100);
    expect(seen).toEqual([
      ['b', 20],
      ['a', 20],
    ]);
  });

  it('reconciles again what is added while it is being reconciled', () => {
    let left = 2;
    const { clock, queue } = makeQueue((key) => {
      left -= 1;
      if (left > 0) queue.add(key);
    });
    queue.add('a');
    clock.advanceTo(100);
    expect(left).toBe(0);
  });

  it('keeps the earliest of several later times', () => {
    const times: number[] = [];
    const { clock, queue } = makeQueue(() => times.push(clock.now()));
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 300);
    clock.advanceTo(1000);
    expect(times).toEqual([120]);
  });

  it('tries again after a refusal, waiting twice as long each time, and forgets that after a success', () => {
    const times: number[] = [];
    let refusals = 4;
    const { clock, queue } = makeQueue(() => {
      times.push(clock.now());
      refusals -= 1;
      if (refusals >= 0) throw badRequest('no');
    });
    queue.add('a');
    clock.advanceTo(10_000);
    expect(times.map((time, index) => time - (times[index - 1] ?? 0))).toEqual([20, 25, 30, 40, 60]);
    refusals = 1;
    times.length = 0;
    queue.add('a');
    clock.advanceTo(20_000);
    expect(times).toEqual([10_020, 10_045]);
  });

  it('warns of a mistake of its own and goes on with the other names', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const seen: string[] = [];
    const { clock, queue } = makeQueue((key) => {
      seen.push(key);
      if (key === 'bad' && seen.length === 1) throw new TypeError('oops');
    });
    queue.add('bad');
    queue.add('good');
    clock.advanceTo(24);
    expect(seen).toEqual(['bad', 'good']);
    expect(warn).toHaveBeenCalledOnce();
  });

  it('does nothing more once stopped', () => {
    const reconcile = vi.fn();
    const { clock, queue } = makeQueue(reconcile);
    queue.add('a');
    queue.addAfter('b', 10);
    queue.stop();
    clock.advanceTo(1000);
    expect(reconcile).not.toHaveBeenCalled();
  });
});
