/** `fabric-memory.json`: what is remembered of each fabric, written now and then and without holding anything up. */
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AppError } from '../../shared/errors.ts';
import type { FabricMemory, Remembered } from '../fabric/memory.ts';
import { coalesce } from '../store/coalesce.ts';
import { fabricKeyShape, rememberedSchema } from './fabric-schema.ts';
import type { FabricKey } from './fabric-store.ts';
import { openJsonFile } from './json-file.ts';
import { readList } from './read-list.ts';
import { unusableFile } from './settings.ts';

const NAME = 'fabric-memory';
/** Between two writes, ms. */
const WRITE_MS = 5000;
/** Fabrics that are remembered; those that were not heard of for the longest time go first. */
const MAX_FABRICS = 1000;

export interface FabricMemories {
  /** What was wrong with the file at start, if anything. */
  readonly problem: AppError | undefined;
  of(key: FabricKey): FabricMemory;
  /** For good: what a fabric of that key, which is about to close, still writes is dropped. */
  forget(key: FabricKey): void;
  /** Writes what is not written yet, and writes nothing later; for the end of the app. */
  close(): Promise<void>;
}

interface Entry extends FabricKey {
  readonly remembered: Remembered;
}

const entrySchema = z.object({ ...fabricKeyShape, remembered: rememberedSchema });
const idOf = ({ source, context }: FabricKey): string => JSON.stringify([source, context]);

/** Opens the file in `home`; never throws. `report` is told, once, of a write that fails. */
export function openFabricMemories(
  home: string,
  now: number,
  report: (message: string, cause: unknown) => void,
): FabricMemories {
  const entries = new Map<string, Entry>();
  const forgotten = new Set<string>();
  let problem: AppError | undefined;
  let file: string | undefined;
  try {
    const opened = openJsonFile(home, NAME, now, 'the rest is used');
    const wrong: string[] = [];
    for (const entry of readList<Entry>(opened.store.store.fabrics, 'fabrics', entrySchema, wrong))
      entries.set(idOf(entry), entry);
    if (wrong.length > 0) opened.keepCopy(`${wrong.slice(0, 5).join(', ')} cannot be used`);
    problem = opened.problem;
    file = opened.file;
  } catch (error) {
    problem = unusableFile(home, NAME, error);
  }

  let written: string | undefined;
  let told = false;
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    const text = `${JSON.stringify({ fabrics: [...entries.values()] })}\n`;
    if (file === undefined || text === written) return;
    try {
      // Whoever reads it meanwhile, or after a crash, finds the old or the new file, never half of one.
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
      written = text;
    } catch (cause) {
      if (!told) report('what is known of the fabrics could not be remembered', cause);
      told = true;
    }
  };
  const writes = coalesce(() => {
    writing = writing.then(write);
  }, WRITE_MS);

  const put = (key: FabricKey, remembered: Remembered | undefined) => {
    const id = idOf(key);
    // Deleted first, so that the order is that of the last change.
    entries.delete(id);
    if (remembered !== undefined) entries.set(id, { source: key.source, context: key.context, remembered });
    for (const oldest of entries.keys()) {
      if (entries.size <= MAX_FABRICS) break;
      entries.delete(oldest);
    }
    writes.ask();
  };

  return {
    problem,
    of: (key) => ({
      read: () => entries.get(idOf(key))?.remembered ?? {},
      write: (change) => {
        if (forgotten.has(idOf(key))) return;
        const merged = { ...entries.get(idOf(key))?.remembered, ...change };
        put(key, merged);
      },
    }),
    forget: (key) => {
      forgotten.add(idOf(key));
      put(key, undefined);
    },
    async close() {
      writes.stop();
      writing = writing.then(write);
      await writing;
    },
  };
}
