/** Calls about the way to a fabric: probe, retries, sign-in, identity and the guard against writes. */
import { AppFailure } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/ipc.ts';

type Names =
  | 'fabric.stopRetrying'
  | 'fabric.signIn'
  | 'fabric.acknowledgeIdentity'
  | 'fabric.unlock'
  | 'fabric.lock'
  | 'connection.watch'
  | 'connection.probe';

const notYet = (): never => {
  throw new AppFailure({ code: 'internal', message: 'Not built yet.', retryable: false });
};

export function connectionCalls(): Pick<Handlers, Names> {
  return {
    'fabric.stopRetrying': notYet,
    'fabric.signIn': notYet,
    'fabric.acknowledgeIdentity': notYet,
    'fabric.unlock': notYet,
    'fabric.lock': notYet,
    'connection.watch': notYet,
    'connection.probe': notYet,
  };
}
