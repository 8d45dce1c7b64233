/** Keeps the diagnosis of a live fabric up to date: engine, logs, delay of passing observations and rechecks. */
import type { ObjectSource } from '../../shared/cluster/source.ts';
import type { Engine } from '../../shared/diagnosis/engine.ts';
import {
  existsIn,
  NO_MEMORY,
  stepHysteresis,
  type HysteresisState,
} from '../../shared/diagnosis/hysteresis.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { KubeClient } from '../kube/contract.ts';
import { coalesce, type Coalesced } from '../store/coalesce.ts';
import { gatherLogs } from './gather-logs.ts';

/** At most ten diagnoses a second. */
const INTERVAL_MS = 100;
/** For all logs that one diagnosis asks for. */
const LOGS_MS = 2000;

export interface DiagnoserOptions {
  readonly engine: Engine;
  readonly store: ObjectSource;
  readonly client: KubeClient;
  readonly now: () => Instant;
  readonly signal: AbortSignal;
  /** Whether the objects are those of an earlier time: findings are then unverified and none resolves. */
  readonly isStale: () => boolean;
  readonly onResult: (result: DiagnosisResult) => void;
}

/** Every finding of the first complete look that is older than a second has been there long enough to be no flicker. */
function seed({ findings }: DiagnosisResult): HysteresisState {
  const memories = new Map(
    findings.map((finding) => [finding.id, { finding, firstSeen: finding.since ?? 0, shown: false }]),
  );
  return { memories, shown: [] };
}

export class Diagnoser {
  readonly #options: DiagnoserOptions;
  readonly #run: Coalesced;
  readonly #stopListening: () => void;
  #memory: HysteresisState = NO_MEMORY;
  #started = false;
  #logsUnderWay = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds the first complete diagnosis took. */
  firstMs: number | undefined;

  constructor(options: DiagnoserOptions) {
    this.#options = options;
    this.#run = coalesce(() => this.#diagnose(), INTERVAL_MS);
    this.#stopListening = options.store.onChange(() => this.ask());
    options.signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** True once the first answer is out and every log it asked for is answered. */
  get settled(): boolean {
    return this.firstMs !== undefined && this.#logsUnderWay === 0 && !this.#options.engine.pending;
  }

  /** Begins to answer: all kinds are listed, or known not to be. Until then half an answer would raise false alarms. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.ask();
  }

  /** Asks for a new answer soon. */
  ask(): void {
    if (this.#started) this.#run.ask();
  }

  #diagnose(): void {
    const { engine, store, now, isStale, onResult } = this.#options;
    const begun = performance.now();
    const at = now();
    const observed = engine.diagnose(at);
    if (this.firstMs === undefined) {
      this.firstMs = Math.round(performance.now() - begun);
      this.#memory = seed(observed);
    }
    const exists = existsIn(store.view);
    const { state, result, nextAt } = stepHysteresis(this.#memory, observed, {
      now: at,
      stale: isStale(),
      exists,
    });
    this.#memory = state;
    void this.#gather();
    this.#schedule(at, nextAt);
    onResult(result);
  }

  #schedule(at: Instant, nextAt: Instant | undefined): void {
    clearTimeout(this.#timer);
    const next = Math.min(nextAt ?? Infinity, this.#options.engine.nextRecheck ?? Infinity);
    if (next === Infinity) return;
    // A timer cannot wait longer than 2^31 ms; a recheck that is due later is found again after a day.
    this.#timer = setTimeout(() => this.ask(), Math.min(Math.max(next - at, INTERVAL_MS), 86_400_000));
    this.#timer.unref();
  }

  async #gather(): Promise<void> {
    const { engine, client, signal } = this.#options;
    const requests = engine.wantedLogs();
    if (requests.length === 0) return;
    this.#logsUnderWay++;
    await gatherLogs({
      client,
      requests,
      limitMs: LOGS_MS,
      signal,
      answer: (request, answer) => {
        engine.setLog(request, answer);
        this.ask();
      },
    });
    this.#logsUnderWay--;
    this.ask();
  }

  #stop(): void {
    this.#started = false;
    this.#run.stop();
    this.#stopListening();
    clearTimeout(this.#timer);
    this.#options.engine.dispose();
  }
}
