// Names the folders that set-up, start and packaging share.
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder, with a separator at its end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Folder for what is fetched once per user, such as the Electron runtime. It is not created here. */
export function cacheFolder() {
  const { HEDGEROW_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (HEDGEROW_CACHE) return HEDGEROW_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'hedgerow');
  if (process.platform === 'win32')
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'hedgerow', 'cache');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hedgerow');
}

/** The pinned Node of this project; the file may be missing before set-up. */
export function pinnedNode() {
  return join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Path of the executable `name` on PATH, or undefined. For Linux and macOS. */
export function findOnPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** True if the module at `url` is the script that Node was started with. */
export function isMain(url) {
  try {
    return realpathSync(process.argv[1] ?? '') === fileURLToPath(url);
  } catch {
    return false;
  }
}
