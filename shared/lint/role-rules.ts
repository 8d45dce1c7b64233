/** Rules of hygiene about roles: wildcards in those that are bound to somebody. */
import { record, records, text } from '../cluster/narrow.ts';
import type { ObjectSource } from '../cluster/source.ts';
import type { KubeObject } from '../model/kube.ts';
import { readRules } from '../rbac/rules.ts';
import { isBuiltIn } from '../scenarios/rbac-objects.ts';
import { clean, enumerate } from '../scenarios/words.ts';
import type { Remark } from './workload-rules.ts';

const EVERYTHING = '*';

/** Roles that some binding with a subject names, as `Role ns/name` and `ClusterRole name`. */
export function boundRoles(source: Pick<ObjectSource, 'all'>): ReadonlySet<string> {
  const bound = new Set<string>();
  for (const kind of ['RoleBinding', 'ClusterRoleBinding'] as const) {
    for (const binding of source.all(kind)) {
      if (records(binding.subjects).length === 0) continue;
      const { kind: role, name } = record(binding.roleRef);
      bound.add(keyOf(text(role), binding.metadata.namespace, text(name)));
    }
  }
  return bound;
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return kind === 'Role' ? `Role ${namespace ?? ''}/${name}` : `${kind} ${name}`;
}

/** The built-in roles are as Kubernetes makes them; what the control plane aggregates stands in the parts. */
export function remarksOnRole(role: KubeObject, bound: ReadonlySet<string>): Remark[] {
  const { namespace, name } = role.metadata;
  if (isBuiltIn(role) || role.aggregationRule !== undefined || !bound.has(keyOf(role.kind, namespace, name)))
    return [];
  return readRules(role.rules).flatMap(({ verbs, resources, apiGroups }, index): Remark[] => {
    if (!verbs.includes(EVERYTHING) && !resources.includes(EVERYTHING)) return [];
    const groups = enumerate(
      apiGroups.map((group) => clean(group, 60) || 'core'),
      3,
    );
    const on = `${enumerate(
      resources.map((each) => clean(each, 60)),
      3,
    )} of ${groups}`;
    const observed = `${enumerate(
      verbs.map((verb) => clean(verb, 40)),
      4,
    )} on ${on}`;
    return [{ rule: 'wildcard-role', path: `rules[${index}]`, observed }];
  });
}
