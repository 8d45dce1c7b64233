/** Lists the files of a folder that others made: no loop, no way out of the folder, no end without a bound. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

const MAX_DEPTH = 32;
const MAX_FILES = 200_000;

export interface FoundFile {
  readonly path: string;
  /** The path below the folder, with `/` on every platform. */
  readonly name: string;
  readonly bytes: number;
}

/**
 * All regular files below a folder, in the order of their names. Links are followed only within the folder, and each
 * folder is entered once. What cannot be read is told to `warn`, one sentence each.
 */
export async function walkFolder(root: string, warn: (sentence: string) => void): Promise<FoundFile[]> {
  const top = await realpath(root);
  const entered = new Set<string>();
  const files: FoundFile[] = [];

  async function enter(folder: string, name: string, depth: number): Promise<void> {
    if (entered.has(folder)) return;
    entered.add(folder);
    if (depth > MAX_DEPTH) {
      warn(`${name}: folders below depth ${MAX_DEPTH} are skipped.`);
      return;
    }
    const entries = (await readdir(folder)).sort();
    for (const entry of entries) {
      if (files.length >= MAX_FILES) return;
      await visit(join(folder, entry), name === '' ? entry : `${name}/${entry}`, depth);
    }
  }

  async function visit(path: string, name: string, depth: number): Promise<void> {
    try {
      const real = await realpath(path);
      if (real !== top && !real.startsWith(top + sep)) {
        warn(`${name}: the link leads out of the folder and is skipped.`);
        return;
      }
      const found = await stat(real);
      if (found.isDirectory()) await enter(real, name, depth + 1);
      else if (found.isFile()) files.push({ path: real, name, bytes: found.size });
    } catch (cause) {
      warn(
        `${name}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}) and is skipped.`,
      );
    }
  }

  await enter(top, '', 0);
  if (files.length >= MAX_FILES) warn(`Only the first ${MAX_FILES} files are read.`);
  return files;
}
