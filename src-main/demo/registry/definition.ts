/** A CustomResourceDefinition read with care: names, versions, conditions, and the resources it asks for. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { Column, DraftObject, JsonObject, Resource, StoredObject, Verb } from '../model.ts';
import { fieldsOf, objectsOf, stringsOf, type Fields } from './json.ts';
import { PART_VERBS, part } from './resource-rows.ts';

/** Where definitions lie. */
export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
/** Finalizer that holds a definition until its custom resources are gone. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

const CUSTOM_VERBS: readonly Verb[] = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];

/** Printed where a version names no columns. */
const AGE: Column = {
  name: 'Age',
  type: 'date',
  format: '',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
  priority: 0,
  jsonPath: '.metadata.creationTimestamp',
};

export interface Names {
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads `spec.names` or `status.acceptedNames`. */
export function namesOf(value: unknown): Names {
  const names = fieldsOf(value);
  const kind = text(names.kind);
  return {
    plural: text(names.plural),
    singular: text(names.singular) || kind.toLowerCase(),
    kind,
    listKind: text(names.listKind) || (kind === '' ? '' : `${kind}List`),
    shortNames: stringsOf(names.shortNames),
    categories: stringsOf(names.categories),
  };
}

/** As the API server writes accepted names: without what is empty, but for two. */
export function acceptedNames({ plural, singular, shortNames, kind, listKind, categories }: Names): Fields {
  return {
    plural,
    ...(singular === '' ? {} : { singular }),
    ...(shortNames.length === 0 ? {} : { shortNames }),
    kind,
    ...(listKind === '' ? {} : { listKind }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function versionsOf(spec: unknown): readonly Fields[] {
  const { versions } = fieldsOf(spec);
  return objectsOf(versions);
}

function storageVersionOf(spec: unknown): string {
  return text(versionsOf(spec).find(({ storage }) => storage === true)?.name);
}

function conditionsOf(status: unknown): readonly Fields[] {
  const { conditions } = fieldsOf(status);
  return objectsOf(conditions);
}

export function isTrue(status: unknown, type: string): boolean {
  return conditionsOf(status).some((condition) => condition.type === type && condition.status === 'True');
}

/** The conditions with one set; its transition time changes only with its status. */
export function conditionsWith(status: unknown, now: string, condition: Condition): readonly Fields[] {
  const { type, status: value, reason, message } = condition;
  const present = conditionsOf(status);
  const old = present.find((each) => each.type === type);
  const lastTransitionTime = old?.status === value ? old.lastTransitionTime : now;
  const made = { type, status: value, lastTransitionTime, reason, message };
  return old === undefined ? [...present, made] : present.map((each) => (each === old ? made : each));
}

/** Status of a definition before its names are accepted. */
export function firstStatus({ spec }: DraftObject): unknown {
  return {
    conditions: null,
    acceptedNames: { plural: '', kind: '' },
    storedVersions: [storageVersionOf(spec)],
  };
}

/** A version that has become the stored one is noted for good. */
export function withStoredVersion(definition: DraftObject): DraftObject {
  const status = fieldsOf(definition.status);
  const stored = stringsOf(status.storedVersions);
  const version = storageVersionOf(definition.spec);
  if (stored.includes(version)) return definition;
  return { ...definition, status: { ...status, storedVersions: [...stored, version] } };
}

function columnOf(value: Fields): Column {
  const { name, type, format, description, priority, jsonPath } = value;
  return {
    name: text(name),
    type: text(type) as Column['type'],
    format: text(format),
    description:
      text(description) || `Custom resource definition column (in JSONPath format): ${text(jsonPath)}`,
    priority: typeof priority === 'number' ? priority : 0,
    jsonPath: text(jsonPath),
  };
}

function columnsOf({ additionalPrinterColumns: columns }: Fields): readonly Column[] {
  return Array.isArray(columns) && columns.length > 0 ? objectsOf(columns).map(columnOf) : [AGE];
}

/** One row for each version, under the names that were accepted; `isServed` picks the versions. */
export function resourcesOf(
  definition: StoredObject,
  isServed: (version: Fields) => boolean,
): readonly Resource[] {
  const spec = fieldsOf(definition.spec);
  const names = namesOf(fieldsOf(definition.status).acceptedNames);
  const versions = versionsOf(spec).filter(isServed);
  return versions.map((version) => {
    const { status, scale } = fieldsOf(version.subresources);
    return {
      group: text(spec.group),
      version: text(version.name),
      ...names,
      namespaced: spec.scope === 'Namespaced',
      verbs: CUSTOM_VERBS,
      subresources: [
        ...(isRecord(status) ? [part('status', names.kind, PART_VERBS)] : []),
        ...(isRecord(scale) ? [part('scale', 'Scale', PART_VERBS, 'autoscaling/v1')] : []),
      ],
      storedAs: definition.metadata.name,
      custom: {
        schema: fieldsOf(fieldsOf(version.schema).openAPIV3Schema) as JsonObject,
        columns: columnsOf(version),
        ...(isRecord(scale) ? { scale: scale as JsonObject } : {}),
      },
    };
  });
}
