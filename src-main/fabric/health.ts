/** Keeps the four checks of a cluster's health: at most every 30 s, and only while somebody looks. */
import { AppFailure } from '../../shared/errors.ts';
import type { HealthCheck, HealthCheckName } from '../../shared/model/connection.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { CHECKS, type Check, type CheckResult } from './health-checks.ts';
import type { Session } from './session.ts';

/** How long the results hold, ms. */
const CACHED_MS = 30_000;
const NAMES = Object.keys(CHECKS) as HealthCheckName[];

export interface HealthCheckerOptions {
  readonly session: () => Session | undefined;
  readonly scenarios: readonly Scenario[];
  readonly now: () => Instant;
  readonly onChange: () => void;
}

async function runCheck(
  check: Check,
  session: Session,
  scenarios: readonly Scenario[],
): Promise<CheckResult> {
  try {
    return await check(session, scenarios);
  } catch (cause) {
    const error = cause instanceof AppFailure ? cause.error : session.client.toAppError(cause);
    return { state: error.code === 'forbidden' ? 'denied' : 'unknown', says: error.message };
  }
}

export class HealthChecker {
  readonly #options: HealthCheckerOptions;
  #results: readonly HealthCheck[] = [];
  /** The session of the results: those of another cluster or an earlier stay say nothing. */
  #of: Session | undefined;
  #at = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #looking = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthCheckerOptions) {
    this.#options = options;
  }

  /** Empty until the first run; those of a session that is gone are forgotten. */
  get results(): readonly HealthCheck[] {
    return this.#of !== undefined && this.#of === this.#options.session() ? this.#results : [];
  }

  /** Checks now where the last results are older than 30 s or of another session. */
  async refresh(): Promise<void> {
    const session = this.#options.session();
    if (session === undefined) return;
    if (this.#of === session && performance.now() - this.#at < CACHED_MS) return;
    this.#running ??= this.#run(session).finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Somebody looks: checks now and every 30 s, until the function that is returned is called. */
  look(): () => void {
    this.#looking++;
    if (this.#looking === 1) this.#tick();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#looking--;
      if (this.#looking === 0) clearTimeout(this.#timer);
    };
  }

  /** A new session is there: whoever looks sees its health soon. */
  renew(): void {
    if (this.#looking > 0) this.#tick();
  }

  #tick(): void {
    clearTimeout(this.#timer);
    void this.refresh().then(() => {
      if (this.#looking === 0) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tick(), CACHED_MS + 50);
      this.#timer.unref();
    });
  }

  async #run(session: Session): Promise<void> {
    const { scenarios, now, onChange } = this.#options;
    this.#of = session;
    this.#at = performance.now();
    this.#results = [];
    await Promise.all(
      NAMES.map(async (name) => {
        const result = await runCheck(CHECKS[name], session, scenarios);
        if (this.#of !== session) return;
        const others = this.#results.filter((each) => each.name !== name);
        const all = [...others, { name, ...result, at: now() }];
        this.#results = NAMES.flatMap((each) => all.find((one) => one.name === each) ?? []);
        onChange();
      }),
    );
  }
}
