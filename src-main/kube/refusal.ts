/** Stops a client whose credentials are refused: nothing is sent until somebody acts or a file of the credentials changes. */
import { unwatchFile, watchFile } from 'node:fs';
import { AppFailure } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import type { UserEntry } from './contract.ts';

export interface Refusal {
  readonly error: AppError | undefined;
  /** Throws the refusal that stands. */
  check(): void;
  /** The first one stands; later ones change nothing. */
  refuse(error: AppError): void;
  /** True if there was one to forget. */
  forget(): boolean;
  close(): void;
}

/** How often the files are looked at while a refusal stands, ms. Looking costs one stat and asks nobody. */
const LOOK_MS = 2_000;

export interface RefusalOptions {
  readonly user: UserEntry;
  /** Told of each refusal, and of its end. */
  readonly onChange: (error: AppError | undefined) => void;
  /** A file of the credentials changed while a refusal stood, which is forgotten by then. */
  readonly onNewFile: () => void;
  /** For tests, ms. */
  readonly lookMs?: number;
}

export function createRefusal(options: RefusalOptions): Refusal {
  const { tokenFile, certFile, keyFile } = options.user;
  const files = [tokenFile, certFile, keyFile].filter((file) => file !== undefined);
  let error: AppError | undefined;

  const onStat = (now: { mtimeMs: number; size: number }, before: { mtimeMs: number; size: number }) => {
    if (now.mtimeMs === before.mtimeMs && now.size === before.size) return;
    if (forget()) options.onNewFile();
  };
  const unwatch = (): void => {
    for (const file of files) unwatchFile(file, onStat);
  };
  function forget(): boolean {
    if (error === undefined) return false;
    error = undefined;
    unwatch();
    options.onChange(undefined);
    return true;
  }
  return {
    get error() {
      return error;
    },
    check() {
      if (error !== undefined) throw new AppFailure(error);
    },
    refuse(why) {
      if (error !== undefined) return;
      error = why;
      const interval = options.lookMs ?? LOOK_MS;
      // Follows links, as Kubernetes swaps them; waits without keeping the process alive.
      for (const file of files) watchFile(file, { interval, persistent: false }, onStat);
      options.onChange(why);
    },
    forget,
    close: unwatch,
  };
}
