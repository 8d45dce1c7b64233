/** The OpenAPI schemas of custom resources and their lists. */
import type { JsonObject, Resource } from '../model.ts';
import { BUILT_IN_SCHEMAS } from './built-in.ts';
import { fieldOf } from './json-object.ts';
import { REFERENCE } from './openapi-references.ts';

const IDENTITY = ['apiVersion', 'kind', 'metadata'];

/** What every object and every list has, described as the built-in kinds describe it. */
function identityOf(kind: 'ConfigMap' | 'ConfigMapList'): JsonObject {
  const properties = BUILT_IN_SCHEMAS[`io.k8s.api.core.v1.${kind}`]?.properties;
  return Object.fromEntries(IDENTITY.map((name) => [name, fieldOf(properties, name) as JsonObject]));
}

/** `com.example.stable.v1.CronTab` of `stable.example.com/v1` and CronTab. */
export function customName({ group, version }: Pick<Resource, 'group' | 'version'>, kind: string): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

function withIdentity({ group, version }: Resource, kind: string, schema: JsonObject): JsonObject {
  return { ...schema, 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
}

function kindSchema(resource: Resource): JsonObject {
  const schema = resource.custom?.schema ?? {};
  const properties = {
    ...(schema.properties as JsonObject | undefined),
    ...identityOf('ConfigMap'),
  };
  return withIdentity(resource, resource.kind, { ...schema, type: 'object', properties });
}

function listSchema(resource: Resource): JsonObject {
  const name = customName(resource, resource.kind);
  return withIdentity(resource, resource.listKind, {
    description: `${resource.listKind} is a list of ${resource.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...identityOf('ConfigMapList'),
      items: {
        description: `List of ${resource.plural}.`,
        type: 'array',
        items: { $ref: `${REFERENCE}${name}` },
      },
    },
  });
}

/** Schemas by name, two for each resource. */
export function customSchemas(resources: readonly Resource[]): Record<string, JsonObject> {
  return Object.fromEntries(
    resources.flatMap((resource) => [
      [customName(resource, resource.kind), kindSchema(resource)],
      [customName(resource, resource.listKind), listSchema(resource)],
    ]),
  );
}
