// Tells within milliseconds whether a bundle is as new as its sources. Node's own modules only, for it runs before every command.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const MAIN = ['shared', 'src-main'];

/** What is bundled: the entry's source, the entry's output, and the folders it may import from. */
export const TARGETS = {
  main: { source: 'src-main/main.ts', output: 'out/main/main.js', folders: MAIN },
  preload: { source: 'src-main/preload.ts', output: 'out/preload/preload.cjs', folders: MAIN },
  renderer: {
    source: 'src-renderer/index.html',
    output: 'out/renderer/index.html',
    folders: ['shared', 'src-renderer'],
  },
  cli: { source: 'src-main/cli.ts', output: 'out/cli/cli.js', folders: MAIN },
};

const FILES = ['package-lock.json', 'build/bundle.mjs', 'build/stamp.mjs'];

function stampFile(target) {
  return join(ROOT, 'out', '.stamps', target);
}

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else yield path;
  }
}

/** A digest of path, size and modification time of everything a target is made from. */
export function readStamp(target) {
  const hash = createHash('sha256');
  const sources = TARGETS[target].folders.flatMap((folder) => [...filesIn(join(ROOT, folder))]);
  for (const file of [...sources.sort(), ...FILES.map((name) => join(ROOT, name))]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** True if the bundle of this target is there and no source changed since it was made. */
export function isFresh(target) {
  try {
    return (
      existsSync(join(ROOT, TARGETS[target].output)) &&
      readFileSync(stampFile(target), 'utf8') === readStamp(target)
    );
  } catch {
    return false;
  }
}

/** Records that the bundle of this target was made from sources whose stamp was `stamp`. */
export function writeStamp(target, stamp) {
  mkdirSync(join(ROOT, 'out', '.stamps'), { recursive: true });
  writeFileSync(stampFile(target), stamp);
}
