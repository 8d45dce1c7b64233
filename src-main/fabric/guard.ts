/** The guard against writes to one fabric: locked unless somebody unlocked it a short while ago and nothing bars it. */
import { AppFailure } from '../../shared/errors.ts';
import type { WriteGuard } from '../../shared/model/connection.ts';
import type { Instant } from '../../shared/model/ref.ts';

export interface GuardOptions {
  readonly fabric: string;
  readonly now: () => Instant;
  /** Why nothing may be written now, as one sentence; undefined where nothing speaks against it. */
  readonly bar: () => string | undefined;
  readonly onChange: () => void;
}

export class Guard {
  readonly #options: GuardOptions;
  #until: Instant | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** A bar shows as locked; what was unlocked before it, is again when the bar goes in time. */
  get state(): WriteGuard {
    const barred = this.#options.bar();
    if (barred !== undefined) return { state: 'locked', barred };
    return this.#until === undefined || this.#until <= this.#options.now()
      ? { state: 'locked' }
      : { state: 'unlocked', until: this.#until };
  }

  /** Throws `AppFailure` with the bar. */
  unlock(minutes: number): void {
    const { bar, now, onChange } = this.#options;
    const barred = bar();
    if (barred !== undefined) throw this.#refusal(barred, 'Put that right first, then unlock.');
    const ms = minutes * 60_000;
    this.#until = now() + ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.lock(), ms);
    this.#timer.unref();
    onChange();
  }

  lock(): void {
    clearTimeout(this.#timer);
    if (this.#until === undefined) return;
    this.#until = undefined;
    this.#options.onChange();
  }

  /** For whoever is about to write. Throws `AppFailure` unless it is unlocked. */
  require(): void {
    const { state, barred } = this.state;
    if (state === 'unlocked') return;
    if (barred !== undefined) throw this.#refusal(barred, 'Nothing was sent.');
    const locked = `Fabric ${this.#options.fabric} is locked against writes, so nothing was sent.`;
    throw this.#refusal(locked, 'Unlock it for some minutes, then try again.');
  }

  #refusal(message: string, hint: string): AppFailure {
    const { fabric } = this.#options;
    return new AppFailure({ code: 'bad-request', message, hint, fabric, retryable: false });
  }
}
