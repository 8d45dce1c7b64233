/** What a ServiceAccount may do in the cluster, by walking the bindings that name it or a group it is in. */
import { records, text } from '../cluster/narrow.ts';
import { refOf } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';
import { grantsOf, judge, serviceAccountCaller, type Grant, type Verdict } from '../rbac/grants.ts';
import { roleOf } from './rbac-objects.ts';
import type { Wanted } from './denials.ts';
import { clean } from './words.ts';

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

export interface AccountAccess {
  /** What its bindings grant, the roles that are missing included. */
  readonly grants: readonly Grant[];
  /** Bindings that name it alone or among others, not merely a group that every account is in. */
  readonly own: readonly KubeObject[];
  /** `ClusterRole view via RoleBinding viewers in namespace shop`, for each of `own`. */
  readonly says: readonly string[];
  /** Of `own` those whose role does not exist. */
  readonly dangling: readonly { readonly binding: KubeObject; readonly role: Ref }[];
}

/** Whether all that is needed to tell what an account may do in a namespace can be read. */
export function isAccessKnown(namespace: string | undefined, cluster: ClusterView): boolean {
  const known = (['ClusterRole', 'ClusterRoleBinding'] as const).every(
    (kind) => cluster.knowledge(kind) === 'known',
  );
  return (
    known &&
    (['Role', 'RoleBinding'] as const).every((kind) => cluster.knowledge(kind, namespace) === 'known')
  );
}

/** Reads through indexes: only the bindings that concern the account, and the roles these name. */
export function accessOf(account: Account, cluster: ClusterView): AccountAccess {
  const caller = serviceAccountCaller(account.namespace, account.name);
  const self = [
    { kind: 'ServiceAccount', ...account },
    { kind: 'User', name: caller.user },
  ];
  const groups = caller.groups.map((name) => ({ kind: 'Group', name }));
  const find = (subjects: readonly { kind: string; namespace?: string; name: string }[]): KubeObject[] => {
    const wide = subjects.flatMap((subject) => cluster.bindingsFor('ClusterRoleBinding', subject));
    const local = subjects.flatMap((subject) => cluster.bindingsFor('RoleBinding', subject));
    return [...new Set<KubeObject>([...wide, ...local])];
  };
  const own = find(self);
  const all = [...new Set([...own, ...find(groups)])];
  const dangling = own.flatMap((binding) => {
    const role = roleOf(binding, cluster);
    return role?.existence === 'missing' ? [{ binding, role: role.ref }] : [];
  });
  const says = grantsOf(withRoles(own, cluster), caller).map((grant) => clean(grant.says, 240));
  return { grants: grantsOf(withRoles(all, cluster), caller), own, says, dangling };
}

/** The bindings with the roles they name, in the form that the walk takes. */
function withRoles(bindings: readonly KubeObject[], cluster: ClusterView): Parameters<typeof grantsOf>[0] {
  const roles = new Map<string, KubeObject>();
  for (const binding of bindings) {
    const ref = roleOf(binding, cluster)?.ref;
    if (ref === undefined) continue;
    const role = cluster.get(ref.kind as 'Role' | 'ClusterRole', ref.namespace, ref.name);
    if (role !== undefined) roles.set(`${role.kind} ${ref.namespace ?? ''}/${ref.name}`, role);
  }
  const of = (kind: string, objects: Iterable<KubeObject>): KubeObject[] =>
    [...objects].filter((object) => object.kind === kind);
  return {
    clusterRoles: of('ClusterRole', roles.values()),
    roles: of('Role', roles.values()),
    clusterRoleBindings: of('ClusterRoleBinding', bindings),
    roleBindings: of('RoleBinding', bindings),
  };
}

/** What the grants say to what was wanted. */
export function judgeWanted(grants: readonly Grant[], wanted: Wanted): Verdict {
  const { verb, group, resource, subresource, namespace, name } = wanted;
  return judge(grants, { verb, group, resource, subresource, namespace, name });
}

/** Accounts looked at as the one that was meant, at most. */
const MAX_CANDIDATES = 20;

/**
 * Other ServiceAccounts of a namespace that may do what was refused: by bindings of the namespace it was wanted in, or
 * of the account's own.
 */
export function othersWhoMay(account: Account, wanted: Wanted, cluster: ClusterView): string[] {
  const places = new Set([wanted.namespace, account.namespace].filter((place) => place !== undefined));
  const names = [...places]
    .flatMap((place) => cluster.roleBindingsIn(place))
    .flatMap((binding) =>
      records(binding.subjects)
        .filter(
          ({ kind, namespace }) =>
            kind === 'ServiceAccount' &&
            (text(namespace) || binding.metadata.namespace) === account.namespace,
        )
        .map(({ name }) => text(name)),
    );
  const candidates = [...new Set(names)].filter((name) => name !== '' && name !== account.name);
  return candidates
    .sort()
    .slice(0, MAX_CANDIDATES)
    .filter((name) => {
      const other = { namespace: account.namespace, name };
      if (cluster.get('ServiceAccount', other.namespace, other.name) === undefined) return false;
      return judgeWanted(accessOf(other, cluster).grants, wanted).reach === 'allowed';
    });
}

/** The newest of some bindings and the roles they name, by creation: what may have changed the answer. */
export function newestOf(
  bindings: readonly KubeObject[],
): { readonly ref: Ref; readonly created: string } | undefined {
  const sorted = bindings
    .map((binding) => ({ ref: refOf(binding), created: binding.metadata.creationTimestamp ?? '' }))
    .sort((a, b) => (a.created < b.created ? 1 : -1));
  return sorted[0]?.created === '' ? undefined : sorted[0];
}
