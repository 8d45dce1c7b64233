/** The plan that is open: prepared by the server's dry-run, shown, and carried out only when it is confirmed. */
import type { AppError } from '../../shared/errors.ts';
import type { PlanRequest, PlanRun, PreparedPlan } from '../../shared/model/plan.ts';
import { call } from '../api.ts';

/**
 * `preparing`: access check and dry-run. `review`: waits for the user. `running`: the writes are under way and cannot
 * be recalled. `done`: there is a result. `failed`: neither; `error` says why.
 */
export type PlanPhase = 'preparing' | 'review' | 'running' | 'done' | 'failed';

/** `plans.open(fabric, request)` opens the dialog; nothing is written before `run`. */
class Plans {
  fabric = $state<string | null>(null);
  phase = $state<PlanPhase>('preparing');
  prepared = $state.raw<PreparedPlan | null>(null);
  run = $state.raw<PlanRun | null>(null);
  error = $state.raw<AppError | null>(null);
  /** Called after a run that wrote something, so that the view behind asks again. */
  #onDone: (() => void) | undefined;
  #request: PlanRequest | null = null;
  #ticket = 0;

  open(fabric: string, request: PlanRequest, onDone?: () => void): void {
    this.fabric = fabric;
    this.#request = request;
    this.#onDone = onDone;
    void this.prepare();
  }

  /** Asks the server again what it would do. */
  async prepare(): Promise<void> {
    const { fabric } = this;
    const request = this.#request;
    if (fabric === null || request === null) return;
    const ticket = (this.#ticket += 1);
    this.phase = 'preparing';
    this.prepared = null;
    this.run = null;
    this.error = null;
    const answer = await call('plan.prepare', { fabric, request });
    if (ticket !== this.#ticket) return;
    this.phase = answer.ok ? 'review' : 'failed';
    if (answer.ok) this.prepared = answer.value;
    else this.error = answer.error;
  }

  /** Carries the plan out, as it was shown. */
  async confirm(): Promise<void> {
    const { fabric, prepared } = this;
    if (fabric === null || !prepared?.runnable || this.phase !== 'review') return;
    const ticket = (this.#ticket += 1);
    this.phase = 'running';
    this.error = null;
    const answer = await call('plan.run', { fabric, hash: prepared.hash });
    if (ticket !== this.#ticket) return;
    if (answer.ok) this.run = answer.value;
    else this.error = answer.error;
    this.phase = answer.ok ? 'done' : 'failed';
    this.#onDone?.();
  }

  /** Closes the dialog. While the writes run there is nothing to cancel, and it stays. */
  close(): void {
    if (this.phase === 'running') return;
    this.#ticket += 1;
    this.fabric = null;
    this.#request = null;
    this.prepared = null;
    this.run = null;
    this.error = null;
  }
}

export const plans = new Plans();
