/** What runs in kube-system of every demo fabric, and the Service of the API server itself. */
import type { DraftObject } from '../model.ts';
import { imageOf } from './image-names.ts';
import { configMap, daemonSet, deployment, namespace, service, type App } from './manifests.ts';

const SYSTEM = 'kube-system';
/** An agent runs on every node, also on one that others have to leave. */
const EVERYWHERE = [{ operator: 'Exists' }];

/** An agent for all nodes: it takes part in the network of its node and listens nowhere. */
export function agent(where: string, name: string, image: string, extra: Partial<App> = {}): DraftObject {
  return daemonSet({
    namespace: where,
    name,
    image,
    port: 0,
    cpu: '10m',
    hostNetwork: true,
    tolerations: EVERYWHERE,
    ...extra,
  });
}

export function system(): DraftObject[] {
  const dns: App = {
    namespace: SYSTEM,
    name: 'coredns',
    image: imageOf('infra/coredns', '1.12.4'),
    port: 53,
    probe: 'none',
    cpu: '100m',
    memory: '170Mi',
    mounts: { '/etc/coredns': { configMap: 'coredns' } },
    priorityClass: 'system-cluster-critical',
  };
  const critical = { priorityClass: 'system-node-critical' };
  return [
    configMap(SYSTEM, 'coredns', {
      Corefile: '.:53 {\n  errors\n  health\n  kubernetes cluster.local\n  cache 30\n}\n',
    }),
    deployment(dns),
    service(dns, { name: 'kube-dns', port: 53, clusterIP: '10.96.0.10' }),
    agent(SYSTEM, 'kube-proxy', imageOf('infra/kube-proxy', 'v1.35.4'), critical),
    agent(SYSTEM, 'cni-node', imageOf('infra/cni-node', '1.8.2'), critical),
  ];
}

/** The two that the API server itself makes. */
const PRIORITY_CLASSES: readonly DraftObject[] = [
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description: 'Pods that must run in the cluster, on whichever node.',
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Pods that must run on the node they are on.',
  },
];

/** What a cluster has from the beginning. */
export const FIRST_OBJECTS: readonly DraftObject[] = [
  ...['default', SYSTEM, 'kube-public', 'kube-node-lease'].map((name) => namespace(name)),
  ...PRIORITY_CLASSES,
];

export const EDGE_CLASS: DraftObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'edge' },
  spec: { controller: 'demo.internal/edge' },
};
