/** A lock between processes: a file that only one of them can create. */
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** A lock is held for milliseconds; after so long its owner is taken for dead, ms. */
const STALE_MS = 30_000;
const PAUSE_MS = 25;

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : '';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}

/** What an abandoned lock holds; undefined where its owner lives: on this computer by the process, elsewhere by the age. */
async function readAbandoned(path: string): Promise<string | undefined> {
  try {
    const [content, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const [pid = '', host = ''] = content.split('\n');
    const dead = host === hostname() && /^\d+$/.test(pid) && !isAlive(Number(pid));
    return dead || Date.now() - mtimeMs > STALE_MS ? content : undefined;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Takes the lock away; where another process was faster and took it anew meanwhile, it gets it back. */
async function breakLock(path: string, abandoned: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== abandoned) await link(aside, path);
  } catch (cause) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(cause))) throw cause;
  }
  await rm(aside, { force: true });
}

/** Runs the work while no other process holds the lock. Waits for it; the lock of a dead process is broken. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile(`${String(process.pid)}\n${hostname()}\n`);
      } finally {
        await file.close();
      }
      break;
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') throw cause;
      const abandoned = await readAbandoned(path);
      if (abandoned === undefined) await pause(PAUSE_MS);
      else await breakLock(path, abandoned);
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
