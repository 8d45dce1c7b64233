/** Keeps one connection pool per identity of a client. */
import type { Dispatcher } from 'undici';
import type { ContextAccess } from './contract.ts';
import type { Identity } from './credentials.ts';
import { createDispatcher } from './dispatcher.ts';

export interface Pools {
  /** The pool for this identity. Rejects with `AppFailure` where its certificates cannot be used. */
  get(identity: Identity): Promise<Dispatcher>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** A renewed client certificate gets a pool of its own; the one before it ends with what it has begun. */
export function createPools(access: ContextAccess, proxy: string | undefined): Pools {
  let now: { key: string; dispatcher: Promise<Dispatcher> } | undefined;
  /** All that may hold connections: a retired one serves what it has begun. */
  const open = new Set<Promise<Dispatcher>>();
  const forget = (dispatcher: Promise<Dispatcher>): void => {
    open.delete(dispatcher);
    if (now?.dispatcher === dispatcher) now = undefined;
  };
  const retire = (dispatcher: Promise<Dispatcher>): void => {
    dispatcher
      .then((pool) => pool.close())
      .catch(() => undefined)
      .finally(() => {
        forget(dispatcher);
      });
  };
  return {
    get(identity: Identity): Promise<Dispatcher> {
      const key = `${String(identity.cert)}\n${String(identity.key)}`;
      if (now?.key !== key) {
        if (now !== undefined) retire(now.dispatcher);
        const dispatcher = createDispatcher(access, identity, proxy);
        now = { key, dispatcher };
        open.add(dispatcher);
        // A pool that could not be built is built anew next time: the files may have been corrected.
        dispatcher.catch(() => {
          forget(dispatcher);
        });
      }
      return now.dispatcher;
    },
    async close(): Promise<void> {
      await Promise.allSettled([...open].map(async (dispatcher) => (await dispatcher).destroy()));
    },
  };
}
