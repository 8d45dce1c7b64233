/** The one error type that travels from a socket to the screen. */

export const ERROR_CODES = [
  'kubeconfig-missing',
  'kubeconfig-unreadable',
  'kubeconfig-invalid',
  'context-missing',
  'context-broken',
  'credentials-failed',
  'unreachable',
  'timeout',
  'tls-untrusted',
  'unauthorized',
  'forbidden',
  'not-found',
  'not-served',
  'expired',
  'conflict',
  'invalid',
  'throttled',
  'server-error',
  'not-kubernetes',
  'bad-request',
  'cancelled',
  'stream-closed',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure as a value: `message` says what and where, `hint` what to do. Neither holds a stack trace or a secret. */
export interface AppError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  /** Context name of the fabric it concerns. */
  readonly fabric?: string;
  /** HTTP status, where the server answered. */
  readonly status?: number;
  readonly retryable: boolean;
  /** Facts for the connection finding: file, server, errno, user, verb, resource. */
  readonly details?: Readonly<Record<string, string>>;
}

/** Carries an `AppError` through code that throws. */
export class AppFailure extends Error {
  readonly error: AppError;
  constructor(error: AppError, options?: ErrorOptions) {
    super(error.message, options);
    this.name = 'AppFailure';
    this.error = error;
  }
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError };
