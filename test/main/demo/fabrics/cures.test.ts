/** That cures cure, that undoing them breaks again, and that injected faults are found and heal. */
import { beforeAll, describe, expect, it } from 'vitest';
import { record } from '../../../../shared/cluster/narrow.ts';
import {
  create,
  remove,
  restartPods,
  setField,
  type Path,
} from '../../../../src-main/demo/fabrics/change.ts';
import { FAULTS } from '../../../../src-main/demo/fabrics/faults.ts';
import type { FabricName } from '../../../../src-main/demo/fabrics/fabric.ts';
import { imageOf } from '../../../../src-main/demo/fabrics/image-names.ts';
import { configMap, secret } from '../../../../src-main/demo/fabrics/manifests.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { fabricOf, names, play, type LiveFabric } from './live-fabric.ts';
import { nameOf } from './run-diagnosis.ts';

const MINUTE = 60_000;
const TEMPLATE: Path = ['spec', 'template'];
const CONTAINER: Path = [...TEMPLATE, 'spec', 'containers', 0];

function deployment(namespace: string, name: string) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
}

/** As `kubectl rollout undo` does: the template of the ReplicaSet with the highest revision but the present one. */
function undoRollout(registry: Registry, namespace: string, name: string): void {
  const revisionOf = (annotations: Readonly<Record<string, string>> = {}): number =>
    Number(annotations['deployment.kubernetes.io/revision']);
  const sets = registry
    .list(registry.catalogue.builtIn('apps/v1', 'ReplicaSet'), namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.name === name))
    .sort((a, b) => revisionOf(b.metadata.annotations) - revisionOf(a.metadata.annotations));
  const template = record(record(sets[1]?.spec).template);
  const { 'pod-template-hash': _hash, ...labels } = record(record(template.metadata).labels);
  setField(registry, deployment(namespace, name), TEMPLATE, { ...template, metadata: { labels } });
}

interface Cure {
  readonly fabric: FabricName;
  readonly root: string;
  readonly cure: (registry: Registry) => void;
  readonly undo: (registry: Registry) => void;
}

const CART = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'cart' };
const ROUTING = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'payments', name: 'payments-routing' };
const UPLINK_ROLE = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  namespace: 'telemetry',
  name: 'uplink',
};
const INVOICES = { apiVersion: 'v1', kind: 'Secret', namespace: 'billing', name: 'invoices-db' };

const CURES: readonly Cure[] = [
  {
    fabric: 'demo-lab',
    root: 'pod/crash-loop-back-off Deployment shop/checkout',
    cure: (registry) => undoRollout(registry, 'shop', 'checkout'),
    undo: (registry) => undoRollout(registry, 'shop', 'checkout'),
  },
  {
    fabric: 'demo-lab',
    root: 'config/secret-missing Deployment billing/invoices',
    cure: (registry) =>
      create(registry, secret('billing', 'invoices-db', { url: 'postgres://orders-db.data/invoices' })),
    undo: (registry) => {
      remove(registry, INVOICES);
      restartPods(registry, 'billing', 'invoices');
    },
  },
  {
    fabric: 'demo-lab',
    root: 'net/service-selector-mismatch Service shop/cart',
    cure: (registry) => setField(registry, CART, ['spec', 'selector', 'app'], 'cart'),
    undo: (registry) => setField(registry, CART, ['spec', 'selector', 'app'], 'carts'),
  },
  {
    fabric: 'demo-lab',
    root: 'image/not-found Deployment data/reports',
    cure: (registry) =>
      setField(
        registry,
        deployment('data', 'reports'),
        [...CONTAINER, 'image'],
        imageOf('data/reports', '3.1.0'),
      ),
    undo: (registry) =>
      setField(
        registry,
        deployment('data', 'reports'),
        [...CONTAINER, 'image'],
        imageOf('data/reports', '3.1.0-rc.2'),
      ),
  },
  {
    fabric: 'demo-prod',
    root: 'config/configmap-missing ConfigMap payments/payments-routing',
    cure: (registry) =>
      create(registry, configMap('payments', 'payments-routing', { PAYMENTS_REGION: 'eu' })),
    undo: (registry) => {
      remove(registry, ROUTING);
      for (const name of ['gateway', 'ledger', 'refunds', 'webhooks'])
        restartPods(registry, 'payments', name);
    },
  },
  {
    fabric: 'demo-prod',
    root: 'image/not-found Deployment search/search-api',
    cure: (registry) => undoRollout(registry, 'search', 'search-api'),
    undo: (registry) => undoRollout(registry, 'search', 'search-api'),
  },
  {
    fabric: 'demo-prod',
    root: 'pod/oom-killed Deployment recommend/recommender',
    cure: (registry) => undoRollout(registry, 'recommend', 'recommender'),
    undo: (registry) => undoRollout(registry, 'recommend', 'recommender'),
  },
  {
    fabric: 'demo-edge',
    root: 'rbac/workload-denied Deployment telemetry/uplink',
    cure: (registry) => {
      setField(registry, UPLINK_ROLE, ['rules', 0, 'resources'], ['services', 'configmaps']);
      restartPods(registry, 'telemetry', 'uplink');
    },
    undo: (registry) => {
      setField(registry, UPLINK_ROLE, ['rules', 0, 'resources'], ['services']);
      restartPods(registry, 'telemetry', 'uplink');
    },
  },
];

describe.each(['demo-lab', 'demo-prod', 'demo-edge'] as const)('%s', (name) => {
  // One world for all: each test leaves it as it was planted, which is its last assertion.
  let live: LiveFabric;
  const planted = names(fabricOf(name).roots);

  beforeAll(() => {
    live = play(name);
  });

  it.each(CURES.filter(({ fabric }) => fabric === name).map((cure) => [cure.root, cure] as const))(
    'loses %s by its cure, and gets it back',
    (root, { cure, undo }) => {
      cure(live.registry);
      live.pass(3 * MINUTE);
      expect(live.roots()).toEqual(planted.filter((one) => one !== root));
      expect(live.diagnose().findings.map(nameOf)).not.toContain(root);
      undo(live.registry);
      live.pass(3 * MINUTE);
      expect(live.roots()).toEqual(planted);
    },
  );

  it.each(
    FAULTS.filter(({ fabric, finds }) => fabric === name && finds !== undefined).map(
      (fault) => [fault.id, fault] as const,
    ),
  )(
    'shows the fault %s within seconds, as one more root, and is as before once it is healed',
    (_id, fault) => {
      const sick = [...planted, ...(fault.finds === undefined ? [] : [nameOf(fault.finds)])].sort();
      fault.inject(live.registry);
      live.pass(4000);
      expect(live.roots()).toEqual(sick);
      live.pass(2 * MINUTE);
      expect(live.roots()).toEqual(sick);
      fault.heal(live.registry);
      live.pass(MINUTE);
      expect(live.roots()).toEqual(planted);
    },
  );
});
