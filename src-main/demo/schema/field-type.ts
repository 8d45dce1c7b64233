/** What a schema says of a value, compiled once: its fields, how lists and maps merge, how Go would name it. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { JsonObject, JsonValue, Resource } from '../model.ts';
import { BUILT_IN_SCHEMAS } from './built-in.ts';
import { REFERENCE } from './openapi-references.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

export type Shape =
  | 'struct'
  | 'map'
  | 'list'
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'quantity'
  | 'int-or-string'
  | 'time'
  | 'any';

// Types with a JSON form of their own.
const SPECIAL: Readonly<Record<string, Shape>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
};

const EMBEDDED = 'x-kubernetes-embedded-resource';

// What every object has; a custom resource's schema need not say it.
const OBJECT_FIELDS: Readonly<Record<string, JsonObject>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { $ref: `${REFERENCE}${OBJECT_META}` },
};

const PLAIN: Readonly<Record<string, Shape>> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
};

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return isRecord(value) ? value : undefined;
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Name that a schema refers to: `$ref` itself, or alone in `allOf`, as fields with a description have it. */
function referenceOf(schema: JsonObject): string | undefined {
  const allOf = schema.allOf;
  const only = Array.isArray(allOf) && allOf.length === 1 ? asObject((allOf as JsonValue[])[0]) : undefined;
  const reference = schema.$ref ?? only?.$ref;
  return typeof reference === 'string' && reference.startsWith(REFERENCE)
    ? reference.slice(REFERENCE.length)
    : undefined;
}

/** `v1.PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
function goNameOf(name: string): string {
  return name.split('.').slice(-2).join('.');
}

function goScalar(shape: Shape, format: JsonValue | undefined): string {
  if (shape === 'integer') return format === 'int32' ? 'int32' : 'int64';
  return { number: 'float64', boolean: 'bool', bytes: '[]uint8' }[shape as string] ?? 'string';
}

/** One value's type. Parts are compiled when first asked for: schemas may contain themselves. */
export class FieldType {
  readonly shape: Shape;
  /** The schema with what the referring field says put over what it refers to. */
  readonly schema: JsonObject;
  /** Name in the built-in document, for a type that has one. */
  readonly name: string | undefined;
  /** Part of a CustomResourceDefinition. */
  readonly custom: boolean;
  /** Unknown fields stay. */
  readonly preserves: boolean;
  readonly nullable: boolean;
  readonly default: JsonValue | undefined;
  /** Merged as one value by server-side apply. */
  readonly atomic: boolean;
  /** Fields that tell the items of a list apart; none in a set of plain values. */
  readonly keys: readonly string[];
  /** `x-kubernetes-patch-strategy`: merge, replace, retainKeys. */
  readonly patchStrategies: readonly string[];
  readonly patchMergeKey: string | undefined;
  readonly #fieldSchemas: JsonObject;
  #fields: ReadonlyMap<string, FieldType> | undefined;
  #element: FieldType | undefined;

  constructor(schema: JsonObject, name: string | undefined, custom: boolean) {
    this.schema = schema;
    this.name = name;
    this.custom = custom;
    this.shape = shapeOf(schema, name, custom);
    this.#fieldSchemas = asObject(schema.properties) ?? {};
    this.preserves =
      schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
    this.nullable = schema.nullable === true;
    this.default = schema.default;
    const strategy = schema['x-kubernetes-patch-strategy'];
    this.patchStrategies = typeof strategy === 'string' ? strategy.split(',') : [];
    const mergeKey = schema['x-kubernetes-patch-merge-key'];
    this.patchMergeKey = typeof mergeKey === 'string' ? mergeKey : undefined;
    const listType = schema['x-kubernetes-list-type'];
    // Where no list type is declared, that of strategic merge patches counts.
    const merges = listType === undefined && this.patchStrategies.includes('merge');
    const keys = strings(schema['x-kubernetes-list-map-keys']);
    this.keys = merges && this.patchMergeKey !== undefined ? [this.patchMergeKey] : keys;
    this.atomic =
      this.shape === 'list'
        ? listType !== 'map' && listType !== 'set' && !merges
        : schema['x-kubernetes-map-type'] === 'atomic';
  }

  get fields(): ReadonlyMap<string, FieldType> {
    this.#fields ??= this.#compileFields();
    return this.#fields;
  }

  /** Type of a list's items or a map's values. */
  get element(): FieldType {
    this.#element ??= compile(
      asObject(this.shape === 'list' ? this.schema.items : this.schema.additionalProperties) ?? {},
      this.custom,
    );
    return this.#element;
  }

  /** As Go prints it: `[]v1.Container`, `map[string]string`, `int32`. */
  get goType(): string {
    if (this.name !== undefined) return goNameOf(this.name);
    if (this.shape === 'list') return `[]${this.element.goType}`;
    if (this.shape === 'map') return `map[string]${this.element.goType}`;
    return goScalar(this.shape, this.schema.format);
  }

  /** `PodSpec`. */
  get structName(): string {
    return this.name?.split('.').at(-1) ?? '';
  }

  #compileFields(): ReadonlyMap<string, FieldType> {
    const fields = new Map<string, FieldType>();
    for (const [name, schema] of Object.entries(this.#fieldSchemas)) {
      const own = asObject(schema);
      if (own !== undefined) fields.set(name, compile(own, this.custom));
    }
    if (this.schema[EMBEDDED] === true) {
      for (const [name, schema] of Object.entries(OBJECT_FIELDS)) fields.set(name, compile(schema, false));
    }
    return fields;
  }
}

function shapeOf(schema: JsonObject, name: string | undefined, custom: boolean): Shape {
  const special = name === undefined ? undefined : SPECIAL[name];
  if (special !== undefined) return special;
  if (schema['x-kubernetes-int-or-string'] === true) return 'int-or-string';
  if (schema.type === 'object') return isRecord(schema.additionalProperties) ? 'map' : 'struct';
  const shape = typeof schema.type === 'string' ? PLAIN[schema.type] : undefined;
  if (shape === 'string' && schema.format === 'byte' && !custom) return 'bytes';
  return shape ?? (schema.properties === undefined ? 'any' : 'struct');
}

const compiled = new WeakMap<JsonObject, FieldType>();

/** Compiles a schema; the same object gives the same type. */
function compile(schema: JsonObject, custom: boolean): FieldType {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const name = custom ? undefined : referenceOf(schema);
  const target = name === undefined ? undefined : BUILT_IN_SCHEMAS[name];
  const type =
    target === undefined || name === undefined
      ? new FieldType(schema, undefined, custom)
      : new FieldType({ ...target, ...schema }, name, custom);
  compiled.set(schema, type);
  return type;
}

const roots = new WeakMap<JsonObject, FieldType>();

function rootOfCustom(schema: JsonObject): FieldType {
  const known = roots.get(schema);
  if (known !== undefined) return known;
  const type = new FieldType({ ...schema, type: 'object', [EMBEDDED]: true }, undefined, true);
  roots.set(schema, type);
  return type;
}

let kinds: ReadonlyMap<string, string> | undefined;

/** Names of the built-in schemas by `group/version/kind`. */
function builtInKinds(): ReadonlyMap<string, string> {
  kinds ??= new Map(
    Object.entries(BUILT_IN_SCHEMAS).flatMap(([name, schema]) => {
      const list = schema['x-kubernetes-group-version-kind'];
      const served = Array.isArray(list) ? (list as readonly Record<string, string>[]) : [];
      return served.map((each) => [`${each.group}/${each.version}/${each.kind}`, name] as const);
    }),
  );
  return kinds;
}

/** Name of a built-in kind's schema, undefined for any other kind. */
export function builtInName({
  group,
  version,
  kind,
}: Pick<Resource, 'group' | 'version' | 'kind'>): string | undefined {
  return builtInKinds().get(`${group}/${version}/${kind}`);
}

/** The type of a resource's objects; undefined for a kind that no schema describes. */
export function typeOfResource(
  resource: Pick<Resource, 'group' | 'version' | 'kind' | 'custom'>,
): FieldType | undefined {
  if (resource.custom !== undefined) return rootOfCustom(resource.custom.schema);
  const name = builtInName(resource);
  return name === undefined ? undefined : compile(reference(name), false);
}

const references = new Map<string, JsonObject>();

// One object a name: compiled types are known by it.
function reference(name: string): JsonObject {
  const known = references.get(name) ?? { $ref: `${REFERENCE}${name}` };
  references.set(name, known);
  return known;
}
