/** The seams of the kube room: what a context, a client, a reflector and its sink promise each other. */
import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import type { AppError } from '../../shared/errors.ts';
import type { KindInfo, ResourceId, Row, RowColumn } from '../../shared/ipc.ts';
import type { CredentialFacts, RequestTimes } from '../../shared/model/connection.ts';
import type { FabricSummary, WatchState } from '../../shared/model/fabric.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { ExecCredential } from './exec-credential.ts';
import type { Vitals } from './state-keeper.ts';

/** A cluster entry of a kubeconfig, checked; paths are absolute, `caData` is base64 of PEM. */
export interface ClusterEntry {
  readonly name: string;
  /** `https://host:port/prefix` without a trailing slash and without credentials. */
  readonly server: string;
  readonly caFile?: string | undefined;
  readonly caData?: string | undefined;
  readonly insecure: boolean;
  /** Name to verify the server's certificate against, and to send as SNI. */
  readonly serverName?: string | undefined;
  /** `direct`: none, whatever the environment says. */
  readonly proxyUrl?: string | undefined;
  /** Who set `proxyUrl`: the kubeconfig unless told. */
  readonly proxyFrom?: 'kubeconfig' | 'app' | undefined;
  readonly disableCompression: boolean;
  /** Configuration the cluster holds for exec plugins (extension client.authentication.k8s.io/exec). */
  readonly execConfig?: unknown;
}

/** How a user entry runs a command for credentials (client.authentication.k8s.io). */
export interface ExecEntry {
  readonly apiVersion: string;
  readonly command: string;
  /** Absolute path of the binary to run instead, chosen in the app for this fabric. */
  readonly path?: string | undefined;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string | undefined;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
}

/** A user entry of a kubeconfig, checked; paths are absolute. */
export interface UserEntry {
  readonly name?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly certData?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly keyData?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly exec?: ExecEntry | undefined;
  /** Only `oidc` is left of Kubernetes' auth providers. */
  readonly oidc?: Readonly<Record<string, string>> | undefined;
  readonly impersonate?: {
    readonly user: string;
    readonly uid?: string | undefined;
    readonly groups: readonly string[];
    readonly extra: readonly (readonly [key: string, values: readonly string[]])[];
  };
}

/** All that a client of ONE context may know: one cluster, one user. Nothing of other contexts is reachable from it. */
export interface ContextAccess {
  /** The context's name. */
  readonly fabric: string;
  /** File that defines the context, or `in-cluster`. */
  readonly source: string;
  readonly namespace?: string | undefined;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
}

/** What of a summary changes while a fabric is open; the rest is configuration. */
export type FabricNow = Pick<
  FabricSummary,
  'link' | 'counts' | 'blindSpots' | 'guard' | 'identity' | 'pause' | 'credentialsEndAt'
>;

/** One context of the merged kubeconfigs. It has either `access` or `problem`. */
export interface KubeContext extends Omit<FabricSummary, keyof FabricNow> {
  readonly access?: ContextAccess;
  /** What the app's own settings say of this fabric beyond its access; stays in the main process. */
  readonly own?: {
    /** Never unlocked for writes. */
    readonly readOnly: boolean;
    /** Kinds to watch; empty: all that scenarios read. */
    readonly watchKinds: readonly string[];
    /** Limit for an answer, ms; 0: found out and remembered. */
    readonly timeoutMs: number;
  };
}

/** All that was read: contexts in the order of the files, and what could not be used. */
export interface Kubeconfig {
  /** Files that were read, in the order they were merged; `in-cluster` for a service account. */
  readonly sources: readonly string[];
  /** current-context of the first file that sets it; it need not exist. */
  readonly current?: string | undefined;
  readonly contexts: readonly KubeContext[];
  /** Files and entries that could not be used; the rest still works. */
  readonly problems: readonly AppError[];
}

/** An authenticated way to ONE API server: all requests of a fabric share its dispatcher. */
export interface KubeClient {
  /** Context name of the fabric. */
  readonly fabric: string;
  readonly server: string;
  /**
   * Sends a request with credentials. Resolves with any HTTP status that carries a body for the caller;
   * throws `AppFailure` for transport, TLS and credential failures and for statuses >= 300.
   * `path` begins with `/`. `timeoutMs` (30,000 unless told) limits the time to the response headers.
   * A body that breaks or is aborted later rejects with the raw error: `toAppError` names it.
   */
  request(path: string, options?: RequestOptions): Promise<KubeResponse>;
  /** The whole body, decompressed. Throws as `request`, and for a broken, silent (30 s) or oversized (64 MiB) body. */
  getBytes(path: string, options?: RequestOptions): Promise<Buffer>;
  /** Request with the JSON body parsed. The caller narrows it: `T` is a claim, not a check. */
  getJson<T>(path: string, options?: RequestOptions): Promise<T>;
  /**
   * This context alone as a configuration of client-node, for exec and port-forward; it signs in with the credentials of
   * this client. Loads client-node on first use (hundreds of ms).
   */
  clientNodeConfig(): Promise<KubeConfig>;
  /** The failure of a request, or of reading its body, as an `AppError` of this fabric. */
  toAppError(cause: unknown): AppError;
  /** What is known of the credentials without asking the server; reads files, runs no command. */
  facts(): Promise<CredentialFacts>;
  /** Set once a request was refused for its credentials (401 after one renewal) or none could be had: nothing is sent then. */
  readonly refusal: AppError | undefined;
  /** Forgets the refusal and what the credentials failed with: the next request tries anew. */
  resume(): void;
  /** Takes what a credential command yielded in a terminal; `resume` does not forget it. Throws `AppFailure`. */
  accept(credential: ExecCredential): void;
  /** Limit for an answer where a request names none, ms, as it is now; undefined: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Decides when requests of this client may be sent; without one they always may. */
  readonly gate?: Gate | undefined;
  /** Times of own requests by verb and resource, over the last ones. */
  times(): readonly RequestTimes[];
  /** Ends idle and open connections and a running credential command. */
  close(): Promise<void>;
}

/** Why requests stop: contact was lost, or all is paused until somebody acts (open watches then end, too). */
export interface Shut {
  readonly error: AppError;
  readonly paused: boolean;
}

/** Holds the requests of one fabric back while they cannot or must not be made; shared by all that use its client. */
export interface Gate {
  /**
   * Waits until requests may be made, and until the cluster that answers is known to be the one that answered before:
   * asked not earlier than at `since` (ms of performance.now). `waits` is told why it takes long. Throws `AppFailure`
   * where that cannot be asked, and `cancelled` once `signal` aborts: another cluster ends all that used the old one.
   */
  pass(since: number, signal: AbortSignal, waits: (why: AppError) => void): Promise<void>;
  /**
   * Tells when requests stop, and with undefined when they go on; returns the function that stops listening. `doubt` is
   * told that a request got no answer within so many ms: a watch that was silent as long may be dead, too.
   */
  listen(listener: (shut: Shut | undefined) => void, doubt?: (silentMs: number) => void): () => void;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly accept?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Content type of the body; `application/json` unless told. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** For `getBytes`: the first bytes of the body, while the rest is still on its way. */
  readonly onStart?: (bytes: Buffer) => void;
}

export interface KubeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** Receives what a reflector learns. Calls are in order and synchronous, and none comes after `stop()`. */
export interface ReflectorSink<T> {
  /** One page of a list that is still running, for early display; `replace` follows with the truth. */
  page?(items: readonly T[]): void;
  /** A complete list: everything not in it is gone. Also called with [] when the kind is no longer served. */
  replace(items: readonly T[]): void;
  upsert(item: T): void;
  remove(item: T): void;
  /** Each change of phase, each page of a list and each bookmark (about once a minute). */
  state(state: WatchState): void;
}

export interface ReflectorOptions<T> {
  readonly client: KubeClient;
  readonly resource: ResourceId;
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Turns one raw item (it owns it) into what the sink stores: strip, empty values. Throwing drops the item. */
  readonly prepare: (item: KubeObject) => T;
  readonly sink: ReflectorSink<T>;
  /** Objects per page; 500 unless told. */
  readonly pageSize?: number;
}

/** One row of a Table with what identifies it across resource versions. */
export interface TableRow {
  readonly row: Row;
  readonly resourceVersion: string;
}

export interface TableSink extends ReflectorSink<TableRow> {
  /** Before the first page, and again whenever the server describes other columns. */
  columns(columns: readonly RowColumn[]): void;
}

export interface TableOptions extends Omit<ReflectorOptions<TableRow>, 'prepare' | 'sink'> {
  readonly sink: TableSink;
}

/** One running list-watch. */
export interface Reflector {
  readonly state: WatchState;
  /** When it began, what it heard last and how much: read when somebody looks. */
  readonly vitals: Vitals;
  /** Items dropped since the start because they had no uid or name, or another shape than an object's. */
  readonly dropped: number;
  /** Resolves after the first complete list, once the kind is known to be denied or absent, or on `stop()`. */
  readonly synced: Promise<void>;
  /**
   * Drops a pending back-off and tries at once; a watch that was silent for 15 s is opened anew, and begins with a list
   * where it was silent for minutes (resume from sleep).
   */
  retryNow(): void;
  stop(): void;
}

/** What a server serves. */
export interface Discovery {
  readonly kinds: readonly KindInfo[];
  /** Groups that could not be read (an aggregated API that is down); the rest is complete. */
  readonly problems: readonly AppError[];
}
