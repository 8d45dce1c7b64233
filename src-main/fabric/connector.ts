/** Makes the first contact with a server, and tries again with growing pauses while that can help. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Contact } from './contact.ts';

export interface ConnectorOptions {
  /** One attempt. Throws `AppFailure`; anything else goes through `toAppError`. */
  readonly contact: (signal: AbortSignal, timeoutMs: number) => Promise<Contact>;
  readonly toAppError: (cause: unknown) => AppError;
  readonly now: () => Instant;
  /** The state changed. */
  readonly onChange: () => void;
  readonly onContact: (contact: Contact) => void;
}

/** An attempt may take longer each time, ms. */
const ATTEMPT_MS = [10_000, 20_000, 30_000];
/** Bounds of the pause between two attempts, ms. */
const PAUSE_MS = { first: 1000, most: 30_000 };

export class Connector {
  readonly #options: ConnectorOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #attempts = 0;
  state: 'trying' | 'made' | 'failed' = 'trying';
  error: AppError | undefined;
  /** When the next automatic attempt begins. */
  nextTryAt: Instant | undefined;
  /** When the first of the attempts failed. */
  failedSince: Instant = 0;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** Tries now, and drops the pause that may be running. No-op while an attempt runs or once contact is made. */
  async attempt(): Promise<void> {
    if (this.state === 'made' || (this.state === 'trying' && this.#attempts > 0)) return;
    const { signal } = this.#abort;
    const { contact, toAppError, now, onChange, onContact } = this.#options;
    clearTimeout(this.#timer);
    this.state = 'trying';
    this.nextTryAt = undefined;
    const timeoutMs = ATTEMPT_MS[Math.min(this.#attempts, ATTEMPT_MS.length - 1)] ?? 30_000;
    this.#attempts++;
    onChange();
    try {
      const made = await contact(signal, timeoutMs);
      if (signal.aborted) return;
      this.state = 'made';
      this.error = undefined;
      onContact(made);
    } catch (cause) {
      if (signal.aborted) return;
      if (this.error === undefined) this.failedSince = now();
      this.state = 'failed';
      this.error = cause instanceof AppFailure ? cause.error : toAppError(cause);
      if (this.error.retryable) this.#pause();
      onChange();
    }
  }

  stop(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  #pause(): void {
    const pause = Math.min(PAUSE_MS.first * 2 ** (this.#attempts - 1), PAUSE_MS.most);
    // Jitter keeps many fabrics behind one network from knocking at the same moment.
    const wait = Math.round(pause * (0.75 + Math.random() / 2));
    this.nextTryAt = this.#options.now() + wait;
    this.#timer = setTimeout(() => void this.attempt(), wait);
    this.#timer.unref();
  }
}
