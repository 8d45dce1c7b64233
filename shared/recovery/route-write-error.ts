/** Where the failure of a write leads: what stands in the way, why, and one next step (catalogue HH-K8S-020). */
import type { AppError } from '../errors.ts';
import { clean } from '../scenarios/words.ts';
import { WRITE_FAILURES, type FailureRow, type Told, type WriteFailure } from './write-failures.ts';

export interface WriteRoute {
  readonly failure: WriteFailure;
  /** The catalogue's row for this cause; HH-K8S-020 where it has none of its own. */
  readonly scenario: string;
  /** One sentence: what the server did, and why. */
  readonly says: string;
  /** One sentence: what to do. */
  readonly next: string;
  /** `no`: nothing was written. `unknown`: it may have been. */
  readonly written: 'no' | 'unknown';
}

/** The request may have arrived: no answer came, or the server gave up on its own storage. */
const LOST: ReadonlySet<string> = new Set([
  'timeout',
  'stream-closed',
  'cancelled',
  'server-error',
  'not-kubernetes',
]);

/** Failures from before a request is sent: then nothing can have been written. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function isLost({ code, details, status }: AppError): boolean {
  if (code === 'unreachable') return !NEVER_SENT.has(details?.errno ?? '');
  return LOST.has(code) && !(status !== undefined && status < 500 && status >= 300);
}

function route({ failure, scenario = 'HH-K8S-020', says, next }: FailureRow, told: Told): WriteRoute {
  return { failure, scenario, says: says(told), next: next(told), written: 'no' };
}

/** The route of a failed write. Every text of the server is cleaned and shortened. */
export function routeWriteError(error: AppError): WriteRoute {
  const told: Told = {
    error,
    words: (error.details?.reason ?? '').trim() || error.message,
    reason: error.details?.statusReason ?? '',
    causes: (error.details?.cause ?? '').split(', '),
  };
  const row = WRITE_FAILURES.find(({ when }) => when(told));
  if (row !== undefined) return route(row, told);
  if (isLost(error)) {
    return {
      failure: 'unknown-outcome',
      scenario: 'HH-K8S-004',
      says: `No answer came, so it is not known whether it was written: ${clean(error.message, 240)}`,
      next: 'Look before repeating: read the object, and repeat only what is not there.',
      written: 'unknown',
    };
  }
  return {
    failure: 'other',
    scenario: 'HH-K8S-020',
    says: clean(error.message, 300),
    next: error.hint ?? 'Read what the server says, correct it and try again.',
    written: 'no',
  };
}
