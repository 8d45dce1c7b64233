/** A demo fabric's objects without a world: the real registry, in which nobody acts on what is written. */
import type { DemoFabric } from '../../../../src-main/demo/fabrics/fabric.ts';
import { PIPELINE } from '../../../../src-main/demo/pipeline.ts';
import { seededRandom } from '../../../../src-main/demo/random.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { createRegistry } from '../../../../src-main/demo/registry/registry.ts';
import { Simulation } from '../../../../src-main/demo/world/simulation.ts';

export const START = Date.parse('2026-03-02T08:00:00Z');

export function makeRegistry(clock: Simulation = new Simulation(START)): Registry {
  const report = (error: unknown): never => {
    throw error;
  };
  return createRegistry({ now: () => clock.now(), random: seededRandom(7), pipeline: PIPELINE, report });
}

/** The fabric with all steps of its past written down. */
export function plantOnly(fabric: DemoFabric, pods?: number): Registry {
  const clock = new Simulation(START);
  const registry = makeRegistry(clock);
  fabric.plant(registry, { clock, ...(pods === undefined ? {} : { pods }) });
  clock.advanceTo(START + fabric.ageMs);
  return registry;
}
