/** A demo fabric with its world, in virtual time: played, changed and diagnosed as in the app. */
import { DEMO_FABRICS } from '../../../../src-main/demo/fabrics/fabrics.ts';
import type { DemoFabric, Expected, FabricName } from '../../../../src-main/demo/fabrics/fabric.ts';
import { makeWorld, type DemoWorld } from '../../../../src-main/demo/demo-world.ts';
import type { Caller } from '../../../../src-main/demo/model.ts';
import type { DiagnosisResult } from '../../../../shared/model/finding.ts';
import { diagnose, nameOf, rootsOf, type ReadLog } from './run-diagnosis.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');

export interface LiveFabric extends DemoWorld {
  readonly fabric: DemoFabric;
  /** Lets so much time pass (ms). */
  pass(ms: number): void;
  diagnose(caller?: Caller): DiagnosisResult;
  /** Names of the roots now. */
  roots(): string[];
}

export function fabricOf(name: FabricName): DemoFabric {
  const found = DEMO_FABRICS.find((fabric) => fabric.name === name);
  if (found === undefined) throw new RangeError(`no fabric ${name}`);
  return found;
}

export interface PlayOptions {
  /** What is planted instead of the fabric's own story. */
  readonly plant?: DemoFabric['plant'];
  readonly pods?: number;
}

/** The fabric as its user first sees it. */
export function play(name: FabricName, { plant, pods }: PlayOptions = {}): LiveFabric {
  const fabric = fabricOf(name);
  const report = (error: unknown): never => {
    throw error;
  };
  const world = makeWorld(
    { ...fabric, ...(plant === undefined ? {} : { plant }) },
    { now: NOW, pods, report },
  );
  const readLog: ReadLog = ({ pod, container, previous }) => {
    const resource = world.registry.catalogue.builtIn('v1', 'Pod');
    const object = world.registry.get(resource, pod.namespace, pod.name);
    return world.kubelet.readLog(object, container, { previous, timestamps: true, tailLines: 500 });
  };
  const run = (caller?: Caller): DiagnosisResult => diagnose(world.registry, readLog, caller);
  return {
    ...world,
    fabric,
    pass: (ms) => world.clock.advanceTo(world.clock.now() + ms),
    diagnose: run,
    roots: () => rootsOf(run()),
  };
}

export function names(expected: readonly Expected[]): string[] {
  return expected.map(nameOf).sort();
}
