/** A registry for tests: a clock set by hand, seeded chance, a pipeline in which single steps can be replaced. */
import type { Caller, DraftObject, Resource, StoredObject } from '../../../../src-main/demo/model.ts';
import type { Registry, RegistryEvent, WriteContext } from '../../../../src-main/demo/registry/contract.ts';
import { PASS_THROUGH, type Pipeline } from '../../../../src-main/demo/registry/pipeline.ts';
import { createRegistry } from '../../../../src-main/demo/registry/registry.ts';
import { StatusError, type FailureStatus } from '../../../../src-main/demo/status-error.ts';

export const START = Date.parse('2026-01-01T00:00:00Z');
const caller: Caller = { username: 'tester', groups: ['system:authenticated'] };
export const BY_USER: WriteContext = { caller };
export const BY_WORLD: WriteContext = { caller, internal: true };

export interface TestWorld {
  readonly registry: Registry;
  readonly reported: unknown[];
  readonly advance: (ms: number) => void;
  readonly kind: (apiVersion: string, kind: string) => Resource;
}

export function makeTestWorld(
  steps: Partial<Pipeline> = {},
  limits: { historyEvents?: number; historyAgeMs?: number } = {},
): TestWorld {
  let now = START;
  let seed = 7;
  const reported: unknown[] = [];
  const registry = createRegistry({
    now: () => now,
    random: () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    },
    pipeline: { ...PASS_THROUGH, ...steps },
    report: (error) => reported.push(error),
    ...limits,
  });
  return {
    registry,
    reported,
    advance: (ms) => {
      now += ms;
    },
    kind: (apiVersion, kind) => registry.catalogue.builtIn(apiVersion, kind),
  };
}

/** The Status with which `act` is refused. */
export function refusalOf(act: () => unknown): FailureStatus {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('It was not refused.');
}

/** Collects what a watch tells. */
export function recordWatch(
  registry: Registry,
  resource: Resource,
  options: Parameters<Registry['watch']>[1] = {},
): RegistryEvent[] {
  const events: RegistryEvent[] = [];
  registry.watch(resource, options, (event) => events.push(event));
  return events;
}

/** Present object with other metadata and fields. */
export function changed(
  metadata: object,
  fields: object = {},
): (current: StoredObject | undefined) => DraftObject {
  return (current) => ({ ...current, metadata: { ...current?.metadata, ...metadata }, ...fields });
}
