/** What the recoveries of the catalogue write, by kind: a role for recoveries holds these for the kinds that scenarios read. */

/** One write that a recovery makes. */
export interface RecoveryVerb {
  /** `deployments.apps`; core kinds end with a dot. It is granted where a scenario reads this kind. */
  readonly kind: `${string}.${string}`;
  /** Another resource than the kind's own: `pods/eviction`. */
  readonly resource?: string;
  readonly verbs: readonly string[];
  /** The catalogue's verbs that need it. */
  readonly recoveries: readonly string[];
}

const SPEC = ['restart', 'rollback', 'set-image', 'set-res', 'ssa-edit'];

export const RECOVERY_VERBS: readonly RecoveryVerb[] = [
  { kind: 'deployments.apps', verbs: ['patch'], recoveries: [...SPEC, 'resume'] },
  { kind: 'statefulsets.apps', verbs: ['patch'], recoveries: SPEC },
  { kind: 'daemonsets.apps', verbs: ['patch'], recoveries: SPEC },
  // Patching /scale alone can change nothing but the number of replicas.
  { kind: 'deployments.apps', resource: 'deployments/scale', verbs: ['get', 'patch'], recoveries: ['scale'] },
  {
    kind: 'statefulsets.apps',
    resource: 'statefulsets/scale',
    verbs: ['get', 'patch'],
    recoveries: ['scale'],
  },
  { kind: 'jobs.batch', verbs: ['patch'], recoveries: ['resume'] },
  { kind: 'cronjobs.batch', verbs: ['patch'], recoveries: ['resume', 'ssa-edit'] },
  { kind: 'pods.', verbs: ['delete'], recoveries: ['del-pod', 'force-del'] },
  { kind: 'pods.', resource: 'pods/eviction', verbs: ['create'], recoveries: ['drain'] },
  { kind: 'pods.', resource: 'pods/ephemeralcontainers', verbs: ['patch'], recoveries: ['debug'] },
  { kind: 'nodes.', verbs: ['patch'], recoveries: ['cordon', 'uncordon', 'untaint', 'drain'] },
  { kind: 'services.', verbs: ['patch'], recoveries: ['ssa-edit'] },
  { kind: 'ingresses.networking.k8s.io', verbs: ['patch'], recoveries: ['ssa-edit'] },
  { kind: 'networkpolicies.networking.k8s.io', verbs: ['patch'], recoveries: ['ssa-edit'] },
  // A missing object is created, one that is there is patched and never replaced.
  { kind: 'configmaps.', verbs: ['create', 'patch'], recoveries: ['create', 'ssa-edit'] },
  { kind: 'secrets.', verbs: ['create'], recoveries: ['create'] },
  { kind: 'serviceaccounts.', verbs: ['create', 'patch'], recoveries: ['create', 'ssa-edit'] },
  { kind: 'persistentvolumeclaims.', verbs: ['patch'], recoveries: ['ssa-edit', 'rm-finalizer'] },
  { kind: 'persistentvolumes.', verbs: ['patch'], recoveries: ['ssa-edit', 'rm-finalizer'] },
  { kind: 'horizontalpodautoscalers.autoscaling', verbs: ['patch'], recoveries: ['ssa-edit'] },
  { kind: 'poddisruptionbudgets.policy', verbs: ['patch'], recoveries: ['ssa-edit'] },
];
