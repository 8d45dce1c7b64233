/** One fabric of the app: contact with its cluster, kept up, lost and regained; what is known of it; its findings. */
import type { AppError } from '../../shared/errors.ts';
import { AppFailure } from '../../shared/errors.ts';
import type { LinkState } from '../../shared/model/fabric.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { createClient } from '../kube/client.ts';
import type { KubeClient, KubeContext } from '../kube/contract.ts';
import type { Answer } from '../store/findings-delta.ts';
import { Connector } from './connector.ts';
import { contactServer } from './contact.ts';
import { composeAnswer, LOSS_MS } from './fabric-answer.ts';
import { closedLink, nextLink } from './link-state.ts';
import { Session } from './session.ts';

/** `session` tells that requests can be made now, or no longer. */
export type FabricChange = 'link' | 'answer' | 'session';

export interface FabricOptions {
  readonly context: KubeContext;
  readonly scenarios: readonly Scenario[];
  readonly now: () => Instant;
  /** For tests: how a client is made. */
  readonly connect?: typeof createClient;
}

/** How often the time of a small request is measured, ms. */
const PROBE_MS = 30_000;
const NO_ANSWER: DiagnosisResult = {
  findings: [],
  blindSpots: [],
  complete: false,
  checks: { ran: 0, total: 0 },
};

export class Fabric {
  readonly context: KubeContext;
  readonly #options: FabricOptions;
  readonly #listeners = new Set<(change: FabricChange) => void>();
  #link: LinkState;
  #connector: Connector | undefined;
  #latencyMs: number | undefined;
  #version: string | undefined;
  #client: KubeClient | undefined;
  #session: Session | undefined;
  #result: DiagnosisResult = NO_ANSWER;
  /** True once there was an answer over all kinds: before, "nothing found" means nothing. */
  #synced = false;
  #abort = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Milliseconds until the first answer of the server, and until every kind was listed. */
  timings: { connectMs?: number; syncMs?: number } = {};

  constructor(options: FabricOptions) {
    this.#options = options;
    this.context = options.context;
    this.#link = closedLink(options.now());
  }

  get id(): string {
    return this.context.id;
  }

  get link(): LinkState {
    return this.#link;
  }

  /** Present from the first answer of the server until `close`. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** The session; throws `AppFailure` where there is none to answer a request. */
  requireSession(): Session {
    if (this.#session !== undefined) return this.#session;
    const error = this.#link.error;
    if (error !== undefined) throw new AppFailure(error);
    const message = `Fabric ${this.id} is not connected.`;
    throw new AppFailure({
      code: 'unreachable',
      message,
      hint: 'Open the fabric first.',
      fabric: this.id,
      retryable: true,
    });
  }

  /** The findings as they stand now, the connection finding among them, and how far they can be trusted. */
  get answer(): Answer {
    return composeAnswer({
      id: this.id,
      link: this.#link,
      result: this.#result,
      synced: this.#synced,
      failedSince: this.#session === undefined ? this.#connector?.failedSince : undefined,
      scenarios: this.#options.scenarios,
      now: this.#options.now(),
    });
  }

  on(listener: (change: FabricChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins to connect, if that has not begun; returns at once. */
  open(): void {
    if (this.#connector !== undefined) return;
    const { access, problem } = this.context;
    this.#abort = new AbortController();
    const client = access === undefined ? undefined : (this.#options.connect ?? createClient)(access);
    this.#client = client;
    this.#connector = new Connector({
      contact: (signal, timeoutMs) => {
        if (client === undefined) throw new AppFailure(problem ?? this.#unusable('has no cluster'));
        return contactServer(client, { signal, timeoutMs });
      },
      toAppError: (cause) => client?.toAppError(cause) ?? this.#unusable(String(cause)),
      now: this.#options.now,
      onChange: () => {
        this.#update();
        this.#tell('answer');
      },
      onContact: ({ version, tookMs }) => {
        this.timings = { connectMs: tookMs };
        this.#version = version;
        this.#latencyMs = tookMs;
        if (client !== undefined) this.#begin(client);
      },
    });
    void this.#connector.attempt();
  }

  /** Drops every pause and tries at once. */
  retry(): void {
    if (this.#session === undefined) void this.#connector?.attempt();
    else this.#session.retryNow();
  }

  /** Ends all watches, requests and timers. The fabric can be opened again. */
  async close(): Promise<void> {
    if (this.#connector === undefined) return;
    const client = this.#client;
    this.#abort.abort();
    this.#connector.stop();
    this.#session?.close();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#connector = undefined;
    this.#session = undefined;
    this.#client = undefined;
    this.#latencyMs = undefined;
    this.#result = NO_ANSWER;
    this.#synced = false;
    this.timings = {};
    this.#link = closedLink(this.#options.now());
    for (const change of ['session', 'link', 'answer'] as const) this.#tell(change);
    await client?.close();
  }

  #unusable(why: string): AppError {
    const message = `Context ${this.id} cannot be used: ${why}.`;
    return { code: 'context-broken', message, fabric: this.id, retryable: false };
  }

  #begin(client: KubeClient): void {
    const begun = performance.now();
    const session = new Session({
      client,
      scenarios: this.#options.scenarios,
      namespace: this.context.namespace,
      now: this.#options.now,
      isStale: () => this.#link.phase === 'stale',
      onWatch: () => {
        if (session.synced) this.timings.syncMs ??= Math.round(performance.now() - begun);
        this.#update();
      },
      onResult: (result) => {
        this.#result = result;
        this.#synced ||= session.synced;
        this.#tell('answer');
      },
    });
    this.#session = session;
    this.#tell('session');
    session.start();
    this.#probe(client);
    this.#update();
  }

  /** Measures a small request now and then, for the status bar. A failure is told by the watches. */
  #probe(client: KubeClient): void {
    this.#later(PROBE_MS, () => {
      const { signal } = this.#abort;
      void contactServer(client, { signal, timeoutMs: 10_000 })
        .then(({ tookMs, version }) => {
          this.#latencyMs = tookMs;
          this.#version = version;
          this.#update();
        })
        .catch(() => undefined)
        .then(() => {
          if (!signal.aborted) this.#probe(client);
        });
    });
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }

  #update(): void {
    const before = this.#link;
    this.#link = nextLink(
      before,
      {
        contact: this.#connector?.state ?? 'none',
        error: this.#connector?.error,
        nextTryAt: this.#connector?.nextTryAt,
        watches: this.#session?.states() ?? [],
        latencyMs: this.#latencyMs,
        serverVersion: this.#version,
      },
      this.#options.now(),
    );
    if (before.phase !== this.#link.phase) {
      this.#session?.diagnose();
      if (this.#link.phase === 'stale') this.#later(LOSS_MS + 100, () => this.#tell('answer'));
      this.#tell('answer');
    }
    this.#tell('link');
  }

  #tell(change: FabricChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
