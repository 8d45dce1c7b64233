// The published documents: what kubectl looks for in them is there.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Resource } from '../../../../src-main/demo/model.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { openApiDocument, openApiPaths, openApiV2 } from '../../../../src-main/demo/schema/openapi.ts';
import { CONFIG_MAP, DEPLOYMENT, POD, resourceOf } from './resources.ts';

interface Operation {
  readonly parameters: { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: JsonObject };
  readonly 'x-kubernetes-action': string;
  readonly 'x-kubernetes-group-version-kind': unknown;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation | undefined> | undefined>;
  readonly components: { readonly schemas: Record<string, JsonObject> };
}

const WIDGET = resourceOf('stable.example.com', 'v1', 'Widget', {
  schema: { type: 'object', properties: { spec: { type: 'object', description: 'What is wanted.' } } },
});

function registryOf(resources: Resource[]): Registry {
  return { catalogue: { all: () => resources } } as unknown as Registry;
}

function documentOf(registry: Registry, path: string): Document {
  return openApiDocument(registry, path) as Document;
}

describe('the OpenAPI documents', () => {
  const resources = [CONFIG_MAP, POD, DEPLOYMENT, WIDGET];
  const registry = registryOf(resources);

  test('are listed by group and version, each with a hash', () => {
    const paths = openApiPaths(registry);
    expect(Object.keys(paths)).toEqual(['api/v1', 'apis/apps/v1', 'apis/stable.example.com/v1']);
    expect(paths['apis/apps/v1']).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
    expect(openApiDocument(registry, 'apis/none/v1')).toBeUndefined();
  });

  test('name the parameters that kubectl asks for before it uses them', () => {
    const { paths } = documentOf(registry, 'apis/apps/v1');
    const patch = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch).toMatchObject({
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
    });
    expect(patch?.parameters.map(({ name }) => name)).toEqual([
      'dryRun',
      'fieldManager',
      'fieldValidation',
      'force',
    ]);
    expect(Object.keys(patch?.requestBody?.content ?? {})).toContain(
      'application/strategic-merge-patch+json',
    );
    expect(Object.keys(paths)).toContain('/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status');
  });

  test('offer no strategic merge patch for custom resources', () => {
    const { paths } = documentOf(registry, 'apis/stable.example.com/v1');
    const patch = paths['/apis/stable.example.com/v1/namespaces/{namespace}/widgets/{name}']?.patch;
    expect(Object.keys(patch?.requestBody?.content ?? {})).toEqual([
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
    ]);
  });

  test.each(['api/v1', 'apis/apps/v1', 'apis/stable.example.com/v1'])(
    '%s refers to nothing that it lacks',
    (path) => {
      const document = documentOf(registry, path);
      const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
      expect(references.length).toBeGreaterThan(10);
      const missing = references.filter(([, name = '']) => document.components.schemas[name] === undefined);
      expect(missing).toEqual([]);
    },
  );

  test('have the merge keys by which kubectl computes its patches, and descriptions', () => {
    const { schemas } = documentOf(registry, 'apis/apps/v1').components;
    expect(schemas['io.k8s.api.core.v1.PodSpec']).toMatchObject({
      properties: {
        containers: { 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-patch-strategy': 'merge' },
      },
    });
    expect(schemas['io.k8s.api.apps.v1.Deployment']?.description).toMatch(/Deployment enables/);
    expect(schemas['io.k8s.api.core.v1.ConfigMap']).toBeUndefined();
  });

  test('describe custom kinds with their metadata', () => {
    const { schemas } = documentOf(registry, 'apis/stable.example.com/v1').components;
    expect(schemas['com.example.stable.v1.Widget']).toMatchObject({
      'x-kubernetes-group-version-kind': [{ group: 'stable.example.com', version: 'v1', kind: 'Widget' }],
      properties: {
        spec: { description: 'What is wanted.' },
        metadata: {
          allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
        },
      },
    });
    expect(schemas['com.example.stable.v1.WidgetList']).toBeDefined();
  });

  test('are made anew when a resource of theirs changes, and only then', () => {
    const before = openApiDocument(registry, 'apis/stable.example.com/v1');
    const apps = openApiDocument(registry, 'apis/apps/v1');
    const hash = openApiPaths(registry)['apis/stable.example.com/v1'];
    expect(openApiDocument(registry, 'apis/stable.example.com/v1')).toBe(before);
    resources[3] = resourceOf('stable.example.com', 'v1', 'Widget', { schema: { type: 'object' } });
    expect(openApiDocument(registry, 'apis/stable.example.com/v1')).not.toBe(before);
    expect(openApiPaths(registry)['apis/stable.example.com/v1']).not.toBe(hash);
    expect(openApiDocument(registry, 'apis/apps/v1')).toBe(apps);
    resources[3] = WIDGET;
  });

  test('have one of the older form, whose references are of that form', () => {
    const document = openApiV2(registry) as { swagger: string; definitions: Record<string, unknown> };
    const text = JSON.stringify(document);
    expect(document.swagger).toBe('2.0');
    expect(text).not.toContain('#/components/schemas/');
    const references = [...text.matchAll(/"#\/definitions\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.filter((name) => document.definitions[name] === undefined)).toEqual([]);
  });
});
