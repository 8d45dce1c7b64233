/** Calls about the way to a fabric: probe, retries, sign-in, identity and the guard against writes. */
import type { Handlers } from '../../shared/ipc.ts';
import type { Fabrics } from '../fabric/fabrics.ts';
import type { Publisher } from '../store/publisher.ts';

type Names =
  | 'fabric.stopRetrying'
  | 'fabric.signIn'
  | 'fabric.acknowledgeIdentity'
  | 'fabric.unlock'
  | 'fabric.lock'
  | 'connection.watch'
  | 'connection.probe';

export interface ConnectionCallsParts {
  readonly fabrics: Pick<Fabrics, 'get'>;
  readonly publisher: Pick<Publisher, 'watchConnection'>;
}

export function connectionCalls({ fabrics, publisher }: ConnectionCallsParts): Pick<Handlers, Names> {
  return {
    'fabric.stopRetrying': ({ fabric }) => {
      fabrics.get(fabric).stopRetrying();
      return null;
    },
    'fabric.signIn': async ({ fabric }) => {
      await fabrics.get(fabric).signIn();
      return null;
    },
    'fabric.acknowledgeIdentity': ({ fabric }) => {
      fabrics.get(fabric).acknowledgeIdentity();
      return null;
    },
    'fabric.unlock': ({ fabric, minutes }) => {
      fabrics.get(fabric).guard.unlock(minutes);
      return null;
    },
    'fabric.lock': ({ fabric }) => {
      fabrics.get(fabric).guard.lock();
      return null;
    },
    'connection.watch': ({ fabric }) => ({ sub: publisher.watchConnection(fabric) }),
    'connection.probe': ({ fabric }) => fabrics.get(fabric).probe(),
  };
}
