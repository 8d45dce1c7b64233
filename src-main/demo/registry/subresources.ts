/** Which part of an object a write may change: the whole without its status, the status alone, or a smaller part. */
import type { DraftObject, ObjectMeta, Resource, StoredObject } from '../model.ts';
import { DEFINITIONS, withStoredVersion } from './definition.ts';
import { fieldsOf, objectsOf, without } from './json.ts';
import { strategyOf, type Strategy } from './strategies.ts';

/** `object` with the fields as they are in `from`, present or not. */
function withFieldsOf(object: DraftObject, from: DraftObject, ...names: readonly string[]): DraftObject {
  const kept = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]] as const);
  return { ...without(object, ...names), ...Object.fromEntries(kept) };
}

const METADATA_KEPT: Readonly<Record<Strategy['statusMetadata'], readonly (keyof ObjectMeta)[]>> = {
  all: [],
  notLabels: ['labels'],
  notOwners: ['ownerReferences'],
  none: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
};

/** A pod keeps the class of its quality of service. */
function withQosClass(object: DraftObject, old: StoredObject): DraftObject {
  const { qosClass } = fieldsOf(old.status);
  if (qosClass === undefined) return object;
  return { ...object, status: { ...fieldsOf(object.status), qosClass } };
}

function takeStatus(resource: Resource, draft: DraftObject, old: StoredObject): DraftObject {
  const kept = METADATA_KEPT[strategyOf(resource).statusMetadata];
  const metadata = withFieldsOf(
    fieldsOf(draft.metadata),
    fieldsOf(old.metadata),
    ...kept,
  ) as Partial<ObjectMeta>;
  const object = withFieldsOf({ ...old, metadata }, draft, 'status');
  return resource.storedAs === 'pods' ? withQosClass(object, old) : object;
}

function takeMain(resource: Resource, draft: DraftObject, old: StoredObject): DraftObject {
  const object = strategyOf(resource).ownStatus ? withFieldsOf(draft, old, 'status') : draft;
  if (resource.storedAs === DEFINITIONS) return withStoredVersion(object);
  if (resource.storedAs !== 'namespaces') return object;
  const finalizers = fieldsOf(old.spec).finalizers;
  return {
    ...object,
    spec: { ...fieldsOf(object.spec), ...(finalizers === undefined ? {} : { finalizers }) },
  };
}

/** Only some fields of the spec. */
function takeSpec(draft: DraftObject, old: StoredObject, ...fields: readonly string[]): DraftObject {
  return {
    ...old,
    metadata: draft.metadata ?? {},
    spec: withFieldsOf(fieldsOf(old.spec), fieldsOf(draft.spec), ...fields),
  };
}

/** Of the containers, only what they ask for. */
function takeResources(draft: DraftObject, old: StoredObject): DraftObject {
  const wanted = fieldsOf(draft.spec);
  const spec = fieldsOf(old.spec);
  const resized = ['containers', 'initContainers'].map((list) => {
    const drafts = new Map(objectsOf(wanted[list]).map((container) => [container.name, container]));
    const containers = objectsOf(spec[list]).map((container) =>
      withFieldsOf(container, drafts.get(container.name) ?? container, 'resources', 'resizePolicy'),
    );
    return [list, containers] as const;
  });
  const present = resized.filter(([list]) => spec[list] !== undefined);
  return { ...old, metadata: draft.metadata ?? {}, spec: { ...spec, ...Object.fromEntries(present) } };
}

const PARTS: Readonly<
  Record<string, (resource: Resource, draft: DraftObject, old: StoredObject) => DraftObject>
> = {
  '': takeMain,
  scale: takeMain,
  status: takeStatus,
  binding: (_resource, draft, old) => ({
    ...takeSpec(draft, old, 'nodeName'),
    ...(draft.status === undefined ? {} : { status: draft.status }),
  }),
  ephemeralcontainers: (_resource, draft, old) => takeSpec(draft, old, 'ephemeralContainers'),
  resize: (_resource, draft, old) => takeResources(draft, old),
  finalize: (_resource, draft, old) => withFieldsOf(draft, old, 'status'),
};

/** The present object with what a write to `subresource` may change taken from the draft. */
export function takeOver(
  resource: Resource,
  subresource: string,
  draft: DraftObject,
  old: StoredObject,
): DraftObject {
  const take = Object.hasOwn(PARTS, subresource) ? PARTS[subresource] : undefined;
  return (take ?? takeMain)(resource, draft, old);
}
