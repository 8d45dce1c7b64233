/** Short ways to write the structural schema of a custom resource. */
import type { JsonObject } from '../../model.ts';

export type Schema = JsonObject;

export const text: Schema = { type: 'string' };
export const time: Schema = { type: 'string', format: 'date-time' };
export const flag: Schema = { type: 'boolean' };
export const whole: Schema = { type: 'integer' };
export const int32: Schema = { type: 'integer', format: 'int32' };
export const int64: Schema = { type: 'integer', format: 'int64' };
export const real: Schema = { type: 'number' };
export const texts: Schema = { type: 'array', items: text };
/** An object nothing is said of; everything in it is kept. */
export const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
export const nothing: Schema = { type: 'object' };

/** An address with its prefix length, such as `172.30.0.8/21`. */
export const cidr: Schema = { type: 'string', pattern: `^${address()}/([0-9]|[12][0-9]|3[0-2])$` };
export const ip: Schema = { type: 'string', pattern: `^${address()}$` };

function address(): string {
  const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
  return `${octet}(\\.${octet}){3}`;
}

export function oneOf(...values: string[]): Schema {
  return { type: 'string', enum: values };
}

export function object(properties: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

/** An object with free keys. */
export function map(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

export function listOf(items: Schema, bounds: { readonly min?: number; readonly max?: number } = {}): Schema {
  const { min, max } = bounds;
  return {
    type: 'array',
    items,
    ...(min === undefined ? {} : { minItems: min }),
    ...(max === undefined ? {} : { maxItems: max }),
  };
}

export function between(schema: Schema, minimum: number, maximum: number, byDefault?: number): Schema {
  return { ...schema, minimum, maximum, ...(byDefault === undefined ? {} : { default: byDefault }) };
}

/** Fields of one type, by names between spaces. */
export function fields(schema: Schema, names: string): Record<string, Schema> {
  return Object.fromEntries(names.split(' ').map((name) => [name, schema]));
}
