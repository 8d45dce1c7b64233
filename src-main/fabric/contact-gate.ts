/** The gate of one fabric: requests wait while contact is lost or paused, and until the same cluster answers again. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { Shut } from '../kube/contract.ts';
import type { ClientGate } from '../kube/gated-client.ts';
import { cancelled } from '../kube/transport-error.ts';

export interface ContactGateOptions {
  /** Context name. */
  readonly fabric: string;
  readonly shut: () => Shut | undefined;
  /** Resolves once the identity was asked for not earlier than at `since`. Throws `AppFailure`. */
  readonly confirm: (since: number) => Promise<void>;
  readonly failed: (error: AppError, limitMs: number) => void;
}

export class ContactGate implements ClientGate {
  readonly #options: ContactGateOptions;
  readonly #listeners = new Set<(shut: Shut | undefined) => void>();
  readonly #doubts = new Set<(silentMs: number) => void>();
  #told: Shut | undefined;

  constructor(options: ContactGateOptions) {
    this.#options = options;
  }

  get shut(): Shut | undefined {
    return this.#options.shut();
  }

  failed(error: AppError, limitMs: number): void {
    this.#options.failed(error, limitMs);
    // A link that died without a word takes the silent watches with it, and nobody would notice for long.
    if (error.code === 'timeout') for (const doubt of [...this.#doubts]) doubt(limitMs);
  }

  async pass(since: number, signal: AbortSignal, waits: (why: AppError) => void): Promise<void> {
    for (let { shut } = this; shut !== undefined && !signal.aborted; { shut } = this) {
      waits(shut.error);
      await this.#change(signal);
    }
    if (!signal.aborted) await this.#options.confirm(since);
    if (signal.aborted) throw new AppFailure(cancelled(this.#options.fabric));
  }

  listen(listener: (shut: Shut | undefined) => void, doubt?: (silentMs: number) => void): () => void {
    this.#listeners.add(listener);
    if (doubt !== undefined) this.#doubts.add(doubt);
    return () => {
      this.#listeners.delete(listener);
      if (doubt !== undefined) this.#doubts.delete(doubt);
    };
  }

  /** To be called whenever what decides about the gate may have changed. */
  update(): void {
    const { shut } = this;
    if (shut?.paused === this.#told?.paused && shut?.error.message === this.#told?.error.message) return;
    this.#told = shut;
    for (const listener of [...this.#listeners]) listener(shut);
  }

  /** Until the gate opens, or is shut for another reason, or the caller gives up. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        stop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const stop = this.listen(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
