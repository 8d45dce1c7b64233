/** From a stored object to the reference that findings and evidence carry. */
import type { KubeObject, OwnerReference } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';

/**
 * Begins the uid that the store invents for an object without one (a hand-written dump), so that every object has a
 * key. No real uid begins so, and it never leaves in a `Ref`.
 */
const INVENTED = '~';

/** The stand-in for a missing uid: equal for the same object in every process. */
export function inventUid(kind: string, namespace: string | undefined, name: string): string {
  return `${INVENTED}${kind}/${namespace ?? ''}/${name}`;
}

/** The reference of an object that exists. */
export function refOf(object: KubeObject): Ref {
  const { name, namespace, uid } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(uid === undefined || uid.startsWith(INVENTED) ? {} : { uid }),
  };
}

/** The reference of an object by name alone: one that is absent, or whose kind is not read here. */
export function refTo(apiVersion: string, kind: string, namespace: string | undefined, name: string): Ref {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** The reference of an object's owner, which is in the object's namespace. */
export function refToOwner(owner: OwnerReference, namespace: string | undefined): Ref {
  const { apiVersion, kind, name, uid } = owner;
  return refOf({
    apiVersion,
    kind,
    metadata: { name, uid, ...(namespace === undefined ? {} : { namespace }) },
  });
}

/** A key equal for references to the same object: by uid where there is one, else by kind and name. */
export function refKey(ref: Ref): string {
  return ref.uid ?? inventUid(ref.kind, ref.namespace, ref.name);
}

/** The owner references that are well-formed. */
export function ownersOf(object: KubeObject): OwnerReference[] {
  const owners: unknown = object.metadata.ownerReferences;
  return Array.isArray(owners) ? owners.filter(isOwner) : [];
}

/** The owner that controls the object (`controller: true`), if any. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return ownersOf(object).find((owner) => owner.controller === true);
}

function isOwner(owner: unknown): owner is OwnerReference {
  if (typeof owner !== 'object' || owner === null) return false;
  const { apiVersion, kind, name, uid } = owner as Record<string, unknown>;
  return [apiVersion, kind, name, uid].every((field) => typeof field === 'string' && field !== '');
}
