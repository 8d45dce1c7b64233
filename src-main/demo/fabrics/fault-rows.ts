/** The faults of objects, as data: what each does to which healthy object of each demo fabric, and what is found then. */
import type { DraftObject } from '../model.ts';
import type { Path, Target } from './change.ts';
import type { Expected, FabricName } from './fabric.ts';
import { imageOf } from './image-names.ts';
import { deployment } from './manifests.ts';

export type Action =
  | { readonly set: Target; readonly path: Path; readonly value: unknown }
  | { readonly remove: Target; readonly restart: string }
  | { readonly add: DraftObject };

export interface FaultRow {
  /** The same for the same fault in all fabrics. */
  readonly id: string;
  readonly title: string;
  readonly what: (name: string) => string;
  readonly scenario: string;
  readonly in: Readonly<Record<FabricName, { readonly action: Action; readonly sick: Expected['subject'] }>>;
}

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

/** In the order of the menu. */
export const FAULT_ROWS: readonly FaultRow[] = [
  {
    id: 'ship-bad-image',
    title: 'Ship a bad image',
    what: (name) => `Rolls out a version of ${name} whose image was never pushed.`,
    scenario: 'image/not-found',
    in: {
      'demo-lab': badImage('shop', 'storefront', '5.0.0-rc.1'),
      'demo-prod': badImage('shop', 'catalog', '4.0.0-rc.1'),
      'demo-edge': badImage('site', 'gateway', '2.0.0-rc.1'),
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
      'demo-edge': loseConfigMap('site', 'door-settings', 'door-control'),
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
      'demo-edge': starve('telemetry', 'collector', '16Mi'),
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
      'demo-edge': breakSelector('site', 'door-control'),
    },
  },
  {
    id: 'fill-cluster',
    title: 'Fill the cluster',
    what: (name) => `Deploys ${name}, which requests more cpu than all nodes have.`,
    scenario: 'sched/insufficient-resources',
    in: {
      'demo-lab': fill('fab', 10, '3'),
      'demo-prod': fill('platform', 50, '7'),
      'demo-edge': fill('site', 6, '2'),
    },
  },
  {
    id: 'take-database',
    title: 'Take the database away',
    what: (name) => `Scales the database of ${name} to zero.`,
    scenario: 'pod/crash-loop-back-off',
    in: {
      'demo-lab': takeDatabase('data', 'orders-db', workload('shop', 'orders')),
      'demo-prod': takeDatabase('shop', 'orders-db', workload('shop', 'orders')),
      'demo-edge': takeDatabase('telemetry', 'buffer', workload('telemetry', 'collector')),
    },
  },
];
