/** What running pods use, as the kubelet's summary says it. */
import type { PodWorker } from './pod-worker.ts';
import { chance } from './templates.ts';

export interface PodUsage {
  readonly containers: readonly {
    readonly name: string;
    readonly cpuNanoCores: number;
    readonly memoryBytes: number;
  }[];
}

const WINDOW_MS = 15_000;

/** Usage of the running containers; undefined if none runs. */
export function usageOf(worker: PodWorker): PodUsage | undefined {
  const { clock } = worker.context;
  const window = Math.floor(clock.now() / WINDOW_MS);
  const containers = worker.containers.flatMap(({ spec, machine }) => {
    if (machine === undefined) return [];
    // A little unrest, the same for all who ask within one window.
    const factor = 0.85 + chance(`${worker.pod.metadata.uid}${spec.name}`, window, 1) * 0.3;
    const limit = machine.options.memoryLimitMiB ?? Number.POSITIVE_INFINITY;
    const memoryMiB = Math.min(limit, machine.memoryMiB() * (0.97 + chance(spec.name, window, 2) * 0.05));
    return [
      {
        name: spec.name,
        cpuNanoCores: Math.round(machine.cpuMilli() * factor * 1e6),
        memoryBytes: Math.round(memoryMiB * 1_048_576),
      },
    ];
  });
  return containers.length === 0 ? undefined : { containers };
}
