// Names, networks, versions and incidents that a cluster accepts.
import { expect, test } from 'vitest';
import { isGoRecentEnough } from './can-run.ts';
import { hasSettledRule, listIncidents } from './incidents.ts';
import { networkOf } from './node-network.ts';
import { refuseStateFolder } from './node.ts';
import { clusterPaths } from './paths.ts';

test.each(['', '../other', 'a/b', 'Upper', '-a', 'a-', 'x'.repeat(25), 'a.lock'])(
  '"%s" names no cluster',
  (name) => {
    expect(() => clusterPaths(name)).toThrow('cannot name a cluster');
  },
);

test.each(['a', 'default', 'fabric-1', 'x'.repeat(24)])('"%s" names a cluster', (name) => {
  expect(clusterPaths(name).state.endsWith(`/${name}`)).toBe(true);
});

test.each([
  ['go1.26.8', 'local', true],
  ['go1.25.0', 'local', true],
  ['go1.24.4', 'local', false],
  ['go1.24.4', 'auto', true],
  ['go1.19.8', 'auto', false],
  ['devel +abc', 'auto', false],
])('Go %s with toolchain %s: %s', (version, toolchain, enough) => {
  expect(isGoRecentEnough(version, toolchain)).toBe(enough);
});

test('every node has a bridge, a subnet and a name server of its own', () => {
  const networks = Array.from({ length: 511 }, (_, index) => networkOf(index));
  for (const key of ['bridge', 'subnet', 'ip', 'dns', 'cgroup'] as const) {
    expect(new Set(networks.map((network) => network[key])).size).toBe(511);
  }
  expect(networkOf(510)).toEqual({
    index: 510,
    bridge: 'hedgerow510',
    subnet: '198.19.254.0/24',
    ip: '198.19.254.1',
    dns: '127.53.1.254',
    cgroup: '/hedgerow-510',
  });
  // Linux limits the name of an interface to 15 bytes.
  expect(networks.every(({ bridge }) => bridge.length <= 15)).toBe(true);
});

test.each([
  ['/tmp/hedgerow-cluster-0/a', true],
  ['/var/tmp/a', true],
  ['/run/user/0/a', false],
  ['/var/lib/jenkins/tmp/a', false],
])('a node may keep its state in %s: %s', (state, allowed) => {
  expect(refuseStateFolder(state) === undefined).toBe(allowed);
});

test('every incident says when it has settled', () => {
  expect(listIncidents().filter((name) => !hasSettledRule(name))).toEqual([]);
  expect(listIncidents().length).toBeGreaterThan(15);
});
