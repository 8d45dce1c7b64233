/** The stay of one fabric at a cluster: its session, begun anew when another cluster answers, and what it found out. */
import type { Instant } from '../../shared/model/ref.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { KubeClient, KubeContext } from '../kube/contract.ts';
import { Session } from './session.ts';

export interface StayOptions {
  readonly scenarios: readonly Scenario[];
  readonly now: () => Instant;
  readonly context: () => KubeContext;
  readonly isStale: () => boolean;
  /** The state of a watch changed. */
  readonly onWatch: () => void;
  readonly onAnswer: () => void;
  /** A session began or ended. */
  readonly onSession: () => void;
}

const NO_ANSWER: DiagnosisResult = {
  findings: [],
  blindSpots: [],
  complete: false,
  checks: { ran: 0, total: 0 },
};

export class Stay {
  readonly #options: StayOptions;
  #client: KubeClient | undefined;
  session: Session | undefined;
  result = NO_ANSWER;
  /** True once there was an answer over all kinds: before, "nothing found" means nothing. */
  synced = false;
  timings: { connectMs?: number; syncMs?: number } = {};

  constructor(options: StayOptions) {
    this.#options = options;
  }

  /** Begins a session where none runs; `tookMs` is what the first answer took. */
  begin(client: KubeClient | undefined, tookMs: number): void {
    if (client === undefined || this.session !== undefined) return;
    this.#client = client;
    this.timings = { connectMs: tookMs };
    this.#start(client);
  }

  /** Another cluster answers: forgets all of the old one and reads the new one. */
  renew(): void {
    if (this.session === undefined || this.#client === undefined) return;
    this.#forget();
    this.#start(this.#client);
    this.#options.onAnswer();
  }

  end(): void {
    this.#forget();
    this.#client = undefined;
    this.timings = {};
  }

  #forget(): void {
    this.session?.close();
    this.session = undefined;
    this.result = NO_ANSWER;
    this.synced = false;
  }

  #start(client: KubeClient): void {
    const { scenarios, now, context, isStale, onWatch, onAnswer, onSession } = this.#options;
    const begun = performance.now();
    const session = new Session({
      client,
      scenarios,
      // As in kubectl, a context that names no namespace means this one.
      namespace: context().namespace ?? 'default',
      watchKinds: context().own?.watchKinds,
      now,
      isStale,
      onWatch: () => {
        if (this.session !== session) return;
        if (session.synced) this.timings.syncMs ??= Math.round(performance.now() - begun);
        onWatch();
      },
      onResult: (result) => {
        if (this.session !== session) return;
        this.result = result;
        this.synced ||= session.synced;
        onAnswer();
      },
    });
    this.session = session;
    onSession();
    session.start();
    onWatch();
  }
}
