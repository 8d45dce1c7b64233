/** Calls about the configuration of fabrics in the app: added by hand, overridden, tested, removed. */
import { AppFailure } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/ipc.ts';

type Names = 'fabric.details' | 'fabric.configure' | 'fabric.save' | 'fabric.remove' | 'fabric.test';

const notYet = (): never => {
  throw new AppFailure({ code: 'internal', message: 'Not built yet.', retryable: false });
};

export function settingsCalls(): Pick<Handlers, Names> {
  return {
    'fabric.details': notYet,
    'fabric.configure': notYet,
    'fabric.save': notYet,
    'fabric.remove': notYet,
    'fabric.test': notYet,
  };
}
