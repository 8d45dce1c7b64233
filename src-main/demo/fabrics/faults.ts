/** Faults that a user may inject into a demo fabric and heal again: changes to healthy objects, made as with kubectl. */
import { isDeepStrictEqual } from 'node:util';
import type { DraftObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import {
  ensure,
  find,
  getIn,
  remove,
  restartPods,
  setField,
  targetOf,
  type Path,
  type Target,
} from './change.ts';
import type { Expected, FabricName } from './fabric.ts';
import { imageOf } from './image-names.ts';
import { LAB_MANIFESTS } from './lab.ts';
import { deployment } from './manifests.ts';
import { PROD_MANIFESTS } from './prod.ts';

export interface Fault {
  /** The same for the same fault in both fabrics. */
  readonly id: string;
  readonly fabric: FabricName;
  readonly title: string;
  /** What it does to which object, in one sentence. */
  readonly description: string;
  /** `connection`: the server drops its connections, objects stay as they are. */
  readonly acts: 'on objects' | 'on connections';
  /** The root the diagnosis then names; none for a fault of the connection. */
  readonly finds?: Expected;
  /** Whether its change is in place now, whoever made or undid it. */
  readonly isPlanted: (registry: Registry) => boolean;
  /** Done again it changes nothing. */
  readonly inject: (registry: Registry) => void;
  /** Puts back what was planted. */
  readonly heal: (registry: Registry) => void;
}

type Action =
  | { readonly set: Target; readonly path: Path; readonly value: unknown }
  | { readonly remove: Target; readonly restart: string }
  | { readonly add: DraftObject };

interface FaultRow extends Pick<Fault, 'id' | 'title'> {
  readonly what: (name: string) => string;
  readonly scenario: string;
  readonly in: Readonly<Record<FabricName, { readonly action: Action; readonly sick: Expected['subject'] }>>;
}

const MANIFESTS: Readonly<Record<FabricName, readonly DraftObject[]>> = {
  'demo-lab': LAB_MANIFESTS,
  'demo-prod': PROD_MANIFESTS,
};

const CONTAINER: Path = ['spec', 'template', 'spec', 'containers', 0];

function workload(
  namespace: string,
  name: string,
  kind = 'Deployment',
): Target & { readonly namespace: string } {
  return { apiVersion: 'apps/v1', kind, namespace, name };
}

function core(kind: string, namespace: string, name: string): Target & { readonly namespace: string } {
  return { apiVersion: 'v1', kind, namespace, name };
}

type Case = FaultRow['in'][FabricName];

function badImage(namespace: string, name: string, tag: string): Case {
  const sick = workload(namespace, name);
  return {
    sick,
    action: { set: sick, path: [...CONTAINER, 'image'], value: imageOf(`${namespace}/${name}`, tag) },
  };
}

function starve(namespace: string, name: string, memory: string): Case {
  const sick = workload(namespace, name);
  const value = { requests: { cpu: '10m', memory }, limits: { memory } };
  return { sick, action: { set: sick, path: [...CONTAINER, 'resources'], value } };
}

function loseConfigMap(namespace: string, map: string, user: string): Case {
  return {
    sick: workload(namespace, user),
    action: { remove: core('ConfigMap', namespace, map), restart: user },
  };
}

function breakSelector(namespace: string, name: string): Case {
  const sick = core('Service', namespace, name);
  return { sick, action: { set: sick, path: ['spec', 'selector'], value: { app: `${name}-v2` } } };
}

function takeDatabase(namespace: string, name: string, user: Target & { readonly namespace: string }): Case {
  const set = workload(namespace, name, 'StatefulSet');
  return { sick: user, action: { set, path: ['spec', 'replicas'], value: 0 } };
}

/** More than any free room, in pieces that would each fit on an empty node. */
function fill(namespace: string, replicas: number, cpu: string): Case {
  const app = {
    namespace,
    name: 'load-test',
    image: imageOf('platform/load-test', '1.0.0'),
    port: 0,
    replicas,
    cpu,
  };
  return { sick: workload(namespace, app.name), action: { add: deployment(app) } };
}

const ROWS: readonly FaultRow[] = [
  {
    id: 'ship-bad-image',
    title: 'Ship a bad image',
    what: (name) => `Rolls out a version of ${name} whose image was never pushed.`,
    scenario: 'image/not-found',
    in: {
      'demo-lab': badImage('shop', 'storefront', '5.0.0-rc.1'),
      'demo-prod': badImage('shop', 'catalog', '4.0.0-rc.1'),
    },
  },
  {
    id: 'delete-configmap',
    title: 'Delete a ConfigMap',
    what: (name) => `Deletes the ConfigMap that ${name} needs, and restarts its pods.`,
    scenario: 'config/configmap-missing',
    in: {
      'demo-lab': loseConfigMap('billing', 'ledger-settings', 'ledger'),
      'demo-prod': loseConfigMap('messaging', 'notifier-settings', 'notifier'),
    },
  },
  {
    id: 'starve-pod',
    title: 'Starve a pod',
    what: (name) => `Sets the memory limit of ${name} below what it uses.`,
    scenario: 'pod/oom-killed',
    in: {
      'demo-lab': starve('data', 'cache', '16Mi'),
      'demo-prod': starve('identity', 'sessions', '32Mi'),
    },
  },
  {
    id: 'break-selector',
    title: 'Break a selector',
    what: (name) => `Changes the selector of Service ${name} so that it matches no pod.`,
    scenario: 'net/service-selector-mismatch',
    in: {
      'demo-lab': breakSelector('fab', 'fabric-dhcpd'),
      'demo-prod': breakSelector('analytics', 'query'),
    },
  },
  {
    id: 'fill-cluster',
    title: 'Fill the cluster',
    what: (name) => `Deploys ${name}, which requests more cpu than all nodes have.`,
    scenario: 'sched/insufficient-resources',
    in: { 'demo-lab': fill('fab', 10, '3'), 'demo-prod': fill('platform', 50, '7') },
  },
  {
    id: 'take-database',
    title: 'Take the database away',
    what: (name) => `Scales the database of ${name} to zero.`,
    scenario: 'pod/crash-loop-back-off',
    in: {
      'demo-lab': takeDatabase('data', 'orders-db', workload('shop', 'orders')),
      'demo-prod': takeDatabase('shop', 'orders-db', workload('shop', 'orders')),
    },
  },
];

const FABRIC_NAMES: readonly FabricName[] = ['demo-lab', 'demo-prod'];

function nothing(): void {
  // What acts on connections leaves the objects alone; the server does it by the fault's id.
}

export const FAULTS: readonly Fault[] = FABRIC_NAMES.flatMap((fabric) => [
  ...ROWS.map((row) => faultOf(row, fabric)),
  {
    id: 'drop-connection',
    fabric,
    title: 'Drop the connection',
    description: 'Ends all connections to the API server and refuses new ones until you take the fault back.',
    acts: 'on connections',
    isPlanted: () => false,
    inject: nothing,
    heal: nothing,
  },
]);

function faultOf({ id, title, what, scenario, in: cases }: FaultRow, fabric: FabricName): Fault {
  const { action, sick } = cases[fabric];
  const { kind, namespace, name } = sick;
  return {
    id,
    fabric,
    title,
    description: what(`${namespace}/${name}`),
    acts: 'on objects',
    finds: { scenario, subject: { kind, namespace, name } },
    isPlanted: (registry) => isPlanted(registry, action),
    inject: (registry) => inject(registry, action),
    heal: (registry) => heal(registry, action, fabric),
  };
}

function isPlanted(registry: Registry, action: Action): boolean {
  if ('set' in action) return isDeepStrictEqual(getIn(find(registry, action.set), action.path), action.value);
  return 'add' in action
    ? find(registry, targetOf(action.add)) !== undefined
    : find(registry, action.remove) === undefined;
}

function inject(registry: Registry, action: Action): void {
  if ('set' in action) setField(registry, action.set, action.path, action.value);
  else if ('add' in action) ensure(registry, action.add);
  else if (find(registry, action.remove) !== undefined) {
    remove(registry, action.remove);
    restartPods(registry, action.remove.namespace ?? '', action.restart);
  }
}

function heal(registry: Registry, action: Action, fabric: FabricName): void {
  if ('set' in action)
    setField(registry, action.set, action.path, getIn(planted(action.set, fabric), action.path));
  else if ('add' in action) remove(registry, targetOf(action.add));
  else ensure(registry, planted(action.remove, fabric));
}

/** @throws RangeError where a fault names an object that is not planted: a mistake in the table */
function planted(target: Target, fabric: FabricName): DraftObject {
  const found = MANIFESTS[fabric].find((manifest) => {
    const { apiVersion, kind, namespace, name } = targetOf(manifest);
    return (
      apiVersion === target.apiVersion &&
      kind === target.kind &&
      namespace === target.namespace &&
      name === target.name
    );
  });
  if (found === undefined) throw new RangeError(`${target.kind} ${target.name} is not planted in ${fabric}`);
  return found;
}
