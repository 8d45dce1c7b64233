/** One fabric in memory: registry, clock and world, with its past played through. */
import type { DemoFabric } from './fabrics/fabric.ts';
import { PIPELINE } from './pipeline.ts';
import { seededRandom } from './random.ts';
import type { Registry } from './registry/contract.ts';
import { createRegistry } from './registry/registry.ts';
import { Simulation } from './world/simulation.ts';
import { startWorld, type World } from './world/world.ts';

/** What a world is made from. */
export type Planting = Pick<DemoFabric, 'plant' | 'ageMs'> & { readonly name: string };

export interface DemoWorld {
  readonly registry: Registry;
  readonly clock: Simulation;
  readonly kubelet: World['kubelet'];
  stop(): void;
}

export interface DemoWorldOptions {
  /** Milliseconds since the epoch at which the past ends. */
  readonly now: number;
  readonly pods?: number | undefined;
  /** resourceVersions begin above this. */
  readonly firstVersion?: number | undefined;
  /** PEM of the authority, for the ConfigMap kube-root-ca.crt of each namespace. */
  readonly rootCertificate?: string | undefined;
  readonly report?: ((error: unknown) => void) | undefined;
}

/** A different world for each name, the same in every run. */
function seedOf(name: string): number {
  return [...name].reduce((seed, character) => (Math.imul(seed, 31) + character.charCodeAt(0)) >>> 0, 7);
}

/**
 * Plants a fabric and plays its past; its clock still stands then (`clock.goLive()`), so that a test may go on by hand.
 */
export function makeWorld(planting: Planting, options: DemoWorldOptions): DemoWorld {
  const { now, pods, firstVersion, rootCertificate, report } = options;
  const clock = new Simulation(now - planting.ageMs);
  const registry = createRegistry({
    now: () => clock.now(),
    random: seededRandom(seedOf(planting.name)),
    pipeline: PIPELINE,
    ...(firstVersion !== undefined && { firstVersion }),
    ...(report !== undefined && { report }),
  });
  const world = startWorld({ registry, clock, ...(rootCertificate !== undefined && { rootCertificate }) });
  planting.plant(registry, { clock, ...(pods !== undefined && { pods }) });
  clock.advanceTo(now);
  return {
    registry,
    clock,
    kubelet: world.kubelet,
    stop: () => {
      world.stop();
      clock.stop();
    },
  };
}
