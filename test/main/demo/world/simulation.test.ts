/** The clock of a demo world: order, cancelling, and the step from virtual to real time. */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Simulation } from '../../../../src-main/demo/world/simulation.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('in virtual time', () => {
  it('runs tasks by due time, and in order of request where that is the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (delays) => {
        const clock = new Simulation(1000);
        const ran: { readonly delay: number; readonly order: number; readonly at: number }[] = [];
        for (const [order, delay] of delays.entries()) {
          clock.after(delay, () => ran.push({ delay, order, at: clock.now() }));
        }
        clock.advanceTo(1100);
        const wanted = delays
          .map((delay, order) => ({ delay, order, at: 1000 + delay }))
          .sort((one, other) => one.delay - other.delay || one.order - other.order);
        expect(ran).toEqual(wanted);
        expect(clock.now()).toBe(1100);
      }),
    );
  });

  it('runs what tasks ask for meanwhile, but nothing that is due later', () => {
    const clock = new Simulation(0);
    const ran: number[] = [];
    const repeat = (): void => {
      ran.push(clock.now());
      clock.after(10, repeat);
    };
    clock.after(10, repeat);
    clock.advanceTo(35);
    expect(ran).toEqual([10, 20, 30]);
    clock.advanceTo(40);
    expect(ran).toEqual([10, 20, 30, 40]);
  });

  it('does not run what was cancelled', () => {
    const clock = new Simulation(0);
    const task = vi.fn();
    const cancel = clock.after(5, task);
    cancel();
    clock.advanceTo(100);
    expect(task).not.toHaveBeenCalled();
  });

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])('takes a delay of %s as none', (delay) => {
    const clock = new Simulation(0);
    const task = vi.fn();
    clock.after(delay, task);
    clock.advanceTo(0);
    expect(task).toHaveBeenCalledOnce();
  });
});

describe('in real time', () => {
  it('waits with one timer for the next task', () => {
    vi.useFakeTimers({ now: 50_000 });
    const clock = new Simulation(40_000);
    const ran: string[] = [];
    clock.after(10_100, () => ran.push('late'));
    clock.advanceTo(50_000);
    clock.goLive();
    clock.after(50, () => ran.push('early'));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(60);
    expect(ran).toEqual(['early']);
    vi.advanceTimersByTime(60);
    expect(ran).toEqual(['early', 'late']);
    clock.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(() => clock.advanceTo(1)).toThrow(RangeError);
  });

  it('owes one heartbeat after the computer slept for an hour', () => {
    vi.useFakeTimers({ now: 0 });
    const clock = new Simulation(0);
    clock.goLive();
    let beats = 0;
    const beat = (): void => {
      beats += 1;
      clock.after(10_000, beat);
    };
    clock.after(10_000, beat);
    vi.setSystemTime(3_600_000);
    vi.advanceTimersByTime(10_000);
    expect(beats).toBe(1);
    clock.stop();
  });

  it('tells when it begins, at once if it has begun', () => {
    vi.useFakeTimers({ now: 0 });
    const clock = new Simulation(0);
    const told: string[] = [];
    clock.whenLive(() => told.push('first'));
    expect(told).toEqual([]);
    clock.goLive();
    clock.whenLive(() => told.push('second'));
    expect(told).toEqual(['first', 'second']);
    clock.stop();
  });
});
