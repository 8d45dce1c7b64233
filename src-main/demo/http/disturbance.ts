/** What goes wrong between an API server and its clients on request: it answers late, or turns them away. */
import type { ServerResponse } from 'node:http';
import { StatusError } from '../status-error.ts';
import type { Exchange } from './options.ts';

/** Longer than a client waits at first (30 s), shorter than a patient one does. */
const DELAY_MS = 40_000;
/** What a server says that is full for now (Kubernetes: API Priority and Fairness). */
const RETRY_AFTER_S = 5;
const FLOW_SCHEMA = 'a2c1c9b4-6a35-4f5e-9d0a-3c9d6a1f7e10';
const PRIORITY_LEVEL = '5b0d7f6e-1c0e-4a8c-8f39-0d2b7c64e5aa';
/** Its own health is looked at whatever else waits. */
const EXEMPT = /^\/(?:livez|readyz|healthz)(?:[/?]|$)/;

export class Disturbance {
  readonly #waiting = new Set<() => void>();
  #slow = false;
  #throttling = false;

  /** True: every answer to somebody who is signed in takes 40 s longer. False: what waits is answered at once. */
  set slow(on: boolean) {
    this.#slow = on;
    if (!on) for (const release of [...this.#waiting]) release();
  }

  /** Requests that wait for their late answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  set throttling(on: boolean) {
    this.#throttling = on;
  }

  /** Resolves when the request may be answered. Throws 429 for one that is turned away. */
  async pass({ request, response, caller }: Exchange): Promise<void> {
    // What needs no sign-in (the version, a refusal) comes from memory, and is as quick as ever.
    if (this.#slow && !caller.groups.includes('system:unauthenticated')) await this.#wait(response);
    if (!this.#throttling || EXEMPT.test(request.url ?? '')) return;
    response.setHeader('X-Kubernetes-PF-FlowSchema-UID', FLOW_SCHEMA);
    response.setHeader('X-Kubernetes-PF-PriorityLevel-UID', PRIORITY_LEVEL);
    throw new StatusError(429, 'TooManyRequests', 'too many requests, please try again later', {
      retryAfterSeconds: RETRY_AFTER_S,
    });
  }

  /** Nothing waits any more, as the server ends. */
  end(): void {
    this.#slow = false;
    for (const release of [...this.#waiting]) release();
  }

  #wait(response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const release = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(release);
        response.off('close', release);
        resolve();
      };
      const timer = setTimeout(release, DELAY_MS);
      timer.unref();
      // Who has given up needs no answer.
      response.once('close', release);
      this.#waiting.add(release);
    });
  }
}
