/** Tells when files change on disk, however they are replaced, removed or made again; costs nothing while they rest. */
import { watch, type FSWatcher } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse } from 'node:path';

export interface WatchFilesOptions {
  /** Absolute paths, asked anew at every look; they need not exist. */
  readonly paths: () => readonly string[];
  readonly onChange: () => void;
  /** For how long a file must rest before a change is told, ms: a writer may not be done. 250 unless told. */
  readonly settleMs?: number;
}

export interface FileWatch {
  /** Takes the files as they are now as known and begins to watch. Resolves once it does. */
  start(): Promise<void>;
  /** Looks again: other paths are to be watched, or events may have been missed. */
  look(): void;
  close(): void;
}

/** Looks for which a removed file must stay away: many tools remove a file before they write it anew. */
const GONE_LOOKS = 6;
/** A file that never rests is told after so many looks all the same. */
const MOST_LOOKS = 20;
/** Where the system cannot watch a folder, it is looked at that often, ms. */
const POLL_MS = 5000;
const MAX_LINKS = 40;
const GONE = 'gone';

/** The folders in which something may happen that concerns a path: its own, and those of the links that lead there. */
async function foldersOf(path: string): Promise<Set<string>> {
  const folders = new Set<string>();
  const split = (part: string) => part.split(/[\\/]/).filter((name) => name !== '' && name !== '.');
  let { root: at } = parse(path);
  let left = split(path.slice(at.length));
  let links = 0;
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, name);
    try {
      if (!(await lstat(next)).isSymbolicLink()) {
        at = next;
        continue;
      }
      folders.add(at);
      if (++links > MAX_LINKS) return folders;
      const target = await readlink(next);
      const { root } = parse(target);
      if (isAbsolute(target)) at = root;
      left = [...split(target.slice(root.length)), ...left];
    } catch {
      // What is missing can appear in the last folder there is.
      folders.add(at);
      return folders;
    }
  }
  folders.add(dirname(at));
  return folders;
}

/** Equal as long as the file is the same and unchanged. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, mode } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, mode].join(':');
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? GONE : errno;
  }
}

type Signatures = ReadonlyMap<string, string>;

const same = (a: Signatures, b: Signatures): boolean =>
  a.size === b.size && [...a].every(([path, signature]) => b.get(path) === signature);

/** Watches files by the folders that hold them, so that replaced, removed and later ones are seen, too. */
export function watchFiles({ paths, onChange, settleMs = 250 }: WatchFilesOptions): FileWatch {
  const watchers = new Map<string, { readonly id: string; readonly watcher: FSWatcher }>();
  let known: Signatures = new Map();
  let last: Signatures | undefined;
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  let poll: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  let closed = false;

  // Asked after every wait, since it changes meanwhile.
  const isClosed = (): boolean => closed;

  const measure = async (): Promise<Signatures> =>
    new Map(await Promise.all(paths().map(async (path) => [path, await signatureOf(path)] as const)));

  const ask = (): void => {
    if (timer !== undefined || closed) return;
    timer = setTimeout(() => {
      timer = undefined;
      looking = looking.then(lookNow);
    }, settleMs);
    timer.unref();
  };

  /** A folder that was removed and made again bears the same name but is another one. */
  const openFolder = async (folder: string): Promise<boolean> => {
    try {
      const { dev, ino } = await stat(folder, { bigint: true });
      const id = `${String(dev)}:${String(ino)}`;
      const open = watchers.get(folder);
      if (open?.id === id) return true;
      open?.watcher.close();
      watchers.delete(folder);
      if (closed) return true;
      const watcher = watch(folder, { persistent: false }, ask);
      watcher.on('error', () => {
        watcher.close();
        if (watchers.get(folder)?.watcher === watcher) watchers.delete(folder);
        ask();
      });
      watchers.set(folder, { id, watcher });
      return true;
    } catch {
      return false;
    }
  };

  const openFolders = async (): Promise<void> => {
    const wanted = new Set<string>();
    for (const folders of await Promise.all(paths().map(foldersOf)))
      for (const folder of folders) wanted.add(folder);
    for (const [folder, { watcher }] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    const opened = await Promise.all([...wanted].map(openFolder));
    const missing = opened.includes(false);
    if (!missing || closed) {
      clearInterval(poll);
      poll = undefined;
    } else poll ??= setInterval(ask, POLL_MS).unref();
  };

  const lookNow = async (): Promise<void> => {
    if (closed) return;
    // Watching first: what happens after that is not missed.
    await openFolders();
    const now = await measure();
    if (isClosed()) return;
    if (same(now, known)) {
      last = undefined;
      looks = 0;
      return;
    }
    looks++;
    const vanished = [...now].some(
      ([path, signature]) => signature === GONE && (known.get(path) ?? GONE) !== GONE,
    );
    const rests = last !== undefined && same(now, last) && (!vanished || looks > GONE_LOOKS);
    last = now;
    if (!rests && looks < MOST_LOOKS) {
      ask();
      return;
    }
    known = now;
    last = undefined;
    looks = 0;
    onChange();
  };

  return {
    async start() {
      looking = looking.then(async () => {
        await openFolders();
        known = await measure();
      });
      await looking;
    },
    look: ask,
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(poll);
      for (const { watcher } of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
