/** The list of resources: what is served from the start, how it is found, how versions are ordered. */
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../../src-main/demo/registry/catalogue.ts';
import { makeTestWorld } from './world.ts';

const { registry } = makeTestWorld();
const { catalogue } = registry;

describe('the catalogue', () => {
  it('finds every row by name and by kind', () => {
    for (const row of catalogue.all()) {
      expect(catalogue.find(row.group, row.version, row.plural)).toBe(row);
      const apiVersion = row.group === '' ? row.version : `${row.group}/${row.version}`;
      expect(catalogue.byKind(apiVersion, row.kind)).toBe(row);
      expect(catalogue.builtIn(apiVersion, row.kind)).toBe(row);
    }
    expect(catalogue.find('', 'v1', '__proto__')).toBeUndefined();
    expect(() => catalogue.builtIn('v1', 'Nothing')).toThrow(RangeError);
  });

  it('lists the parts of a pod as discovery does', () => {
    const parts = catalogue.builtIn('v1', 'Pod').subresources.map(({ name }) => name);
    expect(parts.join(' ')).toBe(
      'attach binding ephemeralcontainers eviction exec log portforward proxy resize status',
    );
    expect(catalogue.builtIn('v1', 'Pod').subresources.find(({ name }) => name === 'eviction')).toEqual({
      name: 'eviction',
      kind: 'Eviction',
      group: 'policy',
      version: 'v1',
      verbs: ['create'],
    });
  });

  it('puts the preferred version of a group first', () => {
    const groups = catalogue.groups();
    expect(groups[0]).toEqual({ group: '', versions: ['v1'] });
    expect(groups.find(({ group }) => group === 'autoscaling')?.versions).toEqual(['v2', 'v1']);
    expect(new Set(groups.map(({ group }) => group)).size).toBe(groups.length);
  });

  it('shares the objects of resources with two names', () => {
    const stored = (apiVersion: string, kind: string) => catalogue.builtIn(apiVersion, kind).storedAs;
    expect(stored('events.k8s.io/v1', 'Event')).toBe(stored('v1', 'Event'));
    expect(stored('metrics.k8s.io/v1beta1', 'PodMetrics')).not.toBe(stored('v1', 'Pod'));
  });
});

it('versions are ordered as Kubernetes does', () => {
  const sorted = [
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'v11alpha2',
    'foo1',
    'foo10',
  ];
  expect([...sorted].sort().sort(compareVersions)).toEqual(sorted);
});
