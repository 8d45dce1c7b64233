/** One fabric of the app: contact with its cluster, kept up, lost and regained; what is known of it; its findings. */
import type { AppError } from '../../shared/errors.ts';
import { AppFailure } from '../../shared/errors.ts';
import type { ConnectionView, ProbeReport } from '../../shared/model/connection.ts';
import type { LinkState } from '../../shared/model/fabric.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { createClient } from '../kube/client.ts';
import type { FabricNow, KubeContext } from '../kube/contract.ts';
import type { ExecCredential } from '../kube/exec-credential.ts';
import type { probeConnection } from '../probe/probe.ts';
import type { Answer } from '../store/findings-delta.ts';
import { connectionView } from './connection-view.ts';
import { composeAnswer } from './fabric-answer.ts';
import { Guard } from './guard.ts';
import { HealthChecker } from './health.ts';
import { summarizeLine, type LineSummary } from './line-summary.ts';
import { Line } from './line.ts';
import { LinkKeeper } from './link-keeper.ts';
import { memoryOfThisRun, type FabricMemory } from './memory.ts';
import { ProbeKeeper } from './probe-keeper.ts';
import type { Session } from './session.ts';
import { Stay } from './stay.ts';
import { watchHealth } from './watch-health.ts';
import { barOf } from './write-bar.ts';

/** `session` tells that requests can be made now, or no longer; `connection` that its view has changed. */
export type FabricChange = 'link' | 'answer' | 'session' | 'connection';

export interface FabricOptions {
  readonly context: KubeContext;
  readonly scenarios: readonly Scenario[];
  readonly now: () => Instant;
  /** For this run alone unless told. */
  readonly memory?: FabricMemory;
  /** Other fabrics that are live now. */
  readonly reachable?: () => readonly string[];
  /** For tests: how a client is made, and how a probe. */
  readonly connect?: typeof createClient;
  readonly probe?: typeof probeConnection;
}

function notConnected(fabric: string): AppError {
  const message = `Fabric ${fabric} is not connected.`;
  return { code: 'unreachable', message, hint: 'Open the fabric first.', fabric, retryable: true };
}

export class Fabric {
  readonly #options: FabricOptions;
  readonly #memory: FabricMemory;
  readonly #listeners = new Set<(change: FabricChange) => void>();
  /** Locked unless somebody unlocked it. */
  readonly guard: Guard;
  readonly #probe: ProbeKeeper;
  readonly #health: HealthChecker;
  readonly #stay: Stay;
  #context: KubeContext;
  readonly #link: LinkKeeper;
  #line: Line | undefined;

  constructor(options: FabricOptions) {
    const { now, scenarios, context } = options;
    this.#options = options;
    this.#context = context;
    this.#memory = options.memory ?? memoryOfThisRun();
    this.#link = new LinkKeeper({
      now,
      memory: this.#memory,
      onTurn: () => {
        this.session?.diagnose();
        this.#tell('answer');
      },
    });
    this.guard = new Guard({
      fabric: this.id,
      now,
      bar: () => barOf({ context: this.#context, link: this.link, line: this.#line }),
      onChange: () => this.#tell('connection'),
    });
    this.#probe = new ProbeKeeper({
      access: context.access,
      client: () => this.#line?.unheld,
      timeoutMs: () => this.#line?.patience.ms ?? 30_000,
      unusable: () => context.problem ?? notConnected(this.id),
      onChange: () => {
        this.#tell('answer');
        this.#tell('connection');
      },
      probe: options.probe,
    });
    this.#stay = new Stay({
      scenarios,
      now,
      context: () => this.#context,
      isStale: () => this.link.phase === 'stale',
      onWatch: () => this.#update(),
      onAnswer: () => this.#tell('answer'),
      onSession: () => this.#tell('session'),
    });
    this.#health = new HealthChecker({
      session: () => this.session,
      scenarios,
      now,
      onChange: () => this.#tell('connection'),
    });
  }

  get id(): string {
    return this.#options.context.id;
  }

  get context(): KubeContext {
    return this.#context;
  }

  get link(): LinkState {
    return this.#link.state;
  }

  /** Present from the first answer of the server until `close`. */
  get session(): Session | undefined {
    return this.#stay.session;
  }

  /** Milliseconds until the first answer of the server, and until every kind was listed. */
  get timings(): { readonly connectMs?: number; readonly syncMs?: number } {
    return this.#stay.timings;
  }

  /** The session; throws `AppFailure` where there is none to answer a request. */
  requireSession(): Session {
    const { session } = this;
    if (session !== undefined) return session;
    throw new AppFailure(this.link.error ?? notConnected(this.id));
  }

  /** For whoever is about to write. Throws `AppFailure` with the reason while the guard is not open. */
  requireWritable(): void {
    this.guard.require();
  }

  /** The findings as they stand now, those about the connection among them, and how far they can be trusted. */
  get answer(): Answer {
    const { connector, identity, credentials, client } = this.#line ?? {};
    return composeAnswer({
      id: this.id,
      link: this.link,
      result: this.#stay.result,
      synced: this.#stay.synced,
      failedSince: connector?.failedSince,
      contacted: this.session !== undefined,
      probe: this.#probe.report,
      facts: credentials,
      identity: identity?.state,
      watches: watchHealth(this.session?.watches ?? [], connector?.shut),
      times: client?.times(),
      reachable: this.#options.reachable?.() ?? [],
      scenarios: this.#options.scenarios,
      now: this.#options.now(),
    });
  }

  /** What of the summary is no configuration and no finding. */
  get state(): LineSummary & Pick<FabricNow, 'link' | 'guard'> {
    return { link: this.link, guard: this.guard.state, ...summarizeLine(this.#line) };
  }

  /** All that the connection view shows. */
  get view(): ConnectionView {
    return connectionView({
      fabric: this.id,
      line: this.#line,
      session: this.session,
      probe: this.#probe,
      health: this.#health.results,
      memory: this.#memory,
      fixedTimeoutMs: this.#context.own?.timeoutMs ?? 0,
      reachable: this.#options.reachable?.() ?? [],
    });
  }

  on(listener: (change: FabricChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a context that differs in nothing that the line to the cluster depends on: colour, name, guard. */
  present(context: KubeContext): void {
    this.#context = context;
    this.#tell('connection');
  }

  /** Begins to connect, if that has not begun; returns at once. */
  open(): void {
    if (this.#line !== undefined) return;
    const { now, connect = createClient } = this.#options;
    const line = new Line({
      context: () => this.#context,
      memory: this.#memory,
      now,
      connect,
      onChange: () => this.#update(),
      onContact: ({ tookMs }) => {
        this.#stay.begin(line.client, tookMs);
        this.#health.renew();
      },
      onTrouble: () => void this.#probe.run().catch(() => undefined),
      onMoved: () => {
        this.guard.lock();
        this.#stay.renew();
        this.#health.renew();
      },
    });
    this.#line = line;
    line.start();
  }

  /** Somebody asks: drops every pause and tries at once. Resolves when an attempt to make contact is decided. */
  async retry(): Promise<void> {
    if (this.#line?.connector.shut === undefined && this.session !== undefined) this.session.retryNow();
    else await this.#line?.retry();
  }

  /** The computer woke up, or its network came back. A fabric that rests goes on resting. */
  wake(): void {
    this.#line?.connector.wake();
    this.session?.retryNow();
  }

  /** Nothing is sent until `retry`. */
  stopRetrying(): void {
    this.#line?.connector.rest('user');
  }

  /** Fetches credentials anew and goes on. Throws `AppFailure` with why that fails. */
  async signIn(): Promise<void> {
    if (this.#line === undefined) this.open();
    await this.#line?.retry();
    const error = this.#line?.connector.error;
    if (error !== undefined) throw new AppFailure(error);
  }

  /** Goes on with what a credential command yielded in a terminal. Throws `AppFailure` for what cannot be sent. */
  accept(credential: ExecCredential): void {
    this.#line?.unheld?.accept(credential);
    void this.retry();
  }

  /** Takes the cluster that answers now for the one of this context. */
  acknowledgeIdentity(): void {
    this.#line?.identity.acknowledge();
    this.#update();
    this.#tell('answer');
  }

  /** Probes every layer now. Throws `AppFailure` for a context that has no cluster. */
  probe(): Promise<ProbeReport> {
    return this.#probe.run();
  }

  /** Somebody looks at the connection: its health is checked until the function that is returned is called. */
  look(): () => void {
    return this.#health.look();
  }

  /** Ends all watches, requests and timers. The fabric can be opened again. */
  async close(): Promise<void> {
    const line = this.#line;
    if (line === undefined) return;
    this.#line = undefined;
    this.guard.lock();
    this.#probe.clear();
    const closed = line.close();
    this.#stay.end();
    this.#link.close();
    for (const change of ['session', 'link', 'answer', 'connection'] as const) this.#tell(change);
    await closed;
  }

  #update(): void {
    if (this.#line === undefined) return;
    this.#link.update(this.#line, this.session);
    this.#tell('link');
    this.#tell('connection');
  }

  #tell(change: FabricChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
