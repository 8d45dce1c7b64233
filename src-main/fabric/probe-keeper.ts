/** Runs the layered probe of one fabric, one at a time, and keeps the last report. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { ProbeReport } from '../../shared/model/connection.ts';
import type { ContextAccess, KubeClient } from '../kube/contract.ts';
import { probeConnection } from '../probe/probe.ts';

export interface ProbeKeeperOptions {
  readonly access: ContextAccess | undefined;
  /** The fabric's own client, so that a probe runs a credential command no more often than any request. */
  readonly client: () => KubeClient | undefined;
  readonly timeoutMs: () => number;
  readonly onChange: () => void;
  /** Why there is nothing to probe. */
  readonly unusable: () => AppError;
  /** For tests. */
  readonly probe?: typeof probeConnection | undefined;
}

export class ProbeKeeper {
  readonly #options: ProbeKeeperOptions;
  #abort = new AbortController();
  #running: Promise<ProbeReport> | undefined;
  report: ProbeReport | undefined;

  constructor(options: ProbeKeeperOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** The report of a probe that begins now, or of the one that runs. Throws `AppFailure` for a context without access. */
  async run(): Promise<ProbeReport> {
    const { access, client, timeoutMs, onChange, unusable, probe = probeConnection } = this.#options;
    if (access === undefined) throw new AppFailure(unusable());
    if (this.#running !== undefined) return this.#running;
    const { signal } = this.#abort;
    const own = client();
    this.#running = probe({ access, signal, timeoutMs: timeoutMs(), ...(own && { client: own }) })
      .then((report) => {
        if (!signal.aborted) this.report = report;
        return report;
      })
      .finally(() => {
        this.#running = undefined;
        if (!signal.aborted) onChange();
      });
    onChange();
    return this.#running;
  }

  /** Ends a probe that runs and forgets the report. */
  clear(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.report = undefined;
  }
}
