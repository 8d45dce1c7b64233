/** Changes objects through the registry as an administrator with kubectl would. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { Caller, DraftObject, Resource, StoredObject } from '../model.ts';
import type { Registry, WriteContext } from '../registry/contract.ts';

export const ADMIN: Caller = { username: 'demo-admin', groups: ['system:masters', 'system:authenticated'] };

/** Names one object of a kind that is served. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Fields and indexes from the object down. */
export type Path = readonly (string | number)[];

const BY_KUBECTL: WriteContext = { caller: ADMIN, fieldManager: 'kubectl-client-side-apply' };
const BY_EDIT: WriteContext = { caller: ADMIN, fieldManager: 'kubectl-edit' };

export function create(registry: Registry, draft: DraftObject): StoredObject {
  const resource = resourceOf(registry, targetOf(draft));
  return registry.create(resource, draft.metadata?.namespace, draft, BY_KUBECTL);
}

/** Creates it unless it is there. */
export function ensure(registry: Registry, draft: DraftObject): void {
  if (find(registry, targetOf(draft)) === undefined) create(registry, draft);
}

export function find(registry: Registry, target: Target): StoredObject | undefined {
  return registry.find(resourceOf(registry, target), target.namespace, target.name);
}

/** Sets one field, or takes it away with `undefined`; nothing where the object is gone. */
export function setField(registry: Registry, target: Target, path: Path, value: unknown): void {
  if (find(registry, target) === undefined) return;
  const change = (current: StoredObject | undefined): DraftObject =>
    setIn(current, path, value) as DraftObject;
  registry.update(resourceOf(registry, target), target.namespace, target.name, change, BY_EDIT);
}

/** With all that depends on it; nothing where it is gone. */
export function remove(registry: Registry, target: Target): void {
  if (find(registry, target) === undefined) return;
  const options = { propagationPolicy: 'Background' } as const;
  registry.delete(resourceOf(registry, target), target.namespace, target.name, options, BY_EDIT);
}

/** Deletes the pods with label `app`, as a restart by hand: whoever controls them makes new ones. */
export function restartPods(registry: Registry, namespace: string, app: string): void {
  const pods = registry.catalogue.builtIn('v1', 'Pod');
  for (const { metadata } of registry.list(pods, namespace)) {
    if (metadata.labels?.app === app && metadata.deletionTimestamp === undefined) {
      registry.delete(pods, namespace, metadata.name, {}, BY_EDIT);
    }
  }
}

export function targetOf({ apiVersion = '', kind = '', metadata }: DraftObject): Target {
  const { name = '', namespace } = metadata ?? {};
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** A copy with the value at the path; objects on the way are made, `undefined` takes the field away. */
export function setIn(object: unknown, path: Path, value: unknown): unknown {
  const [field, ...rest] = path;
  if (field === undefined) return value;
  if (typeof field === 'number') {
    const items = Array.isArray(object) ? (object as readonly unknown[]) : [];
    return items.map((item, index) => (index === field ? setIn(item, rest, value) : item));
  }
  const { [field]: old, ...others } = isRecord(object) ? object : {};
  const changed = setIn(old, rest, value);
  return changed === undefined ? others : { ...(isRecord(object) ? object : {}), [field]: changed };
}

export function getIn(object: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, field) => {
    if (Array.isArray(value)) return (value as readonly unknown[])[Number(field)];
    return isRecord(value) && Object.hasOwn(value, field) ? value[field] : undefined;
  }, object);
}

/** @throws RangeError where no such kind is served: a mistake in the demo's own data */
function resourceOf(registry: Registry, { apiVersion, kind }: Target): Resource {
  const resource = registry.catalogue.byKind(apiVersion, kind);
  if (resource === undefined) throw new RangeError(`the demo server does not serve ${kind} of ${apiVersion}`);
  return resource;
}
