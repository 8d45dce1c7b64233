/** What is configured for a fabric in the app itself, beside or instead of a kubeconfig. */
import type { ConnectionStatus } from './connection.ts';
import type { Instant } from './ref.ts';

export const FABRIC_COLOURS = ['none', 'blue', 'green', 'amber', 'red', 'violet', 'grey'] as const;
export type FabricColour = (typeof FABRIC_COLOURS)[number];

/** Overrides of one fabric, kubeconfig or manual. Empty strings mean: as the kubeconfig says. */
export interface FabricSettings {
  readonly colour: FabricColour;
  /** `prod`, `lab` …; empty: guessed from the name. */
  readonly environment: string;
  /** Never unlocked for writes. */
  readonly readOnly: boolean;
  readonly namespace: string;
  /** Port of the API server on the host that the kubeconfig names; 0: as the kubeconfig says. */
  readonly port: number;
  /** `http://host:port`, `direct` for none; empty: kubeconfig, then environment. */
  readonly proxy: string;
  /** Name to verify the server's certificate against. */
  readonly tlsServerName: string;
  /** PEM of a certificate authority trusted for this fabric alone, beside what the kubeconfig says. */
  readonly ca: string;
  /** Absolute path of the exec plugin's binary; empty: found in PATH. */
  readonly execPath: string;
  /** Kinds to watch; empty: all that scenarios read. */
  readonly watchKinds: readonly string[];
  /** 30,000, 60,000 or 120,000 ms; 0: found out and remembered. */
  readonly timeoutMs: number;
}

/** A fabric that was added by hand. The token is write-only: it is never sent to the page. */
export interface ManualFabric {
  readonly name: string;
  readonly server: string;
  /** PEM, or empty for the system's authorities. */
  readonly ca: string;
  readonly namespace: string;
  /** A file and context to take the credentials from instead of a token; empty for none. */
  readonly kubeconfig: string;
  readonly context: string;
}

/** What the dialog shows of one fabric. */
export interface FabricDetails {
  readonly id: string;
  readonly origin: FabricOrigin;
  readonly settings: FabricSettings;
  readonly manual?: ManualFabric;
  /** Whether a token is stored, and where: in the keychain, or for this session alone. */
  readonly token: 'none' | 'keychain' | 'session';
  /** Whether the system can keep secrets at all; false: they last for this session, and the dialog says so. */
  readonly keychain: boolean;
  /** When the stored token ends, where that was said when it was stored. */
  readonly tokenUntil?: Instant;
  /** Whether the kubeconfig runs a command for credentials: then `execPath` matters. */
  readonly runsCommand: boolean;
  readonly status: ConnectionStatus;
}

/** Where the configuration of a fabric comes from. */
export type FabricOrigin = 'kubeconfig' | 'manual' | 'in-cluster' | 'demo';

/** Nothing is overridden. */
export const NO_SETTINGS: FabricSettings = {
  colour: 'none',
  environment: '',
  readOnly: false,
  namespace: '',
  port: 0,
  proxy: '',
  tlsServerName: '',
  ca: '',
  execPath: '',
  watchKinds: [],
  timeoutMs: 0,
};

/** A fabric in the making: what the dialog sends to be saved or tested. */
export interface FabricDraft {
  /** The fabric to change or to test; a new one without it. */
  readonly id?: string | undefined;
  /** Needed unless `id` names a fabric of a kubeconfig. */
  readonly manual?: ManualFabric | undefined;
  /** Without it the stored one is used and kept. */
  readonly token?: string | undefined;
  /** Without it those that are stored are used and kept. */
  readonly settings?: FabricSettings | undefined;
}

/** What is wrong with a draft is told per field: keys of `AppError.details` of code `invalid`. */
export type DraftField = keyof FabricSettings | keyof ManualFabric | 'token';
