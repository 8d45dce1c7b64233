/** What is configured for a fabric in the app itself, beside or instead of a kubeconfig. */
import type { ConnectionStatus } from './connection.ts';

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
  readonly status: ConnectionStatus;
}

/** Where the configuration of a fabric comes from. */
export type FabricOrigin = 'kubeconfig' | 'manual' | 'in-cluster' | 'demo';
