/** Knows which cluster answers: the uid of kube-system, pinned at first sight, asked again whenever contact was broken. */
import { AppFailure } from '../../shared/errors.ts';
import type { ClusterIdentity, IdentityState } from '../../shared/model/connection.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { KubeClient } from '../kube/contract.ts';
import { isFields, textOf } from '../kube/json.ts';
import type { FabricMemory } from './memory.ts';

/** A uid that may not be read is not asked for again sooner, ms: it would be refused again. */
const DENIED_MS = 300_000;

export interface IdentityOptions {
  readonly memory: FabricMemory;
  readonly now: () => Instant;
  /** Another cluster answers than the one that answered before in this run: what was read of that one is void. */
  readonly onMoved: () => void;
}

export interface IdentityRequest {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

async function readUid(client: KubeClient, request: IdentityRequest): Promise<string | undefined> {
  try {
    const namespace = await client.getJson<unknown>('/api/v1/namespaces/kube-system', request);
    const uid = isFields(namespace) && isFields(namespace.metadata) ? textOf(namespace.metadata.uid) : '';
    return uid === '' ? undefined : uid.slice(0, 200);
  } catch (cause) {
    const code = cause instanceof AppFailure ? cause.error.code : undefined;
    if (code === 'forbidden' || code === 'not-found' || code === 'not-served') return undefined;
    throw cause;
  }
}

export class IdentityKeeper {
  readonly #options: IdentityOptions;
  #state: IdentityState;
  /** The uid that answered last, where it could be read. */
  #uid: string | undefined;
  #version: string | undefined;
  /** When the question that was answered last was put, ms of performance.now. */
  #askedAt = Number.NEGATIVE_INFINITY;
  #deniedAt = Number.NEGATIVE_INFINITY;
  #asking: { readonly begun: number; readonly answer: Promise<void> } | undefined;

  constructor(options: IdentityOptions) {
    this.#options = options;
    const { identity } = options.memory.read();
    this.#state = { state: 'unknown', ...(identity && { pinned: identity }) };
  }

  get state(): IdentityState {
    return this.#state;
  }

  /** Asks who answers. Throws `AppFailure` where nobody does. `version` of the server goes into what is remembered. */
  ask(client: KubeClient, request: IdentityRequest, version?: string): Promise<void> {
    this.#version = version ?? this.#version;
    const begun = performance.now();
    const answer = readUid(client, request)
      .then((uid) => {
        this.#askedAt = Math.max(this.#askedAt, begun);
        if (uid === undefined) this.#deniedAt = begun;
        if (!request.signal.aborted) this.#learn(uid);
      })
      .finally(() => {
        if (this.#asking?.answer === answer) this.#asking = undefined;
      });
    this.#asking = { begun, answer };
    return answer;
  }

  /** Resolves once it was asked not earlier than at `since` (ms of performance.now); many share one question. */
  async confirm(client: KubeClient, since: number, request: IdentityRequest): Promise<void> {
    if (this.#askedAt >= since) return;
    if (performance.now() - this.#deniedAt < DENIED_MS) return;
    await (this.#asking !== undefined && this.#asking.begun >= since
      ? this.#asking.answer
      : this.ask(client, request));
  }

  /** Takes the cluster that answers now for the one of this context. */
  acknowledge(): void {
    const { seen } = this.#state;
    if (seen === undefined) return;
    this.#options.memory.write({ identity: seen });
    this.#state = { state: 'pinned', pinned: seen };
  }

  #learn(uid: string | undefined): void {
    const moved = uid !== undefined && this.#uid !== undefined && uid !== this.#uid;
    this.#uid = uid ?? this.#uid;
    this.#state = this.#judge(uid);
    if (moved) this.#options.onMoved();
  }

  #judge(uid: string | undefined): IdentityState {
    const { memory, now } = this.#options;
    const { identity: pinned } = memory.read();
    // That the uid may no longer be read takes back no warning.
    if (uid === undefined)
      return this.#state.state === 'changed'
        ? this.#state
        : { state: 'unknown', ...(pinned !== undefined && { pinned }) };
    if (pinned?.uid === uid) return { state: 'pinned', pinned };
    const before = this.#state.seen;
    const version = this.#version;
    const fresh: ClusterIdentity = { uid, ...(version !== undefined && { version }), firstSeen: now() };
    const seen = before?.uid === uid ? before : fresh;
    if (pinned !== undefined) return { state: 'changed', pinned, seen };
    memory.write({ identity: seen });
    return { state: 'pinned', pinned: seen };
  }
}
