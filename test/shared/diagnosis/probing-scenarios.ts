/** Scenarios for tests of the engine: between them they ask every question, and put what they read into the answer. */
import { refOf, refTo } from '../../../shared/cluster/refs.ts';
import type { Diagnosis } from '../../../shared/model/finding.ts';
import type { KubeObject, Pod } from '../../../shared/model/kube.ts';
import { defineScenario } from '../../../shared/model/scenario.ts';
import type { ClusterView } from '../../../shared/cluster/view.ts';

/** How long the slow scenario waits (ms). */
export const PATIENCE_MS = 10_000;

export function diagnose(object: KubeObject, said: unknown, more: Partial<Diagnosis> = {}): Diagnosis {
  const ref = refOf(object);
  return {
    severity: 'high',
    summary: `${object.metadata.name} says ${JSON.stringify(said)}`,
    cause: 'cause',
    advice: 'advice',
    evidence: [{ ref, path: 'status', observed: JSON.stringify(said), why: 'why' }],
    confidence: 'high',
    ...more,
  };
}

function isSick(pod: Pod): boolean {
  return pod.status?.phase === 'Sick';
}

function names(objects: readonly KubeObject[]): string[] {
  return objects.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion ?? ''}`);
}

/** Grouped, with events and a reference that may be broken. */
export const brokenReference = defineScenario({
  id: 'config/configmap-missing',
  title: '',
  subject: 'Pod',
  needs: ['ConfigMap'],
  mayRead: ['Event'],
  diagnose(pod, cluster) {
    if (!isSick(pod)) return [];
    const { namespace = '', uid = '' } = pod.metadata;
    const wanted = pod.metadata.labels?.config ?? 'none';
    if (cluster.get('ConfigMap', namespace, wanted) !== undefined) return [];
    const events = cluster.eventsOf(uid).map(({ reason, message }) => [reason, message]);
    const said = [events, cluster.names('ConfigMap', namespace)];
    const ref = refTo('v1', 'ConfigMap', namespace, wanted);
    return [diagnose(pod, said, { ofPods: `wait for ${wanted}`, same: wanted, blames: [ref] })];
  },
});

/** Asks for everything else a pod's scenario may ask for. */
const curious = defineScenario({
  id: 'pod/crash-loop-back-off',
  title: '',
  subject: 'Pod',
  needs: [],
  mayRead: ['Node', 'Service', 'Namespace'],
  diagnose(pod, cluster) {
    if (pod.metadata.labels?.curious !== 'yes') return [];
    const { namespace = '' } = pod.metadata;
    const log = cluster.logOf(pod, 'main', true);
    const said = [
      log.state === 'ready' ? log.excerpt.lines : log.state,
      names(cluster.nodes()),
      names(cluster.podsInNamespace(namespace)),
      names(cluster.servicesSelecting(pod)),
      names(cluster.podsReferring('ConfigMap', namespace, 'app')),
      cluster.knowledge('Secret', namespace),
      cluster.byUid('configmap-a')?.metadata.name,
      cluster.get('Secret', namespace, 'a')?.metadata.resourceVersion,
      cluster.eventsOf('pod-b-one').map(({ message }) => message),
    ];
    return [
      diagnose(pod, said, {
        part: 'main',
        ofPods: 'crash-loop',
        severity: isSick(pod) ? 'critical' : 'medium',
      }),
    ];
  },
});

/** Depends on time alone. */
export const slow = defineScenario({
  id: 'pod/sandbox-or-creating-stuck',
  title: '',
  subject: 'Pod',
  needs: [],
  mayRead: [],
  diagnose(pod, cluster, now) {
    const started = Number(pod.metadata.labels?.started);
    if (Number.isNaN(started)) return [];
    if (now >= started + PATIENCE_MS) return [diagnose(pod, 'too long', { severity: 'low' })];
    cluster.recheckAt(started + PATIENCE_MS);
    return [];
  },
});

const unavailable = defineScenario({
  id: 'rollout/unavailable',
  title: '',
  subject: 'Deployment',
  needs: ['ReplicaSet'],
  mayRead: ['Pod'],
  diagnose(deployment, cluster) {
    const ready = deployment.status?.readyReplicas ?? 0;
    if (ready >= (deployment.spec?.replicas ?? 1)) return [];
    const sets = cluster.ownedBy('ReplicaSet', deployment.metadata.uid ?? '');
    const pods = sets.flatMap(({ metadata }) => cluster.ownedBy('Pod', metadata.uid ?? ''));
    return [diagnose(deployment, [names(sets), names(pods)])];
  },
});

const noEndpoints = defineScenario({
  id: 'net/no-ready-endpoints',
  title: '',
  subject: 'Service',
  needs: ['Pod', 'EndpointSlice'],
  mayRead: ['Ingress'],
  diagnose(service, cluster) {
    const { namespace = '', name } = service.metadata;
    const pods = cluster.podsSelected(namespace, service.spec?.selector ?? {});
    if (pods.length === 0 || !pods.every(isSick)) return [];
    const said = [
      names(pods),
      names(cluster.slicesOf(namespace, name)),
      names(cluster.ingressesTo(namespace, name)),
    ];
    return [diagnose(service, said)];
  },
});

export const lostNode = defineScenario({
  id: 'node/not-ready',
  title: '',
  subject: 'Node',
  needs: [],
  mayRead: ['Pod'],
  diagnose(node, cluster: ClusterView) {
    if (node.metadata.labels?.lost !== 'yes') return [];
    return [diagnose(node, names(cluster.podsOnNode(node.metadata.name)))];
  },
});

/** Throws on a pod that is labelled so. */
export const fragile = defineScenario({
  id: 'pod/start-error',
  title: '',
  subject: 'Pod',
  needs: [],
  mayRead: [],
  diagnose(pod) {
    if (pod.metadata.labels?.breaks !== 'yes') return [];
    throw new TypeError(`cannot read ${pod.metadata.name}`);
  },
});

export const PROBING = [brokenReference, curious, slow, unavailable, noEndpoints, lostNode, fragile];
