/** What a demo fabric is: its objects, the steps of its past, who may use it, and what is wrong with it. */
import type { Caller, DraftObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import type { Clock } from '../world/clock.ts';
import type { ConnectionFaultId } from './connection-faults.ts';

export type FabricName = 'demo-lab' | 'demo-prod' | 'demo-edge';

/** A finding the diagnosis is to make: its scenario and subject. */
export interface Expected {
  readonly scenario: string;
  readonly subject: { readonly kind: string; readonly namespace: string; readonly name: string };
}

/** A person or program with a token for the fabric. */
export interface TokenOwner {
  readonly id: 'admin' | 'viewer';
  readonly caller: Caller;
}

/** Something that happens while the past is played: a change, as somebody with kubectl would make it. */
export interface PastStep {
  /** After the planting, in ms. */
  readonly afterMs: number;
  /** What is done, for whoever reads the story. */
  readonly what: string;
  readonly act: (registry: Registry) => void;
}

interface PlantOptions {
  /** Runs the steps of the past, and what the fabric does on and on. */
  readonly clock: Clock;
  /** Pods in all, about; healthy workloads are scaled up to it. Absent: as designed. */
  readonly pods?: number;
}

export interface DemoFabric {
  readonly name: FabricName;
  readonly description: string;
  /** Creates all objects at once, and schedules the steps of the past on the clock. */
  readonly plant: (registry: Registry, options: PlantOptions) => void;
  readonly callers: readonly TokenOwner[];
  /** Whose token the fabric's kubeconfig holds. */
  readonly defaultCaller: TokenOwner['id'];
  /** The roots that the diagnosis names once the past has been played; nothing else is wrong. */
  readonly roots: readonly Expected[];
  /** Faults of the connection that are there from the start, until they are taken back. */
  readonly atFirst?: readonly ConnectionFaultId[];
  /** How long the world is played before it is shown, in ms. */
  readonly ageMs: number;
}

/** A set of objects and what happens to them, before it is planted. */
export interface Story {
  /** In order of creation. */
  readonly objects: readonly DraftObject[];
  readonly past: readonly PastStep[];
}

export const MINUTE = 60_000;
