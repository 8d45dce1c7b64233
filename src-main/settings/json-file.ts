/** A JSON file of the app that may be damaged: it is set aside whole or copied, and told, never lost or overwritten. */
import { copyFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Store from 'electron-store';
import type { AppError } from '../../shared/errors.ts';

/** The largest file that is read, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface JsonFile {
  /** Absolute path. */
  readonly file: string;
  /** Written through at once, atomically; a failed write is thrown as the file system's error. */
  readonly store: Store<Record<string, unknown>>;
  /** What was wrong with the file, if anything. */
  problem: AppError | undefined;
  /** Keeps a copy of the file as it was found and reports `why`, a clause such as `the values of theme are not valid`. */
  keepCopy(why: string): void;
}

function damaged(file: string, aside: string, why: string, rest: string): AppError {
  return {
    code: 'invalid',
    message: `The settings file ${file} is damaged: ${why}. It was kept as ${aside} and ${rest}`,
    hint: 'Copy what you need from the kept file, or delete it',
    retryable: false,
    details: { file, aside },
  };
}

/** Why the file cannot be used as it is, or undefined. A missing file is fine. */
function damageOf(file: string): string | undefined {
  try {
    if (statSync(file).size > MAX_BYTES) return `it is larger than ${String(MAX_BYTES / 1024 / 1024)} MiB`;
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
 * Opens `<name>.json` in `home` (an absolute folder). A file that is no JSON object is renamed to
 * `<name>.damaged-<time>.json`, and `problem` says so. `now` in ms since the epoch names the copy. `rest` says what is
 * used instead of the damaged part: `the defaults are used instead`.
 * Throws the file system's error where the folder or the file cannot be used at all.
 */
export function openJsonFile(home: string, name: string, now: number, rest: string): JsonFile {
  const file = join(home, `${name}.json`);
  const aside = join(home, `${name}.damaged-${new Date(now).toISOString().replace(/[:.]/g, '-')}.json`);
  let problem: AppError | undefined;
  const damage = damageOf(file);
  if (damage !== undefined) {
    renameSync(file, aside);
    problem = damaged(file, aside, damage, rest);
  }
  return {
    file,
    problem,
    store: new Store<Record<string, unknown>>({
      cwd: home,
      name,
      accessPropertiesByDotNotation: false,
    }),
    keepCopy(why) {
      copyFileSync(file, aside);
      this.problem = damaged(file, aside, why, rest);
    },
  };
}
