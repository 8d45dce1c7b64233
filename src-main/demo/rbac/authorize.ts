/** Role-based access control: whether a caller may do something, why, and the words of a refusal. */
import type { Caller } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import { grantsOf } from './policy.ts';
import { allows, type Attributes, type PolicyRule } from './rules.ts';

export { BOOTSTRAP_RBAC } from './bootstrap.ts';

const MASTERS = 'system:masters';

/**
 * Whether the roles bound to the caller allow it. `reason` is the API server's: the binding that allows, or, where a bound
 * role is missing, that it is not found; otherwise ''.
 */
export function authorize(
  registry: Registry,
  caller: Caller,
  attributes: Attributes,
): { readonly allowed: boolean; readonly reason: string } {
  if (caller.groups.includes(MASTERS)) return { allowed: true, reason: '' };
  const faults: string[] = [];
  for (const { rules, source, fault } of grantsOf(registry, caller, attributes.namespace)) {
    if (fault !== undefined) faults.push(fault);
    for (const rule of rules) {
      if (allows(rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${source}` };
    }
  }
  const distinct = [...new Set(faults)];
  const list = distinct.length > 1 ? `[${distinct.join(', ')}]` : distinct.join('');
  return { allowed: false, reason: list === '' ? '' : `RBAC: ${list}` };
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * `User "x" cannot list resource "pods" in API group "" in the namespace "y"`: what follows `… is forbidden: `.
 * `reason` is that of `authorize`, if it gave one.
 */
export function refusal(caller: Caller, attributes: Attributes, reason = ''): string {
  const words = sentence(caller.username, attributes).replace(/[&<>]/g, (mark) => HTML[mark] ?? mark);
  return reason === '' ? words : `${words}: ${reason}`;
}

function sentence(username: string, attributes: Attributes): string {
  const { verb, group = '', resource = '', subresource = '', namespace = '', path = '' } = attributes;
  const user = JSON.stringify(username);
  if (resource === '') return `User ${user} cannot ${verb} path ${JSON.stringify(path)}`;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const what = `resource ${JSON.stringify(whole)} in API group ${JSON.stringify(group)}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `User ${user} cannot ${verb} ${what} ${where}`;
}

/** All rules that hold for the caller in a namespace ('' or undefined: cluster-wide ones alone). */
export function heldRules(
  registry: Registry,
  caller: Caller,
  namespace: string | undefined,
): readonly PolicyRule[] {
  return grantsOf(registry, caller, namespace).flatMap(({ rules }) => rules);
}

/** Status of a SelfSubjectRulesReview: what the caller may do in a namespace. */
export function rulesFor(
  registry: Registry,
  caller: Caller,
  namespace: string,
): { readonly resourceRules: readonly object[]; readonly nonResourceRules: readonly object[] } {
  const rules = heldRules(registry, caller, namespace);
  return {
    resourceRules: rules
      .filter(({ resources = [] }) => resources.length > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        ...(apiGroups === undefined ? {} : { apiGroups }),
        resources,
        ...(resourceNames === undefined ? {} : { resourceNames }),
      })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
  };
}
