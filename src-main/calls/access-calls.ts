/** Calls about access: who may do what, the role that closes a gap, and the plans that create it. */
import { AppFailure } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/ipc.ts';

type Names = 'access.review' | 'access.fix' | 'plan.prepare' | 'plan.run' | 'journal.list';

const notYet = (): never => {
  throw new AppFailure({ code: 'internal', message: 'Not built yet.', retryable: false });
};

export function accessCalls(): Pick<Handlers, Names> {
  return {
    'access.review': notYet,
    'access.fix': notYet,
    'plan.prepare': notYet,
    'plan.run': notYet,
    'journal.list': notYet,
  };
}
