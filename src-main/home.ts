/** Where this run keeps its settings and logs. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Home {
  readonly folder: string;
  /** True for a folder that goes away with the run. */
  readonly temporary: boolean;
  remove(): void;
}

/**
 * HEDGEROW_HOME, else a folder of its own for an unattended run (which must not meet an app that is open, nor its
 * settings), else the app's data folder. The folder exists afterwards.
 */
export function chooseHome(
  fromEnvironment: string | undefined,
  unattended: boolean,
  appData: () => string,
): Home {
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    const folder = resolve(fromEnvironment);
    mkdirSync(folder, { recursive: true });
    return { folder, temporary: false, remove: () => undefined };
  }
  if (!unattended) {
    const folder = appData();
    mkdirSync(folder, { recursive: true });
    return { folder, temporary: false, remove: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-run-'));
  return {
    folder,
    temporary: true,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
