/** Runs a write of settings; what the disk says against it becomes a sentence. */
import { AppFailure } from '../../shared/errors.ts';

/** Throws `AppFailure` (invalid) where the write fails. */
export function writeOrTell(write: () => void): void {
  try {
    write();
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    const message = `The settings could not be stored (${errno}).`;
    const hint = 'Check the permissions of the settings folder and the space on the disk.';
    throw new AppFailure({ code: 'invalid', message, hint, retryable: true, details: { errno } }, { cause });
  }
}
