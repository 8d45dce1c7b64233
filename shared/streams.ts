/** The streams between the main process and the page: logs and shells, their options and their messages. */
import type { AppError } from './errors.ts';
import type { Ref } from './model/ref.ts';

/** Which pods' logs: one pod, or all pods of a workload (merged). */
export interface LogTarget {
  readonly namespace: string;
  /** A pod's or a workload's reference (Deployment, ReplicaSet, StatefulSet, DaemonSet, Job). */
  readonly ref: Ref;
  /** Empty means all containers. */
  readonly containers: readonly string[];
}

export interface LogOptions {
  readonly fabric: string;
  readonly target: LogTarget;
  /** The log of the container before the present one. */
  readonly previous: boolean;
  readonly follow: boolean;
  /** Lines per container to begin with. */
  readonly tailLines: number;
}

export interface ShellOptions {
  readonly fabric: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly columns: number;
  readonly rows: number;
}

export interface LogEntry {
  readonly pod: string;
  readonly container: string;
  /** RFC 3339 time stamped by the kubelet. */
  readonly time?: string;
  readonly text: string;
}

/** Main → page on a log stream's port. The page answers `{credit: n}` per batch it has shown, and `{close: true}`. */
export type LogMessage =
  | { readonly type: 'lines'; readonly entries: readonly LogEntry[] }
  | {
      readonly type: 'container';
      readonly pod: string;
      readonly container: string;
      readonly state: 'open' | 'ended' | 'failed';
      readonly error?: AppError;
    }
  | {
      readonly type: 'restart';
      readonly pod: string;
      readonly container: string;
      readonly exitCode?: number;
      readonly reason?: string;
    };

/** Main → page on a shell's port. */
export type ShellMessage =
  | { readonly type: 'open' }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'exit'; readonly code: number | null; readonly reason: string }
  | { readonly type: 'failed'; readonly error: AppError };

/** Page → main on a stream's port. Credits are in messages for logs, in bytes for shells. */
export type StreamRequest =
  | { readonly type: 'credit'; readonly count: number }
  | { readonly type: 'input'; readonly bytes: Uint8Array }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly type: 'close' };
