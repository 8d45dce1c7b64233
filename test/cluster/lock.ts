// A lock between processes that outlives no holder.
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, readPidFile, recordOf } from './processes.ts';

let unique = 0;

function nextName(file: string): string {
  unique += 1;
  return `${file}.${String(process.pid)}.${String(unique)}`;
}

/** Takes the lock if it is free or its holder is gone. */
function tryLock(file: string): boolean {
  const own = nextName(file);
  writeFileSync(own, JSON.stringify(recordOf(process.pid)), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = readPidFile(file);
    if (holder && isAlive(holder)) return false;
    dropStale(file);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves a stale lock aside; puts it back if in the meantime a living process had taken it. */
function dropStale(file: string): void {
  const aside = nextName(file);
  try {
    renameSync(file, aside);
    const holder = readPidFile(aside);
    if (holder && isAlive(holder)) linkSync(aside, file);
  } catch {
    // Another process was faster; the next attempt sees what it did.
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Runs `work` while this process alone holds the lock file.
 * @param onWait called once if another process holds it.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  let told = false;
  while (!tryLock(file)) {
    if (!told) onWait?.();
    told = true;
    await delay(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
