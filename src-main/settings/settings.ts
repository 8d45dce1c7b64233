/** The settings file: read once, written through, and set aside instead of overwritten when it is damaged. */
import { join } from 'node:path';
import type { AppError } from '../../shared/errors.ts';
import { openJsonFile } from './json-file.ts';
import { DEFAULTS, readStored, type Stored } from './schema.ts';

const NAME = 'settings';

export interface SettingsStore {
  /** What was wrong with the file at start, if anything. */
  readonly problem: AppError | undefined;
  get(): Stored;
  /** Merges and writes at once; returns all that is stored. A failed write is thrown as the file system's error. */
  set(change: Partial<Stored>): Stored;
}

/**
 * Opens `settings.json` in `home` (an absolute folder). A file that is no JSON is renamed, one with wrong fields is
 * copied, to `settings.damaged-<time>.json`, and `problem` says so. `now` in ms since the epoch names the copy.
 * Throws the file system's error where the folder or the file cannot be used at all.
 */
export function openSettings(home: string, now: number): SettingsStore {
  const opened = openJsonFile(home, NAME, now, 'the defaults are used instead');
  const { store } = opened;
  const { stored, wrong } = readStored({ ...store.store });
  if (wrong.length > 0) {
    opened.keepCopy(`the values of ${wrong.join(', ')} are not valid`);
    for (const key of wrong) store.delete(key);
  }
  let current = stored;
  return {
    problem: opened.problem,
    get: () => current,
    set(change) {
      store.set(change);
      current = { ...current, ...change };
      return current;
    },
  };
}

/** Settings that live for this run alone, where the file cannot be used; `error` is the reason. */
export function memorySettings(home: string, error: unknown): SettingsStore {
  let current: Stored = DEFAULTS;
  return {
    problem: unusableFile(home, NAME, error),
    get: () => current,
    set: (change) => (current = { ...current, ...change }),
  };
}

/** Why a file of settings is not used in this run, as a sentence. */
export function unusableFile(home: string, name: string, error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error);
  return {
    code: 'invalid',
    message: `The settings in ${home} cannot be read or written, so changes last for this run only: ${why}`,
    hint: `Check the permissions of the folder and of ${name}.json in it`,
    retryable: false,
    details: { file: join(home, `${name}.json`) },
  };
}
