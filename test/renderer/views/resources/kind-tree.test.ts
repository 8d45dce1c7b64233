// The tree of kinds: groups, names and order, whatever a server serves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KindInfo } from '../../../../shared/ipc.ts';
import { kindLabel } from '../../../../src-renderer/views/resources/kind-label.ts';
import { buildKindTree, filterKindTree } from '../../../../src-renderer/views/resources/kind-tree.ts';
import {
  flattenTree,
  moveInTree,
  readExpanded,
} from '../../../../src-renderer/views/resources/tree-items.ts';
import { kind } from './kinds.ts';

const CUSTOM = { custom: true };

describe('kindLabel', () => {
  it.each([
    [kind('apps/v1', 'statefulsets', 'StatefulSet'), 'Stateful sets'],
    [kind('v1', 'pods', 'Pod'), 'Pods'],
    [kind('v1', 'endpoints', 'Endpoints'), 'Endpoints'],
    [kind('networking.k8s.io/v1', 'ingresses', 'Ingress'), 'Ingresses'],
    [kind('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy'), 'Network policies'],
    [kind('batch/v1', 'cronjobs', 'CronJob'), 'Cron jobs'],
    [kind('apiregistration.k8s.io/v1', 'apiservices', 'APIService'), 'API services'],
    [kind('storage.k8s.io/v1', 'csinodes', 'CSINode'), 'CSI nodes'],
    [kind('vpc.githedgehog.com/v1beta1', 'vpcs', 'VPC', CUSTOM), 'VPCs'],
    [kind('vpc.githedgehog.com/v1beta1', 'vpcattachments', 'VPCAttachment', CUSTOM), 'VPC attachments'],
    [kind('wiring.githedgehog.com/v1beta1', 'switches', 'Switch', CUSTOM), 'Switches'],
    [kind('wiring.githedgehog.com/v1beta1', 'vlannamespaces', 'VLANNamespace', CUSTOM), 'VLAN namespaces'],
    [kind('dhcp.githedgehog.com/v1beta1', 'dhcpsubnets', 'DHCPSubnet', CUSTOM), 'DHCP subnets'],
    [kind('vpc.githedgehog.com/v1beta1', 'ipv4namespaces', 'IPv4Namespace', CUSTOM), 'IPv4 namespaces'],
    [kind('cert-manager.io/v1', 'certificates', 'Certificate', CUSTOM), 'certificates'],
    [kind('example.com/v1', 'oddities', 'Thing'), 'Oddities'],
    [kind('example.com/v1', 'constructor', '__proto__'), 'Constructor'],
  ])('%#: %o', (info, label) => {
    expect(kindLabel(info)).toBe(label);
  });
});

const KINDS: readonly KindInfo[] = [
  kind('v1', 'configmaps', 'ConfigMap'),
  kind('v1', 'nodes', 'Node', { namespaced: false }),
  kind('v1', 'events', 'Event'),
  kind('events.k8s.io/v1', 'events', 'Event'),
  kind('v1', 'services', 'Service', { shortNames: ['svc'] }),
  kind('v1', 'bindings', 'Binding', { verbs: ['create'] }),
  kind('apps/v1', 'deployments', 'Deployment'),
  kind('v1', 'pods', 'Pod', { shortNames: ['po'] }),
  kind('vpc.githedgehog.com/v1beta1', 'vpcs', 'VPC', CUSTOM),
  kind('agent.githedgehog.com/v1beta1', 'agents', 'Agent', CUSTOM),
  kind('wiring.githedgehog.com/v1beta1', 'switches', 'Switch', CUSTOM),
  kind('evilgithedgehog.com/v1', 'traps', 'Trap', CUSTOM),
  kind('cert-manager.io/v1', 'certificates', 'Certificate', CUSTOM),
  kind('apps/v1beta2', 'deployments', 'Deployment'),
];

describe('buildKindTree', () => {
  const tree = buildKindTree(KINDS);

  it('puts groups and kinds in their order', () => {
    expect(tree.map((group) => [group.label, group.kinds.map((node) => node.label)])).toEqual([
      ['Fabric wiring', ['Switches', 'Agents']],
      ['Fabric VPCs', ['VPCs']],
      ['Workloads', ['Pods', 'Deployments']],
      ['Network', ['Services']],
      ['Config and storage', ['Config maps']],
      ['Cluster', ['Nodes', 'Events', 'Events']],
      ['Custom resources', ['certificates', 'traps']],
    ]);
  });

  it('leaves out fabric groups where they are not served', () => {
    expect(buildKindTree([kind('v1', 'pods', 'Pod')]).map((group) => group.id)).toEqual(['workloads']);
  });

  it('names the API group of custom resources and of kinds that read the same', () => {
    const hints = tree.flatMap((group) => group.kinds.map((node) => [node.id, node.hint]));
    expect(hints.filter(([, hint]) => hint !== undefined)).toEqual([
      ['events.k8s.io/events', 'events.k8s.io'],
      ['cert-manager.io/certificates', 'cert-manager.io'],
      ['evilgithedgehog.com/traps', 'evilgithedgehog.com'],
    ]);
  });

  it('takes the first served version of a kind', () => {
    const deployments = tree.flatMap((group) => group.kinds).find((node) => node.id === 'apps/deployments');
    expect(deployments?.info.version).toBe('v1');
  });

  it('shows every listable kind exactly once', () => {
    const info = fc.record({
      group: fc.constantFrom('', 'apps', 'a.githedgehog.com', 'x.io', '__proto__'),
      version: fc.constantFrom('v1', 'v2'),
      resource: fc.constantFrom('pods', 'things', 'constructor', '*'),
      kind: fc.string(),
      namespaced: fc.boolean(),
      verbs: fc.subarray(['get', 'list', 'watch']),
      shortNames: fc.constant([]),
      custom: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(info), (infos) => {
        const ids = buildKindTree(infos).flatMap((group) => group.kinds.map((node) => node.id));
        const wanted = infos
          .filter((one) => one.verbs.includes('list'))
          .map((one) => `${one.group}/${one.resource}`);
        expect(ids.toSorted()).toEqual([...new Set(wanted)].sort());
      }),
    );
  });

  it.each([
    ['deploy', ['apps/deployments']],
    ['svc', ['/services']],
    [
      'HEDGEHOG',
      [
        'wiring.githedgehog.com/switches',
        'agent.githedgehog.com/agents',
        'vpc.githedgehog.com/vpcs',
        'evilgithedgehog.com/traps',
      ],
    ],
    ['po', ['/pods']],
    ['zzz', []],
  ])('finds %s', (text, ids) => {
    expect(filterKindTree(tree, text).flatMap((group) => group.kinds.map((node) => node.id))).toEqual(ids);
  });
});

describe('the tree as lines', () => {
  const groups = buildKindTree([
    kind('v1', 'pods', 'Pod'),
    kind('apps/v1', 'deployments', 'Deployment'),
    kind('v1', 'nodes', 'Node'),
  ]);

  it('shows kinds of unfolded groups only, with their place', () => {
    const items = flattenTree(groups, new Set(['workloads']));
    expect(items.map((item) => [item.id, item.position, item.size])).toEqual([
      ['workloads', 1, 2],
      ['/pods', 1, 2],
      ['apps/deployments', 2, 2],
      ['cluster', 2, 2],
    ]);
    expect(flattenTree(groups, 'all')).toHaveLength(5);
  });

  it.each([
    ['workloads', 'ArrowDown', { to: '/pods' }],
    ['workloads', 'ArrowUp', {}],
    ['workloads', 'ArrowLeft', { toggle: false }],
    ['workloads', 'ArrowRight', { to: '/pods' }],
    ['cluster', 'ArrowRight', { toggle: true }],
    ['cluster', 'ArrowLeft', {}],
    ['/pods', 'ArrowLeft', { to: 'workloads' }],
    ['/pods', 'ArrowRight', {}],
    ['/pods', 'Home', { to: 'workloads' }],
    ['/pods', 'End', { to: 'cluster' }],
    ['cluster', 'ArrowDown', {}],
    ['cluster', 'x', undefined],
    ['unknown', 'ArrowDown', undefined],
  ])('%s %s', (from, key, result) => {
    expect(moveInTree(flattenTree(groups, new Set(['workloads'])), from, key)).toEqual(result);
  });

  it.each([
    [undefined, ['wiring', 'vpc', 'workloads', 'custom']],
    [['network'], ['network']],
    [[], []],
    [
      [1, 'network'],
      ['wiring', 'vpc', 'workloads', 'custom'],
    ],
    [{ length: 1 }, ['wiring', 'vpc', 'workloads', 'custom']],
  ])('reads the unfolded groups from %o', (stored, groupIds) => {
    expect([...readExpanded(stored)]).toEqual(groupIds);
  });
});
