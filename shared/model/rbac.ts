/** The parts of RBAC objects that Hedgerow reads (rbac.authorization.k8s.io/v1), as raw JSON: all may be missing. */
import type { KubeObject, LabelSelector } from './kube.ts';

/** One rule: every verb on every resource of every group named, or on paths that are no resources. */
export interface PolicyRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  /** Only these objects, where any are named. */
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** The role a binding grants; it cannot be changed once the binding exists. */
export interface RoleRef {
  apiGroup?: string;
  kind?: string;
  name?: string;
}

/** Whom a binding grants it: a ServiceAccount in a namespace, or a User or Group, of which the API knows only the name. */
export interface RbacSubject {
  kind?: string;
  apiGroup?: string;
  name?: string;
  namespace?: string;
}

export interface Role extends KubeObject {
  rules?: PolicyRule[];
}

export interface ClusterRole extends KubeObject {
  rules?: PolicyRule[];
  /** The control plane fills `rules` with those of the ClusterRoles selected here. */
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
}

export interface RoleBinding extends KubeObject {
  roleRef?: RoleRef;
  subjects?: RbacSubject[];
}

export interface ClusterRoleBinding extends KubeObject {
  roleRef?: RoleRef;
  subjects?: RbacSubject[];
}
