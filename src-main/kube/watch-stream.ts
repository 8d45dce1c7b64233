/** Follows one watch until it ends: events in order, and a verdict on why it ended. */
import { AppFailure } from '../../shared/errors.ts';
import type { Codec, WatchEvent } from './codec.ts';
import type { KubeClient } from './contract.ts';
import { createLineSplitter } from './line-splitter.ts';
import { watchEventError } from './status-error.ts';
import { jitter } from './timing.ts';
import type { Timing } from './timing.ts';

type ChangeOrBookmark<T> = Exclude<WatchEvent<T>, { type: 'error' }>;

export interface WatchRequest<T> {
  readonly client: KubeClient;
  readonly path: string;
  readonly codec: Codec<T>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly resourceVersion: string;
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** Limit for the answer, ms. */
  readonly timeoutMs: number;
  /** The server has answered. `doubt` ends the watch as a silent one, if nothing was heard for so many ms. */
  onOpen(doubt: (silentMs: number) => void): void;
  onEvent(event: ChangeOrBookmark<T>): void;
}

function streamError(client: KubeClient, path: string, says: string): AppFailure {
  return new AppFailure({
    code: 'stream-closed',
    message: `The watch of ${path} on API server ${client.server} of context ${client.fabric} ${says}.`,
    hint: 'It is opened again by itself; if this persists, look at proxies and load balancers on the way.',
    fabric: client.fabric,
    retryable: true,
    details: { server: client.server },
  });
}

/** Bytes of an event that has not ended which are a sign of life: one now and then is none. */
const SIGN = 1024;

/**
 * Resolves to `ended` when the server ends the watch in good order, as it does after its time, and to `silent` when
 * nothing was heard for `timing.silence`: the link may be dead, or the kind just still, for on a quiet server the first
 * bookmark can take two minutes. Throws `AppFailure` for everything else: a refusal, an ERROR event (`expired` for 410),
 * a broken connection, garbage.
 */
export async function followWatch<T>(request: WatchRequest<T>): Promise<'ended' | 'silent'> {
  const { client, path, codec, timing, signal } = request;
  const seconds = Math.ceil(jitter(timing.watch * 2, timing.random) / 1000);
  const response = await client.request(path, {
    query: {
      ...request.query,
      ...codec.query,
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: request.resourceVersion,
      timeoutSeconds: seconds,
    },
    accept: codec.accept,
    timeoutMs: request.timeoutMs,
    signal,
  });
  const { body } = response;
  let heard = timing.now();
  const link: { silent: boolean } = { silent: false };
  // By the clock on the wall and in short steps: after a sleep of the computer, the first step finds the silence.
  const check = (silentMs: number): void => {
    if (timing.now() - heard < silentMs) return;
    link.silent = true;
    body.destroy();
  };
  const watchdog = setInterval(check, Math.min(15_000, timing.silence / 3), timing.silence);
  const splitter = createLineSplitter();
  /** How much of an unfinished event was there at the last sign of life. */
  let grown = 0;
  try {
    request.onOpen(check);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const lines = splitter.push(chunk);
      if (lines.length > 0 || splitter.pending - grown >= SIGN) {
        heard = timing.now();
        grown = splitter.pending;
      }
      for (const line of lines) {
        const event = read(line);
        if (signal.aborted) return 'ended';
        if (event.type === 'error') throw refused(event.status);
        request.onEvent(event);
      }
    }
    if (link.silent) return 'silent';
    if (splitter.pending > 0) throw streamError(client, path, 'was cut off in the middle of an event');
    return 'ended';
  } catch (cause) {
    if (link.silent) return 'silent';
    if (cause instanceof AppFailure) throw cause;
    if (cause instanceof Error && cause.name === 'LineTooLong') {
      throw streamError(client, path, 'sent an event beyond all measure');
    }
    throw new AppFailure(client.toAppError(cause), { cause });
  } finally {
    clearInterval(watchdog);
    body.on('error', () => undefined).destroy();
  }

  function read(line: string): WatchEvent<T> {
    try {
      const event = codec.readEvent(line);
      if (event !== undefined) return event;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
    }
    throw streamError(client, path, 'sent a line that is no event');
  }

  function refused(status: unknown): AppFailure {
    const where = { fabric: client.fabric, server: client.server };
    return new AppFailure(watchEventError(status, where, `watch ${path}`));
  }
}
