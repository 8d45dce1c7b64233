/** Lists a collection once, in the shape of a reflector: for the headless command, which watches nothing. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { WatchPhase } from '../../shared/model/fabric.ts';
import { createObjectCodec } from '../kube/codec.ts';
import type { Reflector, ReflectorOptions } from '../kube/contract.ts';
import { listPages, type Listed } from '../kube/list-pages.ts';
import { collectionPath } from '../kube/resource-url.ts';
import { createStateKeeper } from '../kube/state-keeper.ts';

/** A refusal and a kind that is not served are answers; all else leaves the kind unknown. */
function phaseOf(error: AppError): WatchPhase {
  if (error.code === 'forbidden' || error.status === 405) return 'denied';
  return error.code === 'not-served' ? 'absent' : 'stale';
}

/**
 * Lists at once and never again; `live` then means: complete as of now. `timeoutMs` limits each page. A list that
 * expires halfway is begun anew once.
 */
export function listOnce<T>(options: ReflectorOptions<T>, timeoutMs: number): Reflector {
  const { client, resource, namespace, sink, prepare, fieldSelector } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const keeper = createStateKeeper((state) => {
    if (!signal.aborted) sink.state(state);
  }, Date.now);
  let dropped = 0;

  const list = async (): Promise<Listed<T>> => {
    dropped = 0;
    return listPages({
      client,
      path: collectionPath(resource, namespace),
      codec: createObjectCodec(prepare),
      query: { fieldSelector },
      pageSize: options.pageSize ?? 500,
      timeoutMs,
      signal,
      onPage: (page) => {
        dropped += page.dropped;
      },
    });
  };
  const isExpired = (cause: unknown) => cause instanceof AppFailure && cause.error.code === 'expired';

  const run = async (): Promise<void> => {
    keeper.enter('listing');
    try {
      const { items } = await list().catch((cause: unknown) => {
        if (isExpired(cause)) return list();
        throw cause;
      });
      if (signal.aborted) return;
      sink.replace(items.map((item) => item.value));
      keeper.prove();
      keeper.count(items.length);
      keeper.enter('live');
    } catch (cause) {
      const error = cause instanceof AppFailure ? cause.error : client.toAppError(cause);
      keeper.enter(phaseOf(error), error);
    }
  };
  return {
    get state() {
      return keeper.state;
    },
    get vitals() {
      return keeper.vitals;
    },
    get dropped() {
      return dropped;
    },
    synced: run(),
    retryNow: () => undefined,
    stop: () => controller.abort(),
  };
}
