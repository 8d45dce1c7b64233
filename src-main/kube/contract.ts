/** The seams of the kube room: what a client, a reflector and its sink promise each other. */
import type { Dispatcher } from 'undici';
import type { ResourceId } from '../../shared/ipc.ts';
import type { WatchState } from '../../shared/model/fabric.ts';
import type { KubeObject } from '../../shared/model/kube.ts';

/** An authenticated way to ONE API server: all requests of a fabric share its dispatcher. */
export interface KubeClient {
  /** Context name of the fabric. */
  readonly fabric: string;
  readonly server: string;
  /**
   * Sends a request with credentials. Resolves with any HTTP status that carries a body for the caller;
   * throws `AppFailure` for transport, TLS and credential failures and for statuses >= 400.
   * `path` begins with `/api` or `/apis`. `timeoutMs` limits the time to the response headers.
   */
  request(path: string, options?: RequestOptions): Promise<KubeResponse>;
  /** Request with the JSON body parsed. */
  getJson<T>(path: string, options?: RequestOptions): Promise<T>;
  /** Ends idle and open connections. */
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly accept?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface KubeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** Receives what a reflector learns. Calls are in order and synchronous. */
export interface ReflectorSink<T extends { metadata: KubeObject['metadata'] }> {
  /** One page of a list that is still running, for early display; `replace` follows with the truth. */
  page?(items: readonly T[]): void;
  /** A complete list: everything not in it is gone. */
  replace(items: readonly T[]): void;
  upsert(item: T): void;
  remove(item: T): void;
  state(state: WatchState): void;
}

export interface ReflectorOptions<T extends { metadata: KubeObject['metadata'] }> {
  readonly client: KubeClient;
  readonly resource: ResourceId;
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Turns one raw item into what the sink stores (strip, empty values, build a row). */
  readonly prepare: (item: KubeObject) => T;
  readonly sink: ReflectorSink<T>;
  /** Objects per page; 500 unless told. */
  readonly pageSize?: number;
}

/** One running list-watch. */
export interface Reflector {
  readonly state: WatchState;
  /** Resolves after the first complete list, or once the kind is known to be denied or absent. */
  readonly synced: Promise<void>;
  /** Drops a pending back-off and tries at once. */
  retryNow(): void;
  stop(): void;
}
