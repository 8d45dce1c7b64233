/** What is known of the way to one API server: probe, retries, credentials, identity and the health of our own watches. */
import type { AppError } from '../errors.ts';
import type { WatchState } from './fabric.ts';
import type { Instant } from './ref.ts';

/** The layers of a connection in the order in which they are tried; `proxy` is left out where there is none. */
export const PROBE_LAYERS = ['dns', 'tcp', 'proxy', 'tls', 'api', 'auth', 'discovery'] as const;
export type ProbeLayer = (typeof PROBE_LAYERS)[number];

/** One layer of a probe. `not tried`: a layer before it failed. `skipped`: not needed here (plain http has no TLS). */
export interface ProbeStep {
  readonly layer: ProbeLayer;
  readonly state: 'ok' | 'failed' | 'not tried' | 'skipped';
  /** Milliseconds this layer took. */
  readonly ms?: number;
  /** One short sentence: `Port 6443 accepts`, `Server certificate expired at 14:20`. */
  readonly says: string;
}

/** One certificate as a server presents it or a kubeconfig holds it. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names: host names and IP addresses. */
  readonly names: readonly string[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** `9C:41:…`, SHA-256 of the DER form. */
  readonly sha256: string;
}

/** Who a server says we are (SelfSubjectReview, authentication.k8s.io/v1). */
export interface WhoAmI {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

/** Another port of the same host, asked without credentials; proposed, never used by itself. */
export interface AlternativePort {
  readonly server: string;
  /** gitVersion where an API server answers there; undefined where something else does. */
  readonly version?: string;
  /** One sentence: what answers there. */
  readonly says: string;
}

/** The result of one layered probe. Holds no secret. */
export interface ProbeReport {
  readonly at: Instant;
  readonly server: string;
  readonly steps: readonly ProbeStep[];
  /** The first layer that failed; undefined when all hold. */
  readonly failed?: ProbeLayer;
  /** Why that layer failed. */
  readonly error?: AppError;
  readonly addresses: readonly string[];
  readonly proxy?: { readonly url: string; readonly from: 'kubeconfig' | 'app' | 'environment' };
  /** Leaf first; empty where TLS was not reached. */
  readonly chain: readonly CertificateFacts[];
  /** The authorities the kubeconfig trusts; empty where it names none and the system's are used. */
  readonly authorities: readonly CertificateFacts[];
  /** Server's clock (Date header) minus ours, ms; positive: the server is ahead. */
  readonly clockSkewMs?: number;
  readonly version?: string;
  readonly who?: WhoAmI;
  readonly alternatives: readonly AlternativePort[];
  /** Limit of each layer, ms. */
  readonly timeoutMs: number;
}

/** What is known of the credentials of a context without asking the server. Never a secret, never a whole token. */
export interface CredentialFacts {
  /** As in `FabricSummary.signIn`. */
  readonly method: string;
  /** One row per thing that ends: the token, the client certificate, the authority of the kubeconfig. */
  readonly ends: readonly {
    readonly what: 'token' | 'client certificate' | 'authority';
    readonly notBefore?: Instant;
    readonly notAfter: Instant;
    /** `CN=admin`, or `iss … sub …` of a token. */
    readonly of: string;
  }[];
  /** Claims of a JSON Web Token: issuer, subject, audiences. */
  readonly token?: {
    readonly issuer?: string;
    readonly subject?: string;
    readonly audiences: readonly string[];
  };
  /** The command of an exec plugin, as it was found. */
  readonly command?: {
    readonly command: string;
    /** Absolute path of the binary; undefined where it was not found. */
    readonly path?: string;
    readonly installHint?: string;
    /** Whether it may be run in a terminal for an interactive sign-in. */
    readonly interactive: boolean;
  };
}

/** One attempt to make contact. */
export interface Attempt {
  readonly at: Instant;
  readonly ok: boolean;
  readonly ms: number;
  /** One short sentence. */
  readonly says: string;
}

/** The breaker of one fabric: after 5 failures in a row it opens for 60 s, then lets one attempt through. */
export interface BreakerState {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Failures in a row. */
  readonly failures: number;
  /** When an open breaker lets an attempt through. */
  readonly halfOpenAt?: Instant;
}

/** Why nothing is sent to a fabric until somebody acts. */
export interface Pause {
  readonly since: Instant;
  /** `sign-in`: 401 or no credentials. `user`: retries were stopped by hand. */
  readonly why: 'sign-in' | 'user';
  readonly error?: AppError;
}

/** The health of one list-watch, for the connection view. */
export interface WatchHealth {
  readonly resource: string;
  readonly group: string;
  readonly namespace?: string;
  readonly state: WatchState;
  readonly startedAt: Instant;
  readonly lastEventAt?: Instant;
  readonly lastBookmarkAt?: Instant;
  /** Events since the start, bookmarks left out. */
  readonly events: number;
  /** What happens next, one short sentence: `Re-list and diff on reconnect`. */
  readonly next: string;
}

export type HealthCheckName = 'api-server' | 'nodes' | 'crds' | 'permissions';

/** One of the four checks of a cluster's health, cached for 30 s. */
export interface HealthCheck {
  readonly name: HealthCheckName;
  readonly state: 'ok' | 'failed' | 'denied' | 'unknown';
  readonly says: string;
  readonly at: Instant;
}

/** Times to the first byte of our own requests of one verb and resource, over the last requests. */
export interface RequestTimes {
  readonly verb: string;
  readonly resource: string;
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  /** 429 answers among them. */
  readonly throttled: number;
}

/** The identity of the cluster behind a context: what was recorded first and what answers now. */
export interface ClusterIdentity {
  /** uid of namespace kube-system. */
  readonly uid: string;
  readonly version?: string;
  /** SHA-256 of the certificate at the top of the chain the server presents. */
  readonly caSha256?: string;
  readonly firstSeen: Instant;
}

export interface IdentityState {
  /** `unknown`: the uid may not be read, or nothing was contacted yet. */
  readonly state: 'unknown' | 'pinned' | 'changed';
  readonly pinned?: ClusterIdentity;
  /** What answers now, where it differs. */
  readonly seen?: ClusterIdentity;
}

/** Whether the app may write to a fabric. */
export interface WriteGuard {
  readonly state: 'locked' | 'unlocked';
  /** When an unlocked fabric locks itself. */
  readonly until?: Instant;
  /** Why it cannot be unlocked now, as one sentence: identity changed, data stale. */
  readonly barred?: string;
}

/** Outcome of the last contact, kept over restarts. */
export interface ConnectionStatus {
  readonly state: 'unknown' | 'connected' | 'failed';
  readonly at?: Instant;
  readonly error?: AppError;
}

/** All that the connection view shows of one fabric. */
export interface ConnectionView {
  readonly fabric: string;
  readonly probe?: ProbeReport;
  readonly probing: boolean;
  /** The last ones, oldest first. */
  readonly attempts: readonly Attempt[];
  readonly breaker: BreakerState;
  readonly pause?: Pause;
  readonly nextTryAt?: Instant;
  /** Effective limit for an answer, ms: 30,000, 60,000 or 120,000. */
  readonly timeoutMs: number;
  readonly credentials?: CredentialFacts;
  readonly watches: readonly WatchHealth[];
  readonly health: readonly HealthCheck[];
  readonly requests: readonly RequestTimes[];
  readonly identity: IdentityState;
  readonly status: ConnectionStatus;
  /** Other fabrics that are live now: then the network of this computer is fine. */
  readonly reachable: readonly string[];
}
