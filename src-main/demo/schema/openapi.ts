/** The OpenAPI documents that the server publishes: one for each group and version, and a single one of the older form. */
import { createHash } from 'node:crypto';
import { apiVersionOf, type JsonObject, type Resource } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { BUILT_IN_SCHEMAS } from './built-in.ts';
import { customSchemas } from './openapi-custom.ts';
import { buildPaths } from './openapi-paths.ts';
import { builtInName } from './field-type.ts';
import { REFERENCE, referencesIn } from './openapi-references.ts';

const INFO = { title: 'Kubernetes', version: '1.35' };
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const ALWAYS_USED = ['DeleteOptions', 'Patch', 'Status'].map((name) => `${META}${name}`);

interface Published {
  readonly hash: string;
  readonly document: object;
}

const published = new WeakMap<Registry, Map<string, Published>>();

/** `api/v1`, `apis/apps/v1`. */
function pathOf(resource: Resource): string {
  return `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;
}

function byPath(registry: Registry): Map<string, Resource[]> {
  const paths = new Map<string, Resource[]>();
  for (const resource of registry.catalogue.all()) {
    const path = pathOf(resource);
    const known = paths.get(path);
    if (known === undefined) paths.set(path, [resource]);
    else known.push(resource);
  }
  return paths;
}

// Objects of definitions live as long as the definition is unchanged, so their text is made once.
const texts = new WeakMap<Resource, string>();

function textOf(resource: Resource): string {
  const known = texts.get(resource) ?? JSON.stringify(resource);
  texts.set(resource, known);
  return known;
}

function hashOf(resources: readonly Resource[]): string {
  const hash = createHash('sha512').update(INFO.version);
  for (const resource of resources) hash.update(textOf(resource));
  return hash.digest('hex').toUpperCase();
}

/** The schemas of the resources and all that they refer to. */
function schemasOf(resources: readonly Resource[]): Record<string, JsonObject> {
  const custom = customSchemas(resources.filter((resource) => resource.custom !== undefined));
  const names = [...ALWAYS_USED, ...Object.keys(custom)];
  for (const resource of resources) {
    const { group, version, listKind } = resource;
    names.push(builtInName(resource) ?? '', builtInName({ group, version, kind: listKind }) ?? '');
    for (const sub of resource.subresources) {
      names.push(
        builtInName({ group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind }) ?? '',
      );
    }
  }
  const schemas: Record<string, JsonObject> = {};
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const schema = custom[name] ?? BUILT_IN_SCHEMAS[name];
    if (schema === undefined || Object.hasOwn(schemas, name)) continue;
    schemas[name] = schema;
    names.push(...referencesIn(schema));
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function buildDocument(resources: readonly Resource[]): object {
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: buildPaths(resources),
    components: {
      schemas: schemasOf(resources),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  };
}

/** For `/openapi/v3`: where the document of each group and version lies, with a hash that changes when it does. */
export function openApiPaths(registry: Registry): Record<string, string> {
  return Object.fromEntries(
    [...byPath(registry)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, resources]) => [path, `/openapi/v3/${path}?hash=${hashOf(resources)}`]),
  );
}

/** The document of a group and version, the same object until a resource of it changes; undefined for an unknown path. */
export function openApiDocument(registry: Registry, path: string): object | undefined {
  const resources = byPath(registry).get(path);
  if (resources === undefined) return undefined;
  const documents = published.get(registry) ?? new Map<string, Published>();
  published.set(registry, documents);
  const hash = hashOf(resources);
  const known = documents.get(path);
  if (known?.hash === hash) return known.document;
  const document = buildDocument(resources);
  documents.set(path, { hash, document });
  return document;
}

/** Schemas of version 2 have no `allOf` around a reference, and their references lie elsewhere. */
function toVersion2(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toVersion2);
  if (typeof value === 'string') {
    return value.startsWith(REFERENCE) ? `#/definitions/${value.slice(REFERENCE.length)}` : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const { allOf, ...rest } = value as Record<string, unknown>;
  const only: unknown = Array.isArray(allOf) && allOf.length === 1 ? allOf[0] : undefined;
  const merged =
    typeof only === 'object' ? { ...rest, ...only } : { ...rest, ...(allOf === undefined ? {} : { allOf }) };
  return Object.fromEntries(Object.entries(merged).map(([name, each]) => [name, toVersion2(each)]));
}

const version2 = new WeakMap<Registry, Published>();

/** For `/openapi/v2`: all definitions, without paths; the same object until a resource changes. */
export function openApiV2(registry: Registry): object {
  const resources = registry.catalogue.all();
  const hash = hashOf(resources);
  const known = version2.get(registry);
  if (known?.hash === hash) return known.document;
  const document = { swagger: '2.0', info: INFO, paths: {}, definitions: toVersion2(schemasOf(resources)) };
  version2.set(registry, { hash, document });
  return document;
}
