/** Validates custom resources against the schema of their definition. */
import { isRecord } from '../../../shared/cluster/narrow.ts';
import type { DraftObject, Resource } from '../model.ts';
import type { StatusCause } from '../status-error.ts';
import { duplicateValue, requiredValue } from './field-errors.ts';
import { typeOfResource, type FieldType } from './field-type.ts';
import { validateBySchema } from './schema-validator.ts';

function keysOf({ keys, element }: FieldType, item: unknown): unknown {
  if (keys.length === 0 || !isRecord(item)) return item;
  const pairs = keys.map((name) => [name, item[name] ?? element.fields.get(name)?.default] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined).sort());
}

/** Lists declared as sets and maps hold nothing twice. */
function checkList(list: readonly unknown[], type: FieldType, path: string, causes: StatusCause[]): void {
  const seen = new Set<string>();
  list.forEach((item, index) => {
    if (!type.atomic) {
      const keys = keysOf(type, item);
      const text = JSON.stringify(keys);
      if (seen.has(text)) causes.push(duplicateValue(`${path}[${index}]`, keys));
      seen.add(text);
    }
    check(item, type.element, `${path}[${index}]`, causes);
  });
}

const IDENTITY = ['apiVersion', 'kind'];

function check(value: unknown, type: FieldType, path: string, causes: StatusCause[]): void {
  if (!type.custom) return;
  if (Array.isArray(value)) {
    if (type.shape === 'list') checkList(value, type, path, causes);
    return;
  }
  if (!isRecord(value)) return;
  const isEmbedded = path !== '' && type.schema['x-kubernetes-embedded-resource'] === true;
  for (const name of isEmbedded ? IDENTITY : []) {
    if (value[name] === undefined || value[name] === '') causes.push(requiredValue(`${path}.${name}`));
  }
  for (const name of Object.keys(value)) {
    const field = type.fields.get(name) ?? (type.shape === 'map' ? type.element : undefined);
    if (field !== undefined) check(value[name], field, path === '' ? name : `${path}.${name}`, causes);
  }
}

/**
 * What is wrong with the object by its schema: types, bounds, patterns, formats, enumerations, combinations, and items
 * that a set or map holds twice. Rules in CEL (`x-kubernetes-validations`) are not evaluated. Empty for built-in kinds.
 */
export function validateCustom(resource: Resource, object: DraftObject): StatusCause[] {
  if (resource.custom === undefined) return [];
  const causes = validateBySchema(object, resource.custom.schema, '');
  const type = typeOfResource(resource);
  if (type !== undefined) check(object, type, '', causes);
  return causes;
}
