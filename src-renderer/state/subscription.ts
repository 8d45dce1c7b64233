/** One subscription to findings, rows or an object: buffers early pushes, notices gaps, renews itself, ends once. */
import type { AppError, Result } from '../../shared/errors.ts';
import type { PushName, Pushes } from '../../shared/ipc.ts';
import { call, on } from '../api.ts';

type Subscribed = Extract<PushName, 'findings' | 'rows' | 'object' | 'connection'>;

export interface SubscriptionOptions<P extends Subscribed> {
  readonly push: P;
  /** The call that begins it, such as `() => call('rows.watch', {...})`. Called again after a gap in `seq`. */
  readonly open: () => Promise<Result<{ readonly sub: string }>>;
  readonly onMessage: (message: Pushes[P]) => void;
  readonly onError: (error: AppError) => void;
}

/**
 * Begins a subscription and returns the function that ends it. Messages reach `onMessage` in order and without gaps:
 * after a gap the subscription is opened again, and its first message is a full one (`reset`). Old rows may stay on
 * screen meanwhile. Nothing is delivered once it has ended.
 */
export function subscribe<P extends Subscribed>(options: SubscriptionOptions<P>): () => void {
  let ended = false;
  let sub: string | undefined;
  let next = 1;
  // A push can overtake the answer that names its subscription.
  let early: Pushes[P][] = [];

  const begin = async (): Promise<void> => {
    sub = undefined;
    next = 1;
    early = [];
    const answer = await options.open();
    if (!answer.ok) {
      if (!ended) options.onError(answer.error);
      return;
    }
    if (ended) {
      void call('unwatch', { sub: answer.value.sub });
      return;
    }
    sub = answer.value.sub;
    const held = early;
    early = [];
    for (const message of held) if (message.sub === sub) take(message);
  };

  const take = (message: Pushes[P]): void => {
    if (ended) return;
    if (message.seq < next) return;
    if (message.seq > next) {
      void call('unwatch', { sub: message.sub });
      void begin();
      return;
    }
    next += 1;
    options.onMessage(message);
  };

  const stop = on(options.push, (message) => {
    if (sub === undefined) early.push(message);
    else if (message.sub === sub) take(message);
  });
  void begin();

  return () => {
    if (ended) return;
    ended = true;
    stop();
    if (sub !== undefined) void call('unwatch', { sub });
  };
}
