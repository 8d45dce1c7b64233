/** What the API server itself puts into a new object of a kind: its first status, a namespace's finalizer. */
import type { DraftObject, Resource } from '../model.ts';
import { DEFINITIONS, firstStatus } from './definition.ts';
import { fieldsOf, without } from './json.ts';
import { strategyOf } from './strategies.ts';

/** What the API server writes for a node that says nothing. */
const EMPTY_NODE_STATUS = {
  daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
  nodeInfo: Object.fromEntries(
    [
      'machineID systemUUID bootID kernelVersion osImage',
      'containerRuntimeVersion kubeletVersion kubeProxyVersion operatingSystem architecture',
    ].flatMap((line) => line.split(' ').map((name) => [name, ''])),
  ),
};

type FirstStatus = (object: DraftObject, now: string, resource: Resource) => unknown;

/** Status of a new object, by `storedAs`. Kinds that are not here start without one. */
const FIRST_STATUS: ReadonlyMap<string, FirstStatus> = new Map<string, FirstStatus>([
  ['namespaces', () => ({ phase: 'Active' })],
  // A kubelet registers its node together with the node's status.
  ['nodes', ({ status }) => ({ ...EMPTY_NODE_STATUS, ...fieldsOf(status) })],
  ['persistentvolumeclaims', () => ({ phase: 'Pending' })],
  ['persistentvolumes', (_object, now) => ({ phase: 'Pending', lastPhaseTransitionTime: now })],
  // Admission adds the class of its quality of service, which limit ranges decide.
  ['pods', () => ({ phase: 'Pending' })],
  ['replicationcontrollers', () => ({ replicas: 0 })],
  ['resourcequotas', () => ({})],
  ['services', () => ({ loadBalancer: {} })],
  ['apiservices.apiregistration.k8s.io', () => ({})],
  [
    'daemonsets.apps',
    () => ({ currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 }),
  ],
  ['deployments.apps', () => ({})],
  ['replicasets.apps', () => ({ replicas: 0 })],
  ['statefulsets.apps', () => ({ replicas: 0, availableReplicas: 0 })],
  [
    'horizontalpodautoscalers.autoscaling',
    (_object, _now, { version }) =>
      version === 'v1'
        ? { currentReplicas: 0, desiredReplicas: 0 }
        : { desiredReplicas: 0, currentMetrics: null },
  ],
  ['cronjobs.batch', () => ({})],
  ['jobs.batch', () => ({})],
  ['ingresses.networking.k8s.io', () => ({ loadBalancer: {} })],
  [
    'poddisruptionbudgets.policy',
    () => ({ currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }),
  ],
  [DEFINITIONS, (definition) => firstStatus(definition)],
  ['servicecidrs.networking.k8s.io', () => ({})],
  ['validatingadmissionpolicies.admissionregistration.k8s.io', () => ({})],
  ['volumeattachments.storage.k8s.io', () => ({ attached: false })],
]);

function withFinalizer(object: DraftObject): DraftObject {
  const spec = fieldsOf(object.spec);
  const finalizers = Array.isArray(spec.finalizers) ? (spec.finalizers as unknown[]) : [];
  if (finalizers.includes('kubernetes')) return object;
  return { ...object, spec: { ...spec, finalizers: [...finalizers, 'kubernetes'] } };
}

/** `now` is RFC 3339. */
export function withInitialState(resource: Resource, object: DraftObject, now: string): DraftObject {
  if (!strategyOf(resource).ownStatus) return object;
  const wanted = resource.storedAs === 'namespaces' ? withFinalizer(object) : object;
  const status = FIRST_STATUS.get(resource.storedAs)?.(wanted, now, resource);
  return { ...without(wanted, 'status'), ...(status === undefined ? {} : { status }) };
}
