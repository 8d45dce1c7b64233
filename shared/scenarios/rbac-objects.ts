/** Whether what RBAC objects and pods name is there: roles, ServiceAccounts, Secrets and namespaces. */
import { record, text } from '../cluster/narrow.ts';
import { refTo } from '../cluster/refs.ts';
import { labelOf } from '../cluster/selectors.ts';
import type { ClusterView, Knowledge } from '../cluster/view.ts';
import type { KindId, KubeObject } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';

/** `missing` only where a list proves it. */
export type Existence = 'there' | 'missing' | 'unknown';

const RBAC_VERSION = 'rbac.authorization.k8s.io/v1';
export const DEFAULT_ACCOUNT = 'default';

/**
 * ClusterRoles that the API server makes itself and makes again at every start (Kubernetes: "Default roles and role
 * bindings"): where one of them seems to be missing, the list is not whole.
 */
const BUILT_IN: ReadonlySet<string> = new Set(['cluster-admin', 'admin', 'edit', 'view']);
const SYSTEM = 'system:';
const BOOTSTRAPPING = 'kubernetes.io/bootstrapping';

/**
 * A role or binding that the API server makes itself. Its bindings name accounts of controllers that may not run at
 * all (`kube-dns`, `route-controller`, `bootstrap-signer`): nobody is to mend that.
 */
export function isBuiltIn({ metadata }: KubeObject): boolean {
  return labelOf(metadata.labels, BOOTSTRAPPING) !== undefined || isBuiltInName(metadata.name);
}

function isBuiltInName(name: string): boolean {
  return name.startsWith(SYSTEM) || BUILT_IN.has(name);
}

/** Whether an object of this name is there. A name alone, so that it may be asked of what is not listed. */
export function existenceOf(
  kind: KindId,
  namespace: string | undefined,
  name: string,
  cluster: ClusterView,
): Existence {
  if (cluster.get(kind, namespace, name) !== undefined) return 'there';
  const known: Knowledge = cluster.knowledge(kind, namespace);
  return known === 'known' ? 'missing' : 'unknown';
}

/** The role a binding names, and whether it is there; `undefined` where it names none that can be judged. */
export function roleOf(
  binding: KubeObject,
  cluster: ClusterView,
): { readonly ref: Ref; readonly existence: Existence } | undefined {
  const { kind, name: named } = record(binding.roleRef);
  const name = text(named);
  if (name === '' || (kind !== 'Role' && kind !== 'ClusterRole')) return undefined;
  const namespace = kind === 'Role' ? binding.metadata.namespace : undefined;
  const ref = refTo(RBAC_VERSION, kind, namespace, name);
  const existence =
    kind === 'ClusterRole' && isBuiltInName(name) ? 'there' : existenceOf(kind, namespace, name, cluster);
  return { ref, existence };
}

/** Being deleted with all that is in it: what is missing there is missing for a while. */
export function isTerminating(namespace: string | undefined, cluster: ClusterView): boolean {
  if (namespace === undefined) return false;
  const object = cluster.get('Namespace', undefined, namespace);
  return object?.metadata.deletionTimestamp !== undefined || object?.status?.phase === 'Terminating';
}
