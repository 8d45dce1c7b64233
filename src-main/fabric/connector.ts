/** Keeps contact with one server: makes it, asks again when in doubt, regains it with growing pauses, and rests when told to. */
import { AppFailure, type AppError, type ErrorCode } from '../../shared/errors.ts';
import type { Attempt, BreakerState, Pause } from '../../shared/model/connection.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Shut } from '../kube/contract.ts';
import { Breaker } from './breaker.ts';
import type { Contact } from './contact.ts';
import { pauseAfter } from './contact-pause.ts';

export interface ConnectorOptions {
  /** Context name. */
  readonly fabric: string;
  /** One attempt. Throws `AppFailure`; anything else goes through `toAppError`. */
  readonly contact: (signal: AbortSignal, timeoutMs: number) => Promise<Contact>;
  /** Limit for the answer of the next attempt, ms. */
  readonly timeoutMs: () => number;
  readonly toAppError: (cause: unknown) => AppError;
  readonly now: () => Instant;
  /** False where no attempt can ever succeed: the context itself is broken. */
  readonly lasting?: boolean;
  /** The state changed. */
  readonly onChange: () => void;
  readonly onContact: (contact: Contact) => void;
  /** An attempt failed that was allowed to take `timeoutMs`. */
  readonly onFailure?: (error: AppError, timeoutMs: number) => void;
}

/** How many attempts are remembered. */
const KEPT = 10;
/** Contact that was made so lately is not doubted, ms. */
const SURE_MS = 5000;
const SIGN_IN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unauthorized', 'credentials-failed']);

export class Connector {
  readonly #options: ConnectorOptions;
  readonly #breaker = new Breaker();
  readonly #attempts: Attempt[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  /** Failures since contact was last made, or since somebody asked for an attempt: they decide the pause. */
  #failures = 0;
  #madeAt: number | undefined;
  #stopped = false;
  /** `trying` also while it is regained; `made` also while it is doubted. */
  state: 'trying' | 'made' | 'failed' = 'trying';
  /** Why the last attempt failed; undefined once contact is made. */
  error: AppError | undefined;
  /** When the next automatic attempt begins. */
  nextTryAt: Instant | undefined;
  /** When the first of the attempts failed; undefined while contact is made. */
  failedSince: Instant | undefined;
  pause: Pause | undefined;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** The last ones, oldest first. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  /** Why requests are not to be made now: paused, or contact was lost. */
  get shut(): Shut | undefined {
    const error = this.pause?.error ?? this.error;
    if (this.pause !== undefined) return { error: error ?? this.#stoppedByHand(), paused: true };
    return this.#madeAt === undefined || error === undefined ? undefined : { error, paused: false };
  }

  /** Tries now, or joins the attempt that runs. No-op while paused. Resolves when it is decided; never rejects. */
  async attempt(): Promise<void> {
    if (this.pause !== undefined || this.#stopped) return;
    if (this.#running === undefined) {
      const abort = new AbortController();
      const done = this.#try(abort.signal).finally(() => {
        if (this.#running?.abort === abort) this.#running = undefined;
      });
      this.#running = { abort, done };
    }
    await this.#running.done;
  }

  /** Somebody asks: ends a pause, half-opens the breaker and begins anew. */
  retry(): Promise<void> {
    this.#cancel();
    this.pause = undefined;
    this.#breaker.halfOpen();
    this.#failures = 0;
    return this.attempt();
  }

  /** The world outside changed (the computer woke up): what failed before says nothing. Leaves a pause as it is. */
  wake(): void {
    if (this.pause !== undefined || this.#stopped) return;
    this.#breaker.reset();
    this.#failures = 0;
    if (this.state === 'made') return;
    this.#cancel();
    void this.attempt();
  }

  /** A request failed in a way that puts the contact in doubt. */
  doubt(): void {
    if (this.state !== 'made' || this.#running !== undefined) return;
    if (performance.now() - (this.#madeAt ?? 0) < SURE_MS) return;
    void this.attempt();
  }

  /** Nothing is tried until `retry`. */
  rest(why: Pause['why'], error?: AppError): void {
    if (this.pause !== undefined || this.#stopped) return;
    if (why === 'user') this.#cancel();
    clearTimeout(this.#timer);
    this.nextTryAt = undefined;
    this.pause = { since: this.#options.now(), why, ...(error !== undefined && { error }) };
    this.#fail(error ?? this.error ?? this.#stoppedByHand());
    this.#options.onChange();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    clearTimeout(this.#timer);
  }

  async #try(signal: AbortSignal): Promise<void> {
    const { contact, toAppError, now, onChange, onContact } = this.#options;
    const timeoutMs = this.#options.timeoutMs();
    const at = now();
    const begun = performance.now();
    clearTimeout(this.#timer);
    this.nextTryAt = undefined;
    if (this.state === 'failed') this.state = 'trying';
    onChange();
    const record = (ok: boolean, says: string) => {
      // That a doubt was groundless is no news.
      if (ok && this.state === 'made') return;
      this.#attempts.push({ at, ok, ms: Math.round(performance.now() - begun), says });
      this.#attempts.splice(0, this.#attempts.length - KEPT);
    };
    try {
      const made = await this.#breaker.run(() => contact(signal, timeoutMs));
      if (signal.aborted) return;
      record(true, `API server answered, ${made.version}`);
      this.state = 'made';
      this.error = undefined;
      this.failedSince = undefined;
      this.#failures = 0;
      this.#madeAt = performance.now();
      onContact(made);
    } catch (cause) {
      if (signal.aborted) return;
      const error = cause instanceof AppFailure ? cause.error : toAppError(cause);
      record(false, error.message);
      this.#failures++;
      this.#fail(error);
      if (SIGN_IN.has(error.code)) this.rest('sign-in', error);
      else this.#schedule(error);
      this.#options.onFailure?.(error, timeoutMs);
      onChange();
    }
  }

  #fail(error: AppError): void {
    this.failedSince ??= this.#options.now();
    this.state = 'failed';
    this.error = error;
  }

  #schedule(error: AppError): void {
    if (this.pause !== undefined || this.#options.lasting === true) return;
    const now = this.#options.now();
    const { halfOpenAt } = this.breaker;
    // A timer may fire a moment early.
    const wait =
      halfOpenAt === undefined ? pauseAfter(error, this.#failures) : Math.max(0, halfOpenAt - now) + 50;
    this.nextTryAt = now + wait;
    this.#timer = setTimeout(() => void this.attempt(), wait);
    this.#timer.unref();
  }

  #cancel(): void {
    this.#running?.abort.abort();
    this.#running = undefined;
  }

  #stoppedByHand(): AppError {
    const { fabric } = this.#options;
    const message = `Attempts to reach fabric ${fabric} were stopped by hand.`;
    return { code: 'cancelled', message, hint: 'Retry when you are ready.', fabric, retryable: true };
  }
}
