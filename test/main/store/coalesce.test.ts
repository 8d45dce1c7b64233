/** How often a task runs, however often it is asked for. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { coalesce } from '../../../src-main/store/coalesce.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('coalesce', () => {
  test('runs in the next turn, and once for all who ask in the same one', () => {
    const run = vi.fn();
    const task = coalesce(run, 100);
    task.ask();
    task.ask();
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(0);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('asked for every millisecond it runs ten times a second, and a last time for the last request', () => {
    const run = vi.fn();
    const task = coalesce(run, 100);
    for (let ms = 0; ms < 990; ms++) {
      task.ask();
      vi.advanceTimersByTime(1);
    }
    expect(run.mock.calls.length).toBeLessThanOrEqual(10);
    const before = run.mock.calls.length;
    task.ask();
    vi.advanceTimersByTime(100);
    expect(run).toHaveBeenCalledTimes(before + 1);
    vi.advanceTimersByTime(1000);
    expect(run).toHaveBeenCalledTimes(before + 1);
  });

  test('after a rest it runs at once again', () => {
    const run = vi.fn();
    const task = coalesce(run, 100);
    task.ask();
    vi.advanceTimersByTime(500);
    task.ask();
    vi.advanceTimersByTime(0);
    expect(run).toHaveBeenCalledTimes(2);
  });

  test('stopped, it neither runs what is pending nor anything later', () => {
    const run = vi.fn();
    const task = coalesce(run, 100);
    task.ask();
    task.stop();
    task.ask();
    vi.advanceTimersByTime(1000);
    expect(run).not.toHaveBeenCalled();
  });
});
