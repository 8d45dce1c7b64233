// Warnings of what is on its way out: Endpoints, and versions that a definition marks.
import { expect, test } from 'vitest';
import type { Resource, StoredObject } from '../../../../src-main/demo/model.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { deprecations } from '../../../../src-main/demo/http/deprecations.ts';

const LEAF: Resource = {
  group: 'fabric.example.com',
  version: 'v1beta1',
  plural: 'leaves',
  singular: 'leaf',
  kind: 'Leaf',
  listKind: 'LeafList',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['get'],
  subresources: [],
  storedAs: 'leaves.fabric.example.com',
  custom: { schema: {}, columns: [] },
};

function registryWith(versions: readonly object[]): Registry {
  const definition = { spec: { versions } } as unknown as StoredObject;
  const registry = {
    catalogue: { byKind: () => ({ plural: 'customresourcedefinitions' }) },
    find: () => definition,
  };
  return registry as unknown as Registry;
}

const OLD = { name: 'v1beta1', served: true, deprecated: true };

test.for([
  [
    'the newest one that is served instead',
    [OLD, { name: 'v1beta2', served: true }, { name: 'v1', served: true }],
    '; use fabric.example.com/v1 Leaf',
  ],
  [
    'nothing where nothing newer is served',
    [OLD, { name: 'v1', served: false }, { name: 'v1alpha1', served: true }],
    '',
  ],
  ['nothing that is on its way out as well', [OLD, { name: 'v1', served: true, deprecated: true }], ''],
] as const)('names %s', ([, versions, instead]) => {
  expect(deprecations(registryWith(versions), LEAF)).toEqual([
    `fabric.example.com/v1beta1 Leaf is deprecated${instead}`,
  ]);
});

test("says the definition's own words, if it has some", () => {
  const versions = [{ ...OLD, deprecationWarning: 'leaves fall' }];
  expect(deprecations(registryWith(versions), LEAF)).toEqual(['leaves fall']);
});

test('is silent about what stays', () => {
  expect(deprecations(registryWith([{ name: 'v1beta1', served: true }]), LEAF)).toEqual([]);
  expect(deprecations(registryWith([]), { ...LEAF, storedAs: 'pods' })).toEqual([]);
});
