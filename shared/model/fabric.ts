/** What is known of a fabric as a whole: its configuration, its connection and the state of each watch. */
import type { AppError } from '../errors.ts';
import type { IdentityState, Pause, WriteGuard } from './connection.ts';
import type { FabricColour, FabricOrigin } from './fabric-settings.ts';
import type { Severity } from './finding.ts';
import type { Instant } from './ref.ts';

/**
 * `listing`: first list under way. `live`: list complete and the watch delivers. `catching-up`: reconnected, the gap
 * is being closed. `stale`: no contact, the objects are those of `asOf`. `denied`: RBAC refuses. `expired`: the
 * resourceVersion is gone and a new list is due. `absent`: not served here.
 */
export type WatchPhase =
  'idle' | 'listing' | 'live' | 'catching-up' | 'stale' | 'denied' | 'expired' | 'absent';

/** The state of the list-watch of one kind. */
export interface WatchState {
  readonly phase: WatchPhase;
  /** When this phase began. */
  readonly since: Instant;
  /** Last proof that the data is current: list, event, bookmark or answered watch. */
  readonly asOf?: Instant;
  readonly objects: number;
  /** Expected number while listing, from the server's remainingItemCount. */
  readonly expected?: number;
  readonly reconnects: number;
  readonly error?: AppError;
}

/** How a context signs in. */
export type SignIn =
  'token' | 'token file' | 'client certificate' | 'exec plugin' | 'auth provider' | 'basic' | 'none';

/**
 * `closed`: nothing was ever contacted. `connecting`: first contact. `syncing`: lists run. `live`: all readable kinds
 * are live. `stale`: contact lost, data from `asOf`. `failed`: never got through, or refused.
 */
export type LinkPhase = 'closed' | 'connecting' | 'syncing' | 'live' | 'stale' | 'failed';

export interface LinkState {
  readonly phase: LinkPhase;
  readonly since: Instant;
  readonly asOf?: Instant;
  /** Milliseconds of the last answered small request. */
  readonly latencyMs?: number;
  readonly error?: AppError;
  /** Next automatic attempt, while stale or failed. */
  readonly nextTryAt?: Instant;
  readonly watches: {
    readonly total: number;
    readonly live: number;
    readonly denied: number;
    readonly stale: number;
  };
  /** Objects received so far and expected, while syncing. */
  readonly progress?: { readonly received: number; readonly expected: number };
  readonly serverVersion?: string;
}

/** One context of the kubeconfig, as the rail shows it. */
export interface FabricSummary {
  /** The context's name, or `<name> (by hand)` for a fabric that was added in the app; unique. */
  readonly id: string;
  /** What to show instead of the id: the name of a fabric that was added in the app. */
  readonly name?: string;
  readonly server?: string;
  readonly namespace?: string;
  readonly signIn: SignIn;
  /** File that defines the context. */
  readonly source: string;
  readonly current: boolean;
  /** Present on a fabric of the built-in demo. */
  readonly demo?: true;
  /** True where the kubeconfig turns certificate checks off. */
  readonly insecureTls: boolean;
  /** Why this context cannot be opened at all (missing cluster or user). */
  readonly problem?: AppError;
  readonly origin: FabricOrigin;
  readonly colour: FabricColour;
  /** Shown as a chip; empty: guessed from the name. */
  readonly environment: string;
  readonly guard: WriteGuard;
  readonly identity: IdentityState['state'];
  /** Present while nothing is sent until somebody acts. */
  readonly pause?: Pause;
  /** When the first of the credentials ends, where that is known. */
  readonly credentialsEndAt?: Instant;
  readonly link: LinkState;
  /** Root findings by severity; zeros while closed. */
  readonly counts: Readonly<Record<Severity, number>>;
  readonly blindSpots: number;
}
