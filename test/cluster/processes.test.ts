// A process is known by pid and start time; locks and polls end when they should.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { withLock } from './lock.ts';
import { poll } from './poll.ts';
import { isAlive, readPidFile, recordOf, signalProcess, waitGone } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'hedgerow-test-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.runIf(process.platform === 'linux')('processes (Linux)', () => {
  test('a running process is alive until it is ended', async () => {
    const child = spawn('sleep', ['60']);
    const record = recordOf(child.pid ?? 0);
    expect(isAlive(record)).toBe(true);
    expect(await waitGone(record, 50)).toBe(false);
    expect(signalProcess(record, 'SIGKILL')).toBe(true);
    expect(await waitGone(record, 5_000)).toBe(true);
    expect(signalProcess(record, 'SIGKILL')).toBe(false);
  });

  test('a later process with the same pid is another one', () => {
    const own = recordOf(process.pid);
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTime: 'another boot:1' })).toBe(false);
  });

  test.each([
    ['no JSON', 'x'],
    ['no record', '{"pid":"1"}'],
    ['a pid that means a process group', '{"pid":-1,"startTime":"a"}'],
  ])('a pid file that holds %s is ignored', (_what, content) => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, content);
    expect(readPidFile(file)).toBeUndefined();
  });

  test('a lock lets one in at a time', async () => {
    const file = join(folder, 'lock');
    let inside = 0;
    const most: number[] = [];
    const work = async (): Promise<void> => {
      inside += 1;
      most.push(inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file, work)));
    expect(most).toEqual([1, 1, 1]);
  });

  test('a lock whose holder is gone is free', async () => {
    const file = join(folder, 'stale');
    const child = spawn('true');
    const record = recordOf(child.pid ?? 0);
    await once(child, 'exit');
    writeFileSync(file, JSON.stringify(record));
    expect(await withLock(file, () => Promise.resolve('in'))).toBe('in');
  });
});

test('a poll asks until the answer is truthy', async () => {
  const answers = [0, new Error('not yet'), 7];
  const probe = (): Promise<number> => {
    const next = answers.shift() ?? 0;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  expect(await poll(probe, 5_000, () => 'It')).toBe(7);
});

test('a poll that fails says what it waited for, and the last error', async () => {
  const probe = (): Promise<boolean> => Promise.reject(new Error('refused'));
  await expect(poll(probe, 1, () => 'The start')).rejects.toThrow(
    'The start did not happen within 0.001 s. Last error: refused',
  );
});
