// One subscription over a bridge that may be early, late, or lose a message.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import type { Pushes } from '../../../shared/ipc.ts';
import { installWindow, type FakeWindow } from '../fake-window.ts';

installWindow();
const { call } = await import('../../../src-renderer/api.ts');
const { subscribe } = await import('../../../src-renderer/state/subscription.ts');

function message(sub: string, seq: number): Pushes['object'] {
  return { sub, seq, object: null, state: { phase: 'live', since: 0, objects: 0, reconnects: 0 } };
}

describe('subscribe', () => {
  let fake: FakeWindow;
  let number: number;
  const seen: string[] = [];
  const errors: AppError[] = [];
  const input = { fabric: 'f', resource: { group: '', version: 'v1', resource: 'pods' }, name: 'web' };

  beforeEach(() => {
    number = 0;
    seen.length = 0;
    errors.length = 0;
    fake = installWindow({
      'object.watch': () => {
        number += 1;
        return { sub: `s${String(number)}` };
      },
      unwatch: () => null,
    });
  });

  function begin(): () => void {
    return subscribe({
      push: 'object',
      open: () => call('object.watch', input),
      onMessage: (one) => seen.push(`${one.sub}:${String(one.seq)}`),
      onError: (error) => errors.push(error),
    });
  }
  const opened = (times: number) => vi.waitFor(() => expect(number).toBe(times));
  const names = () => fake.calls.map((one) => one.name);

  it('delivers in order, and nothing of other subscriptions', async () => {
    begin();
    await opened(1);
    await Promise.resolve();
    fake.push('object', message('s1', 1));
    fake.push('object', message('other', 1));
    fake.push('object', message('s1', 2));
    await vi.waitFor(() => expect(seen).toEqual(['s1:1', 's1:2']));
  });

  it('keeps pushes that overtake the answer', async () => {
    begin();
    fake.push('object', message('other', 1));
    fake.push('object', message('s1', 1));
    fake.push('object', message('s1', 2));
    await vi.waitFor(() => expect(seen).toEqual(['s1:1', 's1:2']));
  });

  it('begins again after a gap and ends what it leaves', async () => {
    begin();
    fake.push('object', message('s1', 1));
    await vi.waitFor(() => expect(seen).toEqual(['s1:1']));
    fake.push('object', message('s1', 3));
    await opened(2);
    fake.push('object', message('s2', 1));
    fake.push('object', message('s1', 4));
    await vi.waitFor(() => expect(seen).toEqual(['s1:1', 's2:1']));
    expect(fake.calls.filter((one) => one.name === 'unwatch').map((one) => one.input)).toEqual([
      { sub: 's1' },
    ]);
  });

  it('ignores a message it has had already', async () => {
    begin();
    fake.push('object', message('s1', 1));
    fake.push('object', message('s1', 1));
    await vi.waitFor(() => expect(seen).toEqual(['s1:1']));
    expect(number).toBe(1);
  });

  it('stops for good, also before the answer came', async () => {
    const end = begin();
    end();
    await vi.waitFor(() => expect(names()).toEqual(['object.watch', 'unwatch']));
    fake.push('object', message('s1', 1));
    expect(seen).toEqual([]);
    expect(fake.listening('object')).toBe(0);
  });

  it('hands over the reason why it cannot begin', async () => {
    fake = installWindow();
    begin();
    await vi.waitFor(() => expect(errors.map((error) => error.code)).toEqual(['internal']));
  });
});
