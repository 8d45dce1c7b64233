/** Defaults of a custom resource's schema, put where the object has no value. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { FieldType } from './field-type.ts';
import { setField } from './json-object.ts';

/** A null where none is allowed counts as no value: it gives way to the default, or to nothing. */
function needsDefault(value: unknown, type: FieldType): boolean {
  return value === undefined || (value === null && !type.nullable);
}

function defaultMap(value: Readonly<Record<string, unknown>>, type: FieldType): unknown {
  const out: Record<string, unknown> = {};
  const element = type.shape === 'map' ? type.element : undefined;
  for (const name of Object.keys(value)) {
    const field = type.fields.get(name) ?? element;
    if (field === undefined) {
      setField(out, name, value[name]);
      continue;
    }
    const given = needsDefault(value[name], field) ? field.default : value[name];
    if (given !== undefined) setField(out, name, applySchemaDefaults(given, field));
  }
  for (const [name, field] of type.fields) {
    if (Object.hasOwn(value, name) || field.default === undefined) continue;
    setField(out, name, applySchemaDefaults(field.default, field));
  }
  return out;
}

/**
 * The value with the defaults of its schema; the given one stays as it is.
 * Source: Kubernetes documentation, CustomResourceDefinition, "Defaulting and Nullable".
 */
export function applySchemaDefaults(value: unknown, type: FieldType): unknown {
  if (!type.custom) return value;
  if (isRecord(value))
    return type.shape === 'struct' || type.shape === 'map' ? defaultMap(value, type) : value;
  if (!Array.isArray(value) || type.shape !== 'list') return value;
  const { element } = type;
  return value.map((each: unknown) =>
    applySchemaDefaults(needsDefault(each, element) ? (element.default ?? null) : each, element),
  );
}
