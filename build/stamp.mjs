// Tells within milliseconds whether npm packages and bundles are as new as what they are made from. It runs before every
// command, so it loads little and reads no contents.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, pinnedNode } from './paths.mjs';

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
  demo: { source: 'src-main/demo/main.ts', output: 'out/demo/demo.js', folders: MAIN },
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

function describeFile(file) {
  const { size, mtimeMs } = statSync(file);
  return `${file} ${size} ${mtimeMs}`;
}

/** Path, size and modification time of everything a target is made from. */
export function readStamp(target) {
  const sources = TARGETS[target].folders.flatMap((folder) => [...filesIn(join(ROOT, folder))]);
  return [...sources.sort(), ...FILES.map((name) => join(ROOT, name))].map(describeFile).join('\n');
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

const LOCKFILE = join(ROOT, 'package-lock.json');
const INSTALLED = join(ROOT, 'node_modules', '.hedgerow-setup');

/** True if node_modules was found or made equal to the lockfile before, and neither was touched since. */
export function dependenciesAreCurrent() {
  try {
    const stamp = readFileSync(INSTALLED, 'utf8');
    if (stamp === describeInstalled(true)) return existsSync(pinnedNode());
    return stamp === describeInstalled(false);
  } catch {
    return false;
  }
}

/** Records that node_modules is what the lockfile says, with or without the pinned Node. */
export function writeInstalledStamp(pinned) {
  writeFileSync(INSTALLED, describeInstalled(pinned));
}

function describeInstalled(pinned) {
  return `${describeFile(LOCKFILE)} on ${pinned ? 'the pinned Node' : "the machine's Node"}`;
}
