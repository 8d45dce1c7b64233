/** The roles and bindings of a registry, indexed by who is bound; built anew only when one of them has changed. */
import { list, record, records, text } from '../../../shared/cluster/narrow.ts';
import type { Caller, Resource, StoredObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { rulesOf, type PolicyRule } from './rules.ts';

const API_VERSION = 'rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

/** One subject of one binding, with the rules it gets. */
export interface Grant {
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"`. */
  readonly source: string;
  readonly rules: readonly PolicyRule[];
  /** Why there are no rules: the role is missing. */
  readonly fault?: string;
  readonly order: number;
}

type Grants = Map<string, Grant[]>;

interface Policy {
  readonly cluster: Grants;
  readonly byNamespace: ReadonlyMap<string, Grants>;
}

interface Entry {
  policy: Policy | undefined;
}

const policies = new WeakMap<Registry, Entry>();
const NO_GRANTS: Grants = new Map();

function kinds(registry: Registry): readonly Resource[] {
  return ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].map((kind) =>
    registry.catalogue.builtIn(API_VERSION, kind),
  );
}

function policyOf(registry: Registry): Policy {
  let entry = policies.get(registry);
  if (entry === undefined) {
    const made: Entry = { policy: undefined };
    for (const resource of kinds(registry)) {
      registry.watch(resource, {}, () => {
        made.policy = undefined;
      });
    }
    policies.set(registry, made);
    entry = made;
  }
  entry.policy ??= build(registry);
  return entry.policy;
}

function matches(labels: Readonly<Record<string, string>>, selector: Record<string, unknown>): boolean {
  const equal = Object.entries(record(selector.matchLabels)).every(([key, value]) => labels[key] === value);
  return equal && records(selector.matchExpressions).every((expression) => meets(labels, expression));
}

function meets(
  labels: Readonly<Record<string, string>>,
  { key, operator, values }: Record<string, unknown>,
): boolean {
  const value = Object.hasOwn(labels, text(key)) ? labels[text(key)] : undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const listed = value !== undefined && list(values).includes(value);
  return operator === 'In' ? listed : operator === 'NotIn' && !listed;
}

/** Rules of all cluster roles; an aggregated one has those of the roles it selects, which may be aggregated too. */
class ClusterRoles {
  readonly #roles: ReadonlyMap<string, StoredObject>;
  readonly #rules = new Map<string, readonly PolicyRule[]>();

  constructor(roles: readonly StoredObject[]) {
    this.#roles = new Map(roles.map((role) => [role.metadata.name, role]));
  }

  rules(name: string): readonly PolicyRule[] | undefined {
    const role = this.#roles.get(name);
    if (role === undefined) return undefined;
    const known = this.#rules.get(name);
    if (known !== undefined) return known;
    this.#rules.set(name, []);
    const own = rulesOf(role.rules);
    const selectors = records(record(role.aggregationRule).clusterRoleSelectors);
    const seen = new Set(own.map((rule) => JSON.stringify(rule)));
    const added: PolicyRule[] = [];
    for (const [other, candidate] of this.#roles) {
      if (other === name || !selectors.some((selector) => matches(candidate.metadata.labels ?? {}, selector)))
        continue;
      for (const rule of this.rules(other) ?? []) {
        const key = JSON.stringify(rule);
        if (seen.has(key)) continue;
        seen.add(key);
        added.push(rule);
      }
    }
    const rules = [...own, ...added];
    this.#rules.set(name, rules);
    return rules;
  }
}

function build(registry: Registry): Policy {
  const [clusterRoles = [], clusterBindings = [], roles = [], bindings = []] = kinds(registry).map(
    (resource) => registry.list(resource),
  );
  const shared = new ClusterRoles(clusterRoles);
  const local = new Map(
    roles.map(({ metadata, rules }) => [`${metadata.namespace ?? ''}/${metadata.name}`, rulesOf(rules)]),
  );
  const rulesFor = (kind: string, name: string, namespace: string): readonly PolicyRule[] | undefined => {
    if (kind === 'ClusterRole') return shared.rules(name);
    return kind === 'Role' && namespace !== '' ? local.get(`${namespace}/${name}`) : undefined;
  };
  const cluster: Grants = new Map();
  clusterBindings.forEach((binding, order) => {
    addBinding(cluster, binding, order, rulesFor);
  });
  const byNamespace = new Map<string, Grants>();
  bindings.forEach((binding, order) => {
    const namespace = binding.metadata.namespace ?? '';
    const grants = byNamespace.get(namespace) ?? new Map<string, Grant[]>();
    byNamespace.set(namespace, grants);
    addBinding(grants, binding, order, rulesFor);
  });
  return { cluster, byNamespace };
}

function addBinding(
  grants: Grants,
  binding: StoredObject,
  order: number,
  rulesFor: (kind: string, name: string, namespace: string) => readonly PolicyRule[] | undefined,
): void {
  const { name, namespace = '' } = binding.metadata;
  const reference = record(binding.roleRef);
  const [kind, role] = [text(reference.kind), text(reference.name)];
  const rules = rulesFor(kind, role, namespace);
  const where = namespace === '' ? name : `${name}/${namespace}`;
  const binds = `${namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding'} "${where}" of ${kind} "${role}"`;
  const seen = new Set<string>();
  for (const subject of records(binding.subjects)) {
    const described = describeSubject(subject, namespace);
    if (described === undefined || seen.has(described.key)) continue;
    seen.add(described.key);
    const fault = rules === undefined ? `${kind.toLowerCase()}.${GROUP} "${role}" not found` : undefined;
    const grant: Grant = {
      source: `${binds} to ${described.words}`,
      rules: rules ?? [],
      order,
      ...(fault === undefined ? {} : { fault }),
    };
    const present = grants.get(described.key);
    if (present === undefined) grants.set(described.key, [grant]);
    else present.push(grant);
  }
}

function describeSubject(
  subject: Record<string, unknown>,
  namespace: string,
): { key: string; words: string } | undefined {
  const name = text(subject.name);
  if (subject.kind === 'User' || subject.kind === 'Group') {
    return { key: `${subject.kind} ${name}`, words: `${subject.kind} "${name}"` };
  }
  const home = text(subject.namespace) || namespace;
  if (subject.kind !== 'ServiceAccount' || home === '') return undefined;
  return { key: `User system:serviceaccount:${home}:${name}`, words: `ServiceAccount "${name}/${home}"` };
}

/** What the caller is granted: cluster-wide first, then in the namespace; each in the order of the bindings' names. */
export function grantsOf(
  registry: Registry,
  caller: Caller,
  namespace: string | undefined,
): readonly Grant[] {
  const policy = policyOf(registry);
  const everywhere = collect(policy.cluster, caller);
  if (namespace === undefined || namespace === '') return everywhere;
  const here = collect(policy.byNamespace.get(namespace) ?? NO_GRANTS, caller);
  return here.length === 0 ? everywhere : [...everywhere, ...here];
}

function collect(grants: Grants, { username, groups }: Caller): readonly Grant[] {
  const found: Grant[] = [];
  if (grants.size === 0) return found;
  for (const grant of grants.get(`User ${username}`) ?? []) found.push(grant);
  for (const group of groups) for (const grant of grants.get(`Group ${group}`) ?? []) found.push(grant);
  return found.sort((left, right) => left.order - right.order);
}
