/** The guard against writes: locked by default, open for a time, barred for a reason. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Guard } from '../../../src-main/fabric/guard.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function guardOf() {
  const why: { bar: string | undefined } = { bar: undefined };
  const onChange = vi.fn();
  const guard = new Guard({ fabric: 'prod', now: Date.now, bar: () => why.bar, onChange });
  return { guard, why, onChange };
}

describe('Guard', () => {
  test('is locked until somebody unlocks it, and says what to do', () => {
    const { guard } = guardOf();
    expect(guard.state).toEqual({ state: 'locked' });
    expect(() => guard.require()).toThrow('Fabric prod is locked against writes, so nothing was sent.');
  });

  test('unlocked, it locks itself when the time is over', () => {
    const { guard, onChange } = guardOf();
    guard.unlock(15);
    expect(guard.state).toEqual({ state: 'unlocked', until: 1_000_000 + 900_000 });
    guard.require();
    vi.advanceTimersByTime(899_999);
    expect(guard.state.state).toBe('unlocked');
    vi.advanceTimersByTime(1);
    expect(guard.state).toEqual({ state: 'locked' });
    expect(() => guard.require()).toThrow('locked');
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  test('a computer that slept does not leave it open', () => {
    const { guard } = guardOf();
    guard.unlock(15);
    // The clock jumps, no timer has fired.
    vi.setSystemTime(1_000_000 + 3_600_000);
    expect(guard.state).toEqual({ state: 'locked' });
    expect(() => guard.require()).toThrow('locked');
  });

  test('unlocking again counts from then; locking ends it at once', () => {
    const { guard } = guardOf();
    guard.unlock(1);
    vi.advanceTimersByTime(30_000);
    guard.unlock(1);
    vi.advanceTimersByTime(45_000);
    expect(guard.state.state).toBe('unlocked');
    guard.lock();
    expect(guard.state.state).toBe('locked');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('barred, it can neither be unlocked nor written through; a bar that passes in time leaves it as it was', () => {
    const { guard, why } = guardOf();
    guard.unlock(15);
    why.bar = 'The data of fabric prod is stale.';
    expect(guard.state).toEqual({ state: 'locked', barred: why.bar });
    expect(() => guard.require()).toThrow('stale');
    expect(() => guard.unlock(5)).toThrow('stale');
    why.bar = undefined;
    expect(guard.state.state).toBe('unlocked');
  });
});
