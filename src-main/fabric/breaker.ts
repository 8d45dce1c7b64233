/** The circuit breaker of one fabric: after five failed contacts in a row none is tried for a minute, then one. */
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { AppFailure, type ErrorCode } from '../../shared/errors.ts';
import type { BreakerState } from '../../shared/model/connection.ts';

const FAILURES = 5;
const OPEN_MS = 60_000;

/** What is no fault of the way to the server: it answered, or nobody waits for the answer any more. */
const ANSWERED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'throttled',
  'unauthorized',
  'credentials-failed',
  'forbidden',
  'cancelled',
]);

const counts = (cause: unknown): boolean => !(cause instanceof AppFailure && ANSWERED.has(cause.error.code));

export class Breaker {
  #consecutive = new ConsecutiveBreaker(FAILURES);
  #policy: CircuitBreakerPolicy = this.#build();
  #openedAt = 0;

  get state(): BreakerState {
    const failures = this.#consecutive.state;
    if (this.#policy.state === CircuitState.HalfOpen) return { state: 'half-open', failures };
    return this.#policy.state === CircuitState.Open
      ? { state: 'open', failures, halfOpenAt: this.#openedAt + OPEN_MS }
      : { state: 'closed', failures };
  }

  /** One attempt. Rejects without one (`BrokenCircuitError`) before an open breaker may let it through. */
  run<T>(attempt: () => Promise<T>): Promise<T> {
    return this.#policy.execute(attempt);
  }

  /** Lets the next attempt through at once: somebody asked for it. */
  halfOpen(): void {
    if (this.#policy.state === CircuitState.Closed) return;
    const breakerState = this.#consecutive.state;
    this.#consecutive = new ConsecutiveBreaker(FAILURES);
    const ownState = { value: CircuitState.Open as const, openedAt: 0, attemptNo: 1 };
    this.#policy = this.#build({ ownState, breakerState });
  }

  /** Forgets all failures: they say nothing of now, as after the computer slept. */
  reset(): void {
    this.#consecutive = new ConsecutiveBreaker(FAILURES);
    this.#policy = this.#build();
  }

  #build(initialState?: unknown): CircuitBreakerPolicy {
    const policy = circuitBreaker(handleWhen(counts), {
      halfOpenAfter: OPEN_MS,
      breaker: this.#consecutive,
      ...(initialState !== undefined && { initialState }),
    });
    policy.onBreak(() => {
      this.#openedAt = Date.now();
    });
    return policy;
  }
}
