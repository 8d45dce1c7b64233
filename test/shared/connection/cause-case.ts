// One row of the table of causes, and the errors that its rows share.
import type { Known } from '../../../shared/connection/case.ts';
import type { AppError } from '../../../shared/errors.ts';
import { errorAt } from './reports.ts';

export interface CauseCase {
  readonly name: string;
  readonly error: AppError;
  readonly known: Known;
  readonly scenario: string;
  /** In summary or cause. */
  readonly says: RegExp;
  readonly advice: RegExp;
  /** Must not be said. */
  readonly not?: RegExp;
}

export const refused = errorAt('unreachable', { errno: 'ECONNREFUSED' });
export const unauthorized = errorAt('unauthorized', { reason: 'Unauthorized' }, { status: 401 });
export const UNKNOWN_ISSUER = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
