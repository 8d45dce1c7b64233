/** Ends a request that its caller gives up, or that is not answered in time. */

export interface RequestLimit {
  /** Aborts for either reason. */
  readonly signal: AbortSignal;
  readonly timedOut: () => boolean;
  /** The request was answered: the time no longer counts. */
  readonly done: () => void;
  /** Nothing is left to end: lets go of the caller's signal. */
  readonly release: () => void;
}

/** `timeoutMs` runs from now. */
export function createLimit(signal: AbortSignal | undefined, timeoutMs: number): RequestLimit {
  const controller = new AbortController();
  let timedOut = false;
  const onAbort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, timeoutMs);
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    done: () => {
      clearTimeout(timer);
    },
    release: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
