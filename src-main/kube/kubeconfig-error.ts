/** The one shape of what is wrong with a kubeconfig: which file, line, context and key, and what to do. */
import type { AppError, ErrorCode } from '../../shared/errors.ts';

/** Where in a kubeconfig something stands. Lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  /** The key at fault, such as `users[2].user.client-key-data`. */
  readonly entry?: string | undefined;
}

/** `Kubeconfig F, line 3: says.` with the place as details; such an error stays until the file changes. */
export function kubeconfigError(code: ErrorCode, place: Place, says: string, hint: string): AppError {
  const at = [
    ...(place.line === undefined ? [] : [`line ${String(place.line)}`]),
    ...(place.column === undefined ? [] : [`column ${String(place.column)}`]),
  ];
  const details = Object.entries(place).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as const],
  );
  return {
    code,
    message: `Kubeconfig ${[place.file, ...at].join(', ')}: ${says}.`,
    hint,
    ...(place.context !== undefined && { fabric: place.context }),
    retryable: false,
    details: Object.fromEntries(details),
  };
}
