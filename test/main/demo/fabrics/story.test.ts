/** That each fabric shows exactly its planted roots, with all else below them, from its specs alone, to every caller. */
import { beforeAll, describe, expect, it } from 'vitest';
import { list, record } from '../../../../shared/cluster/narrow.ts';
import type { DiagnosisResult } from '../../../../shared/model/finding.ts';
import { DEMO_FABRICS } from '../../../../src-main/demo/fabrics/fabrics.ts';
import type { DraftObject, StoredObject } from '../../../../src-main/demo/model.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { fabricOf, names, play, type LiveFabric } from './live-fabric.ts';
import { plantOnly } from './make-registry.ts';
import { effectsOf, nameOf, rootsOf } from './run-diagnosis.ts';

function all(registry: Registry, apiVersion: string, kind: string): readonly StoredObject[] {
  return registry.list(registry.catalogue.builtIn(apiVersion, kind));
}

/** Effects below each root. */
const EFFECTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'demo-lab': {
    'pod/crash-loop-back-off Deployment shop/checkout': ['rollout/unavailable Deployment shop/checkout'],
    'config/secret-missing Deployment billing/invoices': [
      'net/no-ready-endpoints Service billing/invoices',
      'rollout/unavailable Deployment billing/invoices',
    ],
    'net/service-selector-mismatch Service shop/cart': [],
    'image/not-found Deployment data/reports': [
      'net/no-ready-endpoints Service data/reports',
      'rollout/unavailable Deployment data/reports',
    ],
  },
  'demo-prod': {
    'config/configmap-missing ConfigMap payments/payments-routing': [
      'gateway',
      'ledger',
      'refunds',
      'webhooks',
    ].flatMap((name) => [
      `config/configmap-missing Deployment payments/${name}`,
      `net/no-ready-endpoints Service payments/${name}`,
      `rollout/unavailable Deployment payments/${name}`,
    ]),
    'image/not-found Deployment search/search-api': [
      ...['search-admin', 'search-api', 'search-public'].map(
        (name) => `net/no-ready-endpoints Service search/${name}`,
      ),
      'rollout/unavailable Deployment search/search-api',
    ],
    'pod/oom-killed Deployment recommend/recommender': [
      'net/no-ready-endpoints Service recommend/recommender',
      'net/no-ready-endpoints Service recommend/similar-items',
      'rollout/unavailable Deployment recommend/recommender',
    ],
  },
  'demo-edge': {
    'rbac/workload-denied Deployment telemetry/uplink': [
      'pod/crash-loop-back-off Deployment telemetry/uplink',
      'rollout/unavailable Deployment telemetry/uplink',
    ],
  },
};

/** Pods and nodes, and how many of the pods are well at least. */
const SIZE: Readonly<Record<string, { least: number; most: number; nodes: number; well: number }>> = {
  'demo-lab': { least: 24, most: 32, nodes: 3, well: 0.7 },
  'demo-prod': { least: 295, most: 305, nodes: 20, well: 0.9 },
  'demo-edge': { least: 11, most: 16, nodes: 2, well: 0.9 },
};

describe.each(DEMO_FABRICS)('$name', (fabric) => {
  let live: LiveFabric;
  let result: DiagnosisResult;
  const expected = names(fabric.roots);

  beforeAll(() => {
    live = play(fabric.name);
    result = live.diagnose();
  });

  it('has exactly the declared roots, and nothing else at any severity', () => {
    expect(rootsOf(result)).toEqual(expected);
    expect(result.complete).toBe(true);
  });

  it('has every other finding below them', () => {
    const effects = Object.fromEntries(expected.map((root) => [root, effectsOf(result, root)]));
    const wanted = EFFECTS[fabric.name] ?? {};
    expect(effects).toEqual(
      Object.fromEntries(Object.entries(wanted).map(([root, below]) => [root, [...below].sort()])),
    );
    expect(result.findings).toHaveLength(expected.length + Object.values(wanted).flat().length);
  });

  it('shows the same roots to the caller of its kubeconfig, who is told what he cannot see', () => {
    const caller = fabric.callers.find(({ id }) => id === fabric.defaultCaller)?.caller;
    const seen = live.diagnose(caller);
    expect(rootsOf(seen)).toEqual(expected);
    const blind = seen.blindSpots.map(({ kind }) => kind).sort();
    expect(blind).toEqual(fabric.name === 'demo-prod' ? ['Node', 'Secret'] : []);
  });

  it('has the size it says, and most of it is well', () => {
    const pods = all(live.registry, 'v1', 'Pod');
    const nodes = all(live.registry, 'v1', 'Node');
    const size = SIZE[fabric.name] ?? { least: 0, most: 0, nodes: 0, well: 1 };
    expect(pods.length).toBeGreaterThanOrEqual(size.least);
    expect(pods.length).toBeLessThanOrEqual(size.most);
    expect(nodes).toHaveLength(size.nodes);
    const ready = pods.filter(({ status }) =>
      list(record(status).conditions).some(
        (one) => record(one).type === 'Ready' && record(one).status === 'True',
      ),
    );
    expect(ready.length / pods.length).toBeGreaterThan(size.well);
  });

  it('still has them half an hour later, and no other', () => {
    live.pass(30 * 60_000);
    expect(live.roots()).toEqual(expected);
  });

  it('derives the same from its specs alone: every status stripped, in a fresh world', () => {
    const objects = live.registry.catalogue
      .all()
      .flatMap((resource) =>
        resource.verbs.includes('create') ? live.registry.list(resource).flatMap(stripped) : [],
      );
    const again = play(fabric.name, { plant: (registry) => plantAll(registry, objects) });
    expect(again.roots()).toEqual(expected);
  });
});

/** What controllers make of other objects, or of every namespace, is not taken along. */
const MADE_BY_THE_WORLD = new Set([
  'ControllerRevision',
  'EndpointSlice',
  'Endpoints',
  'Event',
  'Lease',
  'NodeMetrics',
  'Pod',
  'PodMetrics',
  'ReplicaSet',
]);

/** The object as its user wrote it; nothing where a controller made it. */
function stripped({ apiVersion, kind, metadata, status, ...rest }: StoredObject): DraftObject[] {
  const { name, namespace, labels, annotations, ownerReferences } = metadata;
  const isDefault = name === 'kube-root-ca.crt' || (kind === 'ServiceAccount' && name === 'default');
  if (MADE_BY_THE_WORLD.has(kind) || ownerReferences !== undefined || isDefault) return [];
  const kept = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  // What a machine has is no state: its kubelet reads it off the hardware.
  const { capacity, allocatable, addresses } = record(status);
  const hardware = kind === 'Node' ? { status: { capacity, allocatable, addresses } } : {};
  return [{ apiVersion, kind, metadata: kept, ...rest, ...hardware }];
}

/** What others refer to goes first. */
const FIRST = [
  'CustomResourceDefinition',
  'Namespace',
  'PriorityClass',
  'IngressClass',
  'Node',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'ClusterRole',
];

function plantAll(registry: Registry, objects: readonly DraftObject[]): void {
  const place = ({ kind = '' }: DraftObject): number =>
    FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length;
  for (const object of [...objects].sort((a, b) => place(a) - place(b))) {
    const { apiVersion = '', kind = '', metadata } = object;
    const resource = registry.catalogue.byKind(apiVersion, kind);
    if (resource === undefined) throw new RangeError(`${kind} is not served`);
    const { name = '', namespace } = metadata ?? {};
    const caller = { username: 'test', groups: ['system:masters'] };
    if (registry.find(resource, namespace, name) === undefined)
      registry.create(resource, namespace, object, { caller });
  }
}

it('demo-prod grows with the same roots', () => {
  const live = play('demo-prod', { pods: 600 });
  const pods = all(live.registry, 'v1', 'Pod').length;
  expect(pods).toBeGreaterThan(580);
  expect(pods).toBeLessThan(620);
  expect(live.roots()).toEqual(names(live.fabric.roots));
});

it('demo-prod has room for 2,000 pods, and asks for about as many', () => {
  const registry = plantOnly(fabricOf('demo-prod'), 2000);
  const nodes = all(registry, 'v1', 'Node');
  const wanted = ['Deployment', 'StatefulSet'].flatMap((kind) =>
    all(registry, 'apps/v1', kind).map(({ spec }) => Number(record(spec).replicas)),
  );
  const agents = all(registry, 'apps/v1', 'DaemonSet').length * nodes.length;
  const sum = wanted.reduce((total, replicas) => total + replicas, agents);
  expect(sum).toBeGreaterThan(1980);
  expect(sum).toBeLessThan(2020);
  expect(nodes.length * 110).toBeGreaterThan(sum);
});

it('a fabric is the same in every run', () => {
  const [one, other] = [play('demo-lab'), play('demo-lab')];
  const state = ({ registry }: LiveFabric): unknown =>
    registry.catalogue
      .all()
      .flatMap((resource) =>
        registry.list(resource).map(({ metadata }) => [metadata.uid, metadata.resourceVersion]),
      );
  expect(state(one)).toEqual(state(other));
  expect(one.diagnose().findings.map(nameOf)).toEqual(other.diagnose().findings.map(nameOf));
});
