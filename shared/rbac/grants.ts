/** Who is bound to which rules: the bindings of a cluster walked for one user or ServiceAccount. */
import { record, records, text } from '../cluster/narrow.ts';
import { clean, enumerate } from '../scenarios/words.ts';
import { furthestReach, readRules, type AccessQuestion, type PolicyRule, type Reach } from './rules.ts';

/** A user as the server sees one. */
export interface Caller {
  readonly user: string;
  readonly groups: readonly string[];
}

/** The four kinds of RBAC as they were listed. The rules of aggregated roles are written out by the server. */
export interface RbacObjects {
  readonly clusterRoles: readonly unknown[];
  readonly roles: readonly unknown[];
  readonly clusterRoleBindings: readonly unknown[];
  readonly roleBindings: readonly unknown[];
}

/** One binding that concerns the caller, with what it grants. */
export interface Grant {
  /** Where it holds; undefined: everywhere. */
  readonly namespace: string | undefined;
  /** `ClusterRole view via ClusterRoleBinding viewers`. */
  readonly says: string;
  readonly rules: readonly PolicyRule[];
  /** Why there are no rules: the role is missing. */
  readonly fault?: string;
}

const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** The caller that a ServiceAccount is, with the groups that every one is in (Kubernetes: ServiceAccount admission). */
export function serviceAccountCaller(namespace: string, name: string): Caller {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { user: `${SERVICE_ACCOUNT}${namespace}:${name}`, groups };
}

/** Namespace and name of the ServiceAccount behind a user name; undefined for anybody else. */
export function serviceAccountOf(user: string): { namespace: string; name: string } | undefined {
  if (!user.startsWith(SERVICE_ACCOUNT)) return undefined;
  const [namespace = '', name = '', ...more] = user.slice(SERVICE_ACCOUNT.length).split(':');
  return namespace === '' || name === '' || more.length > 0 ? undefined : { namespace, name };
}

function isBound(subject: Record<string, unknown>, home: string | undefined, caller: Caller): boolean {
  const name = text(subject.name);
  if (subject.kind === 'User') return name === caller.user;
  if (subject.kind === 'Group') return caller.groups.includes(name);
  if (subject.kind !== 'ServiceAccount') return false;
  // In a RoleBinding the namespace may be left out: then it is the binding's own.
  const namespace = text(subject.namespace) || home || '';
  return namespace !== '' && caller.user === `${SERVICE_ACCOUNT}${namespace}:${name}`;
}

const namespaceOf = (object: unknown) => text(record(record(object).metadata).namespace);
const nameOf = (object: unknown) => text(record(record(object).metadata).name);

function rulesByName(objects: readonly unknown[]): Map<string, PolicyRule[]> {
  return new Map(
    objects.map((object) => [`${namespaceOf(object)}/${nameOf(object)}`, readRules(record(object).rules)]),
  );
}

/** What the bindings give a caller: cluster-wide grants first, in the order of the lists. */
export function grantsOf(objects: RbacObjects, caller: Caller): Grant[] {
  const clusterRoles = rulesByName(objects.clusterRoles);
  const roles = rulesByName(objects.roles);
  const grantOf = (binding: unknown, kind: string, namespace: string | undefined): Grant[] => {
    const { roleRef, subjects } = record(binding);
    if (!records(subjects).some((subject) => isBound(subject, namespace, caller))) return [];
    const { kind: roleKind, name: roleName } = record(roleRef);
    const role = text(roleName);
    const rules =
      roleKind === 'Role'
        ? namespace === undefined
          ? undefined
          : roles.get(`${namespace}/${role}`)
        : clusterRoles.get(`/${role}`);
    const names = `${clean(roleKind, 40)} ${clean(role)} via ${kind} ${clean(nameOf(binding))}`;
    const says = namespace === undefined ? names : `${names} in namespace ${clean(namespace, 64)}`;
    if (rules !== undefined) return [{ namespace, says, rules }];
    const fault = `${kind} ${clean(nameOf(binding))} names ${clean(roleKind, 40)} ${clean(role)}, which is not there`;
    return [{ namespace, says, rules: [], fault }];
  };
  return [
    ...objects.clusterRoleBindings.flatMap((each) => grantOf(each, 'ClusterRoleBinding', undefined)),
    ...objects.roleBindings.flatMap((each) => grantOf(each, 'RoleBinding', namespaceOf(each))),
  ];
}

/** What grants say to a question, and which of them. */
export interface Verdict {
  readonly reach: Reach;
  readonly says: string;
}

/**
 * The answer of the authorizer, from the grants. Without a namespace it is asked for all of them (or a cluster-scoped
 * kind): a grant in some namespace is then `partly`.
 */
export function judge(grants: readonly Grant[], question: AccessQuestion): Verdict {
  const { namespace } = question;
  const heard = grants
    .filter(
      (grant) => grant.namespace === undefined || namespace === undefined || grant.namespace === namespace,
    )
    .map((grant) => ({ grant, reach: furthestReach(grant.rules, question) }));
  const whole = heard.find(
    ({ grant, reach }) =>
      reach === 'allowed' && (grant.namespace === undefined || grant.namespace === namespace),
  );
  if (whole !== undefined) return { reach: 'allowed', says: `Allowed by ${whole.grant.says}` };
  const local = heard
    .filter(({ reach }) => reach === 'allowed')
    .flatMap(({ grant }) => grant.namespace ?? []);
  if (local.length > 0) {
    const places = [...new Set(local)].sort();
    const word = places.length === 1 ? 'namespace' : 'namespaces';
    return { reach: 'partly', says: `Only in ${word} ${enumerate(places.map((each) => clean(each, 64)))}` };
  }
  const named = heard.find(({ reach }) => reach === 'partly');
  if (named !== undefined) return { reach: 'partly', says: `Only for some names, by ${named.grant.says}` };
  return { reach: 'denied', says: 'No role allows it' };
}
