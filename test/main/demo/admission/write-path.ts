/** Takes a manifest through defaults and admission as a write does, over the stand-in registry; reads recorded answers. */
import { readFileSync } from 'node:fs';
import { isRecord } from '../../../../shared/cluster/narrow.ts';
import { admit, checkQuota } from '../../../../src-main/demo/admission/admit.ts';
import { applyDefaults } from '../../../../src-main/demo/admission/defaults.ts';
import type { DraftObject, Resource, StoredObject } from '../../../../src-main/demo/model.ts';
import type { WriteContext } from '../../../../src-main/demo/registry/contract.ts';
import { StatusError, type FailureStatus } from '../../../../src-main/demo/status-error.ts';
import { createStubRegistry, namespaceObjects, resourceFor, type StubRegistry } from './stub-registry.ts';

export const NAMESPACE = 'shop';
export const ADMIN: WriteContext = {
  caller: { username: 'admin', groups: ['system:masters'] },
  dryRun: true,
};

export const WRITE: WriteContext = { caller: { username: 'admin', groups: ['system:masters'] } };

/** The rows of a file that holds one JSON value a line. */
export function readLines(name: string): readonly unknown[] {
  const file = new URL(name, import.meta.url);
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

export interface Prepared {
  readonly resource: Resource;
  readonly object: StoredObject;
}

/** The object as it stands before validation. Throws what admission throws. */
export function prepare(
  registry: StubRegistry,
  manifest: DraftObject,
  old?: StoredObject,
  context: WriteContext = ADMIN,
): Prepared {
  const resource = resourceFor(manifest.apiVersion ?? '', manifest.kind ?? '');
  const place = resource.namespaced ? { namespace: NAMESPACE } : {};
  const identity = { ...place, uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', resourceVersion: '1' };
  const complete = { ...manifest, metadata: { ...identity, ...manifest.metadata } };
  const object = applyDefaults(resource, complete);
  const operation = old === undefined ? ('create' as const) : ('update' as const);
  const name = manifest.metadata?.name ?? '';
  const admitted = admit({ operation, resource, ...place, name, object, old, context }, registry);
  return { resource, object: admitted as StoredObject };
}

/** JSON merge patch (RFC 7386) without removals. */
export function merge(base: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) merged[key] = merge(merged[key], value);
  return merged;
}

/** A registry with the namespace and `objects`. */
export function world(...objects: readonly DraftObject[]): StubRegistry {
  return createStubRegistry([...namespaceObjects(NAMESPACE), ...objects]);
}

/** A pod of one container. */
export function pod(
  spec: Readonly<Record<string, unknown>> = {},
  metadata: DraftObject['metadata'] = {},
): DraftObject {
  const containers = [{ name: 'c', image: 'busybox' }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ...metadata },
    spec: { containers, ...spec },
  };
}

/** The pod with one container of these resources. */
export function sized(resources: Readonly<Record<string, unknown>>): DraftObject {
  return pod({ containers: [{ name: 'c', image: 'busybox', resources }] });
}

/** Runs a write through defaults, admission and the quotas. */
export function write(
  registry: StubRegistry,
  manifest: DraftObject,
  context = WRITE,
  old?: StoredObject,
): StoredObject {
  const { resource, object } = prepare(registry, manifest, old, context);
  const { namespace, name } = object.metadata;
  const place = namespace === undefined ? {} : { namespace };
  checkQuota(
    { operation: old === undefined ? 'create' : 'update', resource, ...place, name, object, old, context },
    registry,
  );
  return object;
}

/** The status of the refusal. */
export function refused(act: () => unknown): FailureStatus {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Its sentence. */
export function messageOf(act: () => unknown): string {
  return refused(act).message;
}
