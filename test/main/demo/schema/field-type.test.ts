// The recorded schemas and what is compiled of them: complete, recursive where they are, with the keys by which lists merge.
import { describe, expect, test } from 'vitest';
import { BUILT_IN_SCHEMAS } from '../../../../src-main/demo/schema/built-in.ts';
import { builtInName, typeOfResource, type FieldType } from '../../../../src-main/demo/schema/field-type.ts';
import { goFieldsOf } from '../../../../src-main/demo/schema/go-fields.ts';
import { CONFIG_MAP, DEPLOYMENT, POD, resourceOf, SERVICE } from './resources.ts';

function at(type: FieldType | undefined, ...path: string[]): FieldType {
  const found = path.reduce((each, name) => (name === '[]' ? each?.element : each?.fields.get(name)), type);
  if (found === undefined) throw new Error(`nothing at ${path.join('.')}`);
  return found;
}

describe('the recorded schemas', () => {
  test('have a Go field for each of their fields', () => {
    const missing = Object.entries(BUILT_IN_SCHEMAS).flatMap(([name, { properties = {} }]) =>
      Object.keys(properties as object)
        .filter((field) => !goFieldsOf(name).has(field))
        .map((field) => `${name}.${field}`),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(BUILT_IN_SCHEMAS).length).toBeGreaterThan(400);
  });

  test.each([
    ['', 'v1', 'Pod'],
    ['apps', 'v1', 'ReplicaSet'],
    ['autoscaling', 'v1', 'Scale'],
    ['policy', 'v1', 'Eviction'],
    ['events.k8s.io', 'v1', 'Event'],
    ['authorization.k8s.io', 'v1', 'SelfSubjectAccessReview'],
  ])('know %s/%s %s', (group, version, kind) => {
    expect(builtInName({ group, version, kind })).toMatch(new RegExp(`\\.${kind}$`));
  });

  test('do not know kinds that nobody defined', () => {
    expect(typeOfResource(resourceOf('none.example.com', 'v1', 'None'))).toBeUndefined();
    expect(builtInName({ group: '__proto__', version: 'v1', kind: 'constructor' })).toBeUndefined();
  });
});

describe('a type', () => {
  test('has the keys by which its lists merge, and tells what merges as one', () => {
    const containers = at(typeOfResource(POD), 'spec', 'containers');
    expect(containers).toMatchObject({ keys: ['name'], patchMergeKey: 'name', atomic: false });
    expect(at(containers, '[]', 'ports')).toMatchObject({
      keys: ['containerPort', 'protocol'],
      patchMergeKey: 'containerPort',
    });
    expect(at(containers, '[]', 'command').atomic).toBe(true);
    expect(at(typeOfResource(POD), 'metadata', 'finalizers')).toMatchObject({ keys: [], atomic: false });
    expect(at(typeOfResource(DEPLOYMENT), 'spec', 'selector').atomic).toBe(true);
    expect(at(typeOfResource(SERVICE), 'spec', 'ports').keys).toEqual(['port', 'protocol']);
    expect(at(typeOfResource(DEPLOYMENT), 'spec', 'strategy').patchStrategies).toEqual(['retainKeys']);
  });

  test('is named as Go names it', () => {
    expect(at(typeOfResource(POD), 'spec').goType).toBe('v1.PodSpec');
    expect(at(typeOfResource(POD), 'spec', 'containers').goType).toBe('[]v1.Container');
    expect(at(typeOfResource(CONFIG_MAP), 'data').goType).toBe('map[string]string');
    expect(at(typeOfResource(CONFIG_MAP), 'binaryData').goType).toBe('map[string][]uint8');
  });

  test('may contain itself', () => {
    const crd = typeOfResource(resourceOf('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition'));
    const schema = at(crd, 'spec', 'versions', '[]', 'schema', 'openAPIV3Schema');
    expect(at(schema, 'properties', '[]')).toBe(at(schema, 'properties', '[]', 'properties', '[]'));
  });

  test('of a custom resource has metadata, whatever its schema says', () => {
    const schema = { type: 'object', properties: { metadata: { type: 'object' }, spec: { type: 'object' } } };
    const type = typeOfResource(resourceOf('stable.example.com', 'v1', 'Widget', { schema }));
    expect(at(type, 'metadata', 'labels')).toMatchObject({ shape: 'map', custom: false });
    expect(at(type, 'spec')).toMatchObject({ custom: true, preserves: false });
    expect(typeOfResource(resourceOf('stable.example.com', 'v1', 'Widget', { schema }))).toBe(type);
  });
});
