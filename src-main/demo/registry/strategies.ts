/** What the API server does per kind with an object that is written: status, generation, deletion. */
import type { Resource } from '../model.ts';

export interface Strategy {
  /** The kind has a status subresource: the main resource does not write `status`, nor `status` the rest. */
  readonly ownStatus: boolean;
  /**
   * Fields whose change raises `metadata.generation`; 'all' is everything but metadata (and an own status). Absent: the
   * server keeps no generation.
   */
  readonly generation?: readonly string[] | 'all';
  /** Part of the metadata whose change raises the generation too. */
  readonly generationMetadata?: 'labels' | 'annotations';
  /** PUT without a resourceVersion is let through. */
  readonly unconditionalUpdate: boolean;
  /** What deletion does with dependents where the request does not say; 'none': the garbage collector never holds it. */
  readonly propagation: 'Background' | 'Orphan' | 'none';
  /** How much of the metadata a write of the status may change. */
  readonly statusMetadata: 'all' | 'none' | 'notLabels' | 'notOwners';
}

type Difference = Partial<Strategy>;

const SPEC: Difference = { generation: ['spec'] };
const CONDITIONAL: Difference = { unconditionalUpdate: false };
const WEBHOOKS: Difference = { generation: ['webhooks'], ...CONDITIONAL };

/** By `storedAs`: what differs from the usual, as Kubernetes 1.35 answers. */
const DIFFERENCES: ReadonlyMap<string, Difference> = new Map<string, Difference>([
  ['events', { propagation: 'none' }],
  ['pods', { ...SPEC, statusMetadata: 'notOwners' }],
  ['podtemplates', { generation: ['template'] }],
  ['replicationcontrollers', { ...SPEC, propagation: 'Orphan' }],
  ['apiservices.apiregistration.k8s.io', { ...CONDITIONAL, statusMetadata: 'none' }],
  ['daemonsets.apps', SPEC],
  ['deployments.apps', { ...SPEC, generationMetadata: 'annotations', statusMetadata: 'notLabels' }],
  ['replicasets.apps', SPEC],
  ['statefulsets.apps', SPEC],
  ['cronjobs.batch', SPEC],
  ['jobs.batch', { ...SPEC, propagation: 'Orphan' }],
  ['ingressclasses.networking.k8s.io', SPEC],
  ['ingresses.networking.k8s.io', SPEC],
  ['networkpolicies.networking.k8s.io', SPEC],
  ['servicecidrs.networking.k8s.io', { statusMetadata: 'none' }],
  ['poddisruptionbudgets.policy', { ...SPEC, ...CONDITIONAL }],
  ['csidrivers.storage.k8s.io', CONDITIONAL],
  ['csinodes.storage.k8s.io', CONDITIONAL],
  ['csistoragecapacities.storage.k8s.io', CONDITIONAL],
  ['volumeattachments.storage.k8s.io', { ...CONDITIONAL, statusMetadata: 'none' }],
  ['mutatingwebhookconfigurations.admissionregistration.k8s.io', WEBHOOKS],
  ['validatingwebhookconfigurations.admissionregistration.k8s.io', WEBHOOKS],
  [
    'validatingadmissionpolicies.admissionregistration.k8s.io',
    { ...SPEC, ...CONDITIONAL, statusMetadata: 'none' },
  ],
  ['validatingadmissionpolicybindings.admissionregistration.k8s.io', { ...SPEC, ...CONDITIONAL }],
  ['customresourcedefinitions.apiextensions.k8s.io', { ...SPEC, ...CONDITIONAL }],
  ['priorityclasses.scheduling.k8s.io', { generation: [] }],
  ['leases.coordination.k8s.io', CONDITIONAL],
  ['runtimeclasses.node.k8s.io', CONDITIONAL],
  ['endpointslices.discovery.k8s.io', { generation: 'all', generationMetadata: 'labels' }],
]);

function strategyOfBuiltIn(resource: Resource): Strategy {
  return {
    ownStatus: resource.subresources.some(({ name }) => name === 'status'),
    unconditionalUpdate: true,
    propagation: 'Background',
    statusMetadata: 'all',
    ...DIFFERENCES.get(resource.storedAs),
  };
}

function strategyOfCustom(resource: Resource): Strategy {
  return {
    ownStatus: resource.subresources.some(({ name }) => name === 'status'),
    generation: 'all',
    unconditionalUpdate: false,
    propagation: 'Background',
    statusMetadata: 'none',
  };
}

const known = new WeakMap<Resource, Strategy>();

export function strategyOf(resource: Resource): Strategy {
  const strategy = known.get(resource);
  if (strategy !== undefined) return strategy;
  const made = resource.custom === undefined ? strategyOfBuiltIn(resource) : strategyOfCustom(resource);
  known.set(resource, made);
  return made;
}
