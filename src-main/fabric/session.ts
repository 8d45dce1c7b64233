/** One stay at a cluster, from the first answer until it is closed: watches, store, discovery and diagnosis. */
import type { KnowledgeReason } from '../../shared/cluster/source.ts';
import { createEngine, type Engine } from '../../shared/diagnosis/engine.ts';
import type { KindInfo, ResourceId } from '../../shared/ipc.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';
import type { WatchState } from '../../shared/model/fabric.ts';
import type { DiagnosisResult } from '../../shared/model/finding.ts';
import type { KindId, KubeObject } from '../../shared/model/kube.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { KubeClient, Reflector, ReflectorOptions, ReflectorSink } from '../kube/contract.ts';
import { discoverKinds } from '../kube/discovery.ts';
import { createReflector } from '../kube/list-watch.ts';
import { prepareFor } from '../kube/prepare.ts';
import type { ObjectStore } from '../store/contract.ts';
import { createObjectStore } from '../store/object-store.ts';
import { Diagnoser } from './diagnoser.ts';
import { gatherLogs } from './gather-logs.ts';
import { isSettled, knowledgeOf, reasonOf } from './knowledge.ts';
import { neededKinds, resourceOfKind } from './needed-kinds.ts';

export interface SessionOptions {
  readonly client: KubeClient;
  readonly scenarios: readonly Scenario[];
  /** Namespace of the context: looked at alone where the whole cluster may not be listed. */
  readonly namespace: string | undefined;
  /** The namespaces that are looked at alone because the user asked for it. */
  readonly only?: readonly string[] | undefined;
  /** Kinds to watch, where the settings name some; all others are blind spots. Empty or missing: all that are needed. */
  readonly watchKinds?: readonly string[] | undefined;
  /** How a kind is read: by a list-watch, or listed once. */
  readonly read?: <T>(options: ReflectorOptions<T>) => Reflector;
  readonly now: () => Instant;
  readonly isStale: () => boolean;
  /** The state of a watch changed. */
  readonly onWatch: () => void;
  readonly onResult: (result: DiagnosisResult) => void;
}

/** After so long a first, partial answer is given: kinds not listed yet count as unknown in it. */
const PARTIAL_MS = 3000;

/** For the blind spot of a kind that is not watched. */
function switchedOff(kind: KindId): KnowledgeReason {
  return {
    reason: `Objects of kind ${kind} are not watched: that is switched off in the settings of this fabric.`,
    fix: `Add ${kind} to the watched kinds in the settings of this fabric.`,
    leftOut: true,
  };
}

/** One watch and where it looks. */
export interface Watch {
  readonly kind: KindId;
  readonly resource: ResourceId;
  readonly namespace: string | undefined;
  readonly reflector: Reflector;
}

export class Session {
  readonly client: KubeClient;
  readonly store: ObjectStore = createObjectStore();
  readonly #options: SessionOptions;
  readonly #abort = new AbortController();
  readonly #watches: Watch[] = [];
  readonly #engine: Engine;
  readonly #diagnoser: Diagnoser;
  #kinds: { readonly at: number; readonly list: Promise<readonly KindInfo[]> } | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.client = options.client;
    this.#engine = createEngine({
      scenarios: options.scenarios,
      store: this.store,
      namespaces: options.only,
    });
    const { client, now, isStale, onResult } = options;
    const { signal } = this.#abort;
    this.#diagnoser = new Diagnoser({
      engine: this.#engine,
      store: this.store,
      client,
      now,
      signal,
      isStale,
      onResult,
    });
  }

  /** Reads every kind that the diagnosis needs. */
  read(): void {
    const { watchKinds = [] } = this.#options;
    for (const kind of neededKinds(this.#options.scenarios)) {
      if (watchKinds.length > 0 && !watchKinds.includes(kind)) {
        this.store.setKnowledge(kind, 'denied', undefined, switchedOff(kind));
        continue;
      }
      const places = KINDS[kind].namespaced ? (this.#options.only ?? [undefined]) : [undefined];
      for (const namespace of places) this.#watch(kind, namespace);
    }
  }

  /** Reads, and keeps the diagnosis up to date. */
  start(): void {
    this.read();
    const timer = setTimeout(() => this.#diagnoser.start(), PARTIAL_MS);
    this.#abort.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  /** True once every kind is listed, or known not to be readable here. */
  get synced(): boolean {
    return this.#watches.length > 0 && this.#watches.every(({ reflector }) => isSettled(reflector.state));
  }

  get watches(): readonly Watch[] {
    return this.#watches;
  }

  *states(): Iterable<WatchState> {
    for (const { reflector } of this.#watches) yield reflector.state;
  }

  /** True once a complete answer is out and the logs it asked for are read. */
  get diagnosed(): boolean {
    return this.#diagnoser.settled;
  }

  /** Milliseconds the first complete diagnosis took. */
  get diagnoseMs(): number | undefined {
    return this.#diagnoser.firstMs;
  }

  /** Asks for a new answer, after the link changed. */
  diagnose(): void {
    this.#diagnoser.ask();
  }

  /** One final answer at `now`, quoting the logs that can be read within `logsMs`. For a session that only reads. */
  async diagnoseOnce(now: Instant, logsMs: number): Promise<DiagnosisResult> {
    const engine = this.#engine;
    const final = { final: true };
    const { signal } = this.#abort;
    let result = engine.diagnose(now, final);
    const endsAt = performance.now() + logsMs;
    // A log may lead to the wish for another one.
    for (let requests = engine.wantedLogs(); requests.length > 0; requests = engine.wantedLogs()) {
      const limitMs = Math.max(1, endsAt - performance.now());
      const answer = engine.setLog.bind(engine);
      await gatherLogs({ client: this.client, requests, limitMs, signal, answer });
      result = engine.diagnose(now, final);
    }
    return result;
  }

  /** The kinds the server serves; read again when older than half a minute. */
  kinds(): Promise<readonly KindInfo[]> {
    const now = performance.now();
    if (this.#kinds === undefined || now - this.#kinds.at > 30_000) {
      const list = discoverKinds(this.client, this.#abort.signal).then(({ kinds }) => kinds);
      this.#kinds = { at: now, list };
      list.catch(() => {
        this.#kinds = undefined;
      });
    }
    return this.#kinds.list;
  }

  /** Tries all watches at once that wait, or that may have died while the computer slept. */
  retryNow(): void {
    for (const { reflector } of this.#watches) reflector.retryNow();
  }

  close(): void {
    this.#abort.abort();
    for (const { reflector } of this.#watches) reflector.stop();
  }

  #watch(kind: KindId, namespace: string | undefined): void {
    const resource = resourceOfKind(kind);
    const sink = this.#sinkFor(kind, namespace);
    const prepare = prepareFor(KINDS[kind]);
    const { read = createReflector } = this.#options;
    const reflector = read({ client: this.client, resource, namespace, prepare, sink });
    this.#watches.push({ kind, resource, namespace, reflector });
    void reflector.synced.then(() => this.#settle());
  }

  #sinkFor(kind: KindId, namespace: string | undefined): ReflectorSink<KubeObject> {
    const { store } = this;
    return {
      replace: (items) => store.replace(kind, items, namespace),
      upsert: (item) => store.upsert(kind, item),
      remove: (item) => store.remove(kind, item),
      state: (state) => {
        store.setKnowledge(kind, knowledgeOf(state), namespace, reasonOf(state));
        if (state.phase === 'denied' && namespace === undefined) this.#fallBack(kind);
        this.#diagnoser.ask();
        this.#options.onWatch();
      },
    };
  }

  /** Where the whole cluster may not be listed, the context's own namespace often may. */
  #fallBack(kind: KindId): void {
    const { namespace } = this.#options;
    if (namespace === undefined || !KINDS[kind].namespaced || this.#abort.signal.aborted) return;
    if (this.#watches.some((watch) => watch.kind === kind && watch.namespace === namespace)) return;
    this.#watch(kind, namespace);
  }

  #settle(): void {
    if (this.synced) this.#diagnoser.start();
  }
}
