/** A file for what must not reach a screen: of this user alone, read once, then gone. */
import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrivateOutput {
  readonly file: string;
  /** What was written; empty for more than `limit` bytes or where it was replaced by something else. */
  take(limit: number): Promise<string>;
  /** Removes the file and its folder. */
  remove(): Promise<void>;
}

/** Memory rather than disk where the system has such a folder for this user. */
async function baseFolder(runtime = process.env.XDG_RUNTIME_DIR ?? ''): Promise<string> {
  const stats = runtime === '' ? undefined : await lstat(runtime).catch(() => undefined);
  return stats?.isDirectory() === true && stats.uid === process.getuid?.() ? runtime : tmpdir();
}

/** An empty file (0600) in a new folder (0700). */
export async function createPrivateOutput(): Promise<PrivateOutput> {
  const folder = await mkdtemp(join(await baseFolder(), 'hedgerow-'));
  const file = join(folder, 'output');
  await writeFile(file, '', { mode: 0o600, flag: 'wx' });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return {
    file,
    async take(limit) {
      try {
        const stats = await lstat(file);
        return stats.isFile() && stats.size <= limit ? await readFile(file, 'utf8') : '';
      } catch {
        return '';
      } finally {
        await remove();
      }
    },
    remove,
  };
}
