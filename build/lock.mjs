// Lets one process at a time do a step of the set-up, even when two commands start together.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { cacheFolder } from './paths.mjs';
import { say } from './terminal.mjs';

const BEAT_MS = 1000;
// The holder touches its lock every second, so a lock this old belongs to a process that died.
const STALE_MS = 15_000;

/** What a lock file holds. The process id can be looked up only on the host that wrote it. */
function describeHolder(id) {
  return JSON.stringify({ id, pid: process.pid, host: hostname() });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isStale(file) {
  if (Date.now() - statSync(file).mtimeMs >= STALE_MS) return true;
  try {
    const { pid, host } = JSON.parse(readFileSync(file, 'utf8'));
    return host === hostname() && !isAlive(pid);
  } catch {
    // Taken this instant and not written yet.
    return false;
  }
}

function take(file, id) {
  try {
    writeFileSync(file, describeHolder(id), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

// Moves a dead process's lock aside. A rename succeeds for one of several waiters only; if what it
// moved turns out to be a fresh lock, that one is put back.
function removeStale(file, id) {
  try {
    if (!isStale(file)) return;
    const aside = `${file}.${id}`;
    renameSync(file, aside);
    if (isStale(aside)) rmSync(aside, { force: true });
    else renameSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/**
 * Runs `work` while holding the lock `name`; waits for another holder and says so. A lock whose holder
 * was killed is taken over, after 15 s at the latest.
 */
export async function withLock(name, work) {
  const folder = join(cacheFolder(), 'locks');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.lock`);
  const id = randomUUID();
  let told = false;
  while (!take(file, id)) {
    if (!told) say('Another Hedgerow command is setting up; waiting for it.');
    told = true;
    await wait(200);
    removeStale(file, id);
  }
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Removed by hand: the work goes on, only unprotected.
    }
  }, BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    release(file, id);
  }
}

function release(file, id) {
  try {
    if (readFileSync(file, 'utf8') === describeHolder(id)) rmSync(file, { force: true });
  } catch {
    // Already gone.
  }
}
