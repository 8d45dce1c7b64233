/** A client behind the gate of its fabric: nothing is sent while that is shut, failures are told, small requests retried. */
import { DelegateBackoff, handleWhen, retry } from 'cockatiel';
import { AppFailure } from '../../shared/errors.ts';
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { Gate, KubeClient, RequestOptions, Shut } from './contract.ts';
import { cancelled } from './transport-error.ts';
import { backOff, TIMING } from './timing.ts';

export interface ClientGate extends Gate {
  readonly shut: Shut | undefined;
  /** A request failed; `limitMs` is what it was allowed to take. */
  failed(error: AppError, limitMs: number): void;
}

const RETRIES = 3;
/** A server that asks for more patience than this is not asked again for a small request, ms. */
const LONGEST_WAIT = 10_000;
/** What may be gone a second later. Not a timeout: whoever waited that long need not wait four times as long. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unreachable',
  'stream-closed',
  'server-error',
  'throttled',
]);

/** Milliseconds of a Retry-After; 0 without one. */
function askedWait(error: AppError): number {
  const seconds = Number(error.details?.retryAfterSeconds ?? 0);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

/** `random` (0 … 1) is for tests. */
export function gateClient(
  client: KubeClient,
  gate: ClientGate,
  random: () => number = Math.random,
): KubeClient {
  const helps = (cause: unknown): boolean =>
    cause instanceof AppFailure &&
    PASSING.has(cause.error.code) &&
    askedWait(cause.error) <= LONGEST_WAIT &&
    gate.shut === undefined;
  const again = retry(handleWhen(helps), {
    maxAttempts: RETRIES,
    backoff: new DelegateBackoff(({ attempt, result }: { attempt: number; result: unknown }) => {
      const cause = typeof result === 'object' && result !== null && 'error' in result ? result.error : null;
      const asked = cause instanceof AppFailure ? askedWait(cause.error) : 0;
      return Math.max(asked, backOff(attempt, { ...TIMING, random }));
    }),
  }).dangerouslyUnref();

  async function send<R>(options: RequestOptions | undefined, run: () => Promise<R>): Promise<R> {
    const { shut } = gate;
    if (shut !== undefined) throw new AppFailure(shut.error);
    const limitMs = options?.timeoutMs ?? client.timeoutMs ?? TIMING.answer;
    try {
      return await run();
    } catch (cause) {
      if (cause instanceof AppFailure) gate.failed(cause.error, limitMs);
      throw cause;
    }
  }

  /** Ends the wait between two attempts as soon as the caller gives up. */
  function orAborted<R>(work: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    if (signal === undefined) return work;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(new AppFailure(cancelled(client.fabric)));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      work.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', onAbort);
      });
    });
  }

  return {
    ...client,
    gate,
    get refusal() {
      return client.refusal;
    },
    get timeoutMs() {
      return client.timeoutMs;
    },
    request: (path, options) => send(options, () => client.request(path, options)),
    getBytes: (path, options) => send(options, () => client.getBytes(path, options)),
    getJson<T>(path: string, options?: RequestOptions): Promise<T> {
      const once = (): Promise<T> => send(options, () => client.getJson<T>(path, options));
      // What writes is never sent twice without being told to.
      if ((options?.method ?? 'GET') !== 'GET') return once();
      return orAborted(again.execute(once, options?.signal), options?.signal);
    },
  };
}
