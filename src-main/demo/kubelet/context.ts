/** What all pods of the demo's nodes share. */
import type { Registry } from '../registry/contract.ts';
import type { Clock } from '../world/clock.ts';
import type { VolumeFiles } from './files.ts';
import type { Images } from './images.ts';
import type { Network } from './network.ts';
import type { Pod, PodStatus } from './pod-types.ts';

export interface Host {
  readonly name: string;
  readonly ip: string;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
}

export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly fieldPath?: string;
}

export interface KubeletContext {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly images: Images;
  readonly network: Network;
  readonly claims: Map<string, VolumeFiles>;
  readonly record: (pod: Pod, event: PodEvent) => void;
  /** Writes the status; returns the pod as it is then, undefined if it is gone. */
  readonly writeStatus: (pod: Pod, status: PodStatus) => Pod | undefined;
  /** Removes the pod for good, once its containers have ended. */
  readonly remove: (pod: Pod) => void;
  /** The node's kubelet does not report: what it would write waits. */
  readonly isSilent: (node: string) => boolean;
  readonly allocateIP: (node: string) => string;
  readonly freeIP: (ip: string) => void;
  /** True if the node holds the image already; notes it for the next time. */
  readonly holdsImage: (node: string, image: string) => boolean;
  readonly noteImage: (node: string, image: string) => void;
}

/** RFC 3339 in whole seconds. */
export function secondTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
