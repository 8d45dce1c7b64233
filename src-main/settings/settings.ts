/** The settings file: read once, written through, and set aside instead of overwritten when it is damaged. */
import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Store from 'electron-store';
import type { AppError } from '../../shared/errors.ts';
import { DEFAULTS, readStored, type Stored } from './schema.ts';

const NAME = 'settings';

export interface SettingsStore {
  /** What was wrong with the file at start, if anything. */
  readonly problem: AppError | undefined;
  get(): Stored;
  /** Merges and writes at once; returns all that is stored. A failed write is thrown as the file system's error. */
  set(change: Partial<Stored>): Stored;
}

function asideProblem(file: string, aside: string, why: string): AppError {
  return {
    code: 'invalid',
    message: `The settings file ${file} is damaged: ${why}. It was kept as ${aside} and the defaults are used instead`,
    hint: 'Copy what you need from the kept file, or delete it',
    retryable: false,
    details: { file, aside },
  };
}

/** Why the file cannot be used as it is, or undefined. A missing file is fine. */
function damageOf(file: string): string | undefined {
  try {
    const raw: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
      ? undefined
      : 'it holds no settings';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return 'it is no JSON';
    throw error;
  }
}

/**
 * Opens `settings.json` in `home` (an absolute folder). A file that is no JSON is renamed, one with wrong fields is
 * copied, to `settings.damaged-<time>.json`, and `problem` says so. `now` in ms since the epoch names the copy.
 * Throws the file system's error where the folder or the file cannot be used at all.
 */
export function openSettings(home: string, now: number): SettingsStore {
  const file = join(home, `${NAME}.json`);
  const aside = join(home, `${NAME}.damaged-${new Date(now).toISOString().replace(/[:.]/g, '-')}.json`);
  let problem: AppError | undefined;
  const damage = damageOf(file);
  if (damage !== undefined) {
    renameSync(file, aside);
    problem = asideProblem(file, aside, damage);
  }
  const store = new Store<Record<string, unknown>>({
    cwd: home,
    name: NAME,
    accessPropertiesByDotNotation: false,
  });
  const { stored, wrong } = readStored({ ...store.store });
  if (wrong.length > 0) {
    copyFileSync(file, aside);
    problem = asideProblem(file, aside, `the values of ${wrong.join(', ')} are not valid`);
    for (const key of wrong) store.delete(key);
  }
  let current = stored;
  return {
    problem,
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
  const why = error instanceof Error ? error.message : String(error);
  return {
    problem: {
      code: 'invalid',
      message: `The settings in ${home} cannot be read or written, so changes last for this run only: ${why}`,
      hint: 'Check the permissions of the folder and of settings.json in it',
      retryable: false,
      details: { file: join(home, `${NAME}.json`) },
    },
    get: () => current,
    set: (change) => (current = { ...current, ...change }),
  };
}
